import ReplicatedLog
import RulesNetwork

/// The first bytes of a replica's file, before the image: whose replica it is, and up to which byte
/// the image is certified.
///
/// The identity is written once. The certificate has two slots, each in a disk sector of its own,
/// written in turn: whatever a torn write does to one, the other still holds the certificate before.
package enum ReplicaHeader {
  /// Where the image begins in the file.
  package static let size = 4096
  /// Where the certificate slots begin.
  package static let slotOffsets = [1024, 2048]
  /// Bytes of a slot.
  package static let slotSize = 8 + 4 + 4 + 4 + 1 + 4
  private static let magic: UInt64 = 0x6163_696c_7065_5252
  /// The version of this layout.
  package static let version: UInt32 = 2
  private static let identitySize = 8 + 4 + 20 + 4 + 4

  /// Whose replica it is.
  package struct Identity: Hashable, Sendable {
    /// The replica.
    package var key: ReplicaKey
    /// The longest image, in bytes.
    package var capacity: UInt32

    /// The identity of a new file.
    package init(key: ReplicaKey, capacity: UInt32) {
      self.key = key
      self.capacity = capacity
    }

    /// The bytes at the start of the file, sealed with a CRC-32C.
    package var encoded: [UInt8] {
      var writer = unsealed
      writer.uint32(checksum(writer.bytes))
      return writer.bytes
    }

    private var unsealed: WireWriter {
      var writer = WireWriter()
      writer.uint64(ReplicaHeader.magic)
      writer.uint32(ReplicaHeader.version)
      key.write(to: &writer)
      writer.uint32(capacity)
      return writer
    }

    /// Slots are sealed with this, so that those of another replica's file are none of ours. Without
    /// the checksum: a CRC over bytes and their own CRC is the same for all bytes.
    fileprivate var seed: UInt32 { checksum(unsealed.bytes) }
  }

  /// What is found where an identity is.
  package enum IdentityState: Hashable, Sendable {
    case damaged
    /// The bytes are whole and of another version of the layout.
    case unknownVersion(UInt32)
    case holds(Identity)
  }

  /// Reads the identity at the start of a header.
  package static func identity(of header: [UInt8]) -> IdentityState {
    guard header.count >= identitySize else { return .damaged }
    let bytes = [UInt8](header[..<identitySize])
    do {
      var reader = WireReader(bytes)
      guard try reader.uint64() == magic else { return .damaged }
      let found = try reader.uint32()
      let identity = Identity(
        key: try ReplicaKey(from: &reader), capacity: try reader.uint32())
      guard try reader.uint32() == checksum([UInt8](bytes.dropLast(4))) else { return .damaged }
      // After the checksum: of a damaged file nothing can be said about its version.
      return found == version ? .holds(identity) : .unknownVersion(found)
    } catch {
      return .damaged
    }
  }

  /// What one slot holds.
  package struct Slot: Hashable, Sendable {
    /// Grows by one with each certificate of a replica.
    package var generation: UInt64
    /// How much of the image is certified.
    package var certificate: Certificate
    /// The replication version of the segment that it came with.
    package var version: UInt32
    /// The replica has its footer: nothing will be added.
    package var closed: Bool

    /// A slot to be written.
    package init(
      generation: UInt64, certificate: Certificate, version: UInt32, closed: Bool
    ) {
      self.generation = generation
      self.certificate = certificate
      self.version = version
      self.closed = closed
    }

    /// The slot's bytes, sealed for one replica's file.
    package func encoded(for identity: Identity) -> [UInt8] {
      var writer = WireWriter()
      writer.uint64(generation)
      writer.uint32(certificate.length)
      writer.uint32(certificate.crc)
      writer.uint32(version)
      writer.bool(closed)
      writer.uint32(checksum(writer.bytes, seed: identity.seed))
      return writer.bytes
    }
  }

  /// What is found where a slot is.
  package enum SlotState: Hashable, Sendable {
    /// Never written.
    case blank
    case damaged
    case holds(Slot)
  }

  /// Reads one slot of a header of `size` bytes.
  package static func slot(_ index: Int, of header: [UInt8], identity: Identity) -> SlotState {
    let start = slotOffsets[index]
    guard header.count >= start + slotSize else { return .damaged }
    let bytes = [UInt8](header[start..<start + slotSize])
    if bytes.allSatisfy({ $0 == 0 }) { return .blank }
    do {
      var reader = WireReader(bytes)
      let slot = Slot(
        generation: try reader.uint64(),
        certificate: Certificate(length: try reader.uint32(), crc: try reader.uint32()),
        version: try reader.uint32(), closed: try reader.bool())
      let seal = try reader.uint32()
      return seal == checksum([UInt8](bytes.dropLast(4)), seed: identity.seed)
        ? .holds(slot) : .damaged
    } catch {
      return .damaged
    }
  }

  private static func checksum(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { crc32c($0, seed: seed) }
  }
}
