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
  package static let slotSize = 8 + 4 + 4 + 1 + 4
  private static let magic: UInt64 = 0x6163_696c_7065_5252
  private static let version: UInt32 = 1
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

    /// nil when the bytes are no identity, or a damaged one.
    package init?(header: [UInt8]) {
      guard header.count >= identitySize else { return nil }
      let bytes = [UInt8](header[..<identitySize])
      do {
        var reader = WireReader(bytes)
        guard try reader.uint64() == magic, try reader.uint32() == version else { return nil }
        key = try ReplicaKey(from: &reader)
        capacity = try reader.uint32()
        guard try reader.uint32() == checksum([UInt8](bytes.dropLast(4))) else { return nil }
      } catch {
        return nil
      }
    }

    /// Slots are sealed with this, so that those of another replica's file are none of ours. Without
    /// the checksum: a CRC over bytes and their own CRC is the same for all bytes.
    fileprivate var seed: UInt32 { checksum(unsealed.bytes) }
  }

  /// What one slot holds.
  package struct Slot: Hashable, Sendable {
    /// Grows by one with each certificate of a replica.
    package var generation: UInt64
    /// How much of the image is certified.
    package var certificate: Certificate
    /// The replica has its footer: nothing will be added.
    package var closed: Bool

    /// A slot to be written.
    package init(generation: UInt64, certificate: Certificate, closed: Bool) {
      self.generation = generation
      self.certificate = certificate
      self.closed = closed
    }

    /// The slot's bytes, sealed for one replica's file.
    package func encoded(for identity: Identity) -> [UInt8] {
      var writer = WireWriter()
      writer.uint64(generation)
      writer.uint32(certificate.length)
      writer.uint32(certificate.crc)
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
        closed: try reader.bool())
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
