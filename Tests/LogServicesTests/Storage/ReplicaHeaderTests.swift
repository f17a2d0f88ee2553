import ReplicatedLog
import Testing

@testable import LogServices

@Suite("A replica's header")
struct ReplicaHeaderTests {
  private let identity = ReplicaHeader.Identity(
    key: ReplicaKey(log: 1, segment: 2, epoch: 3), capacity: 4)
  private let slot = ReplicaHeader.Slot(
    generation: 5, certificate: Certificate(length: 6, crc: 7), version: 8, closed: true)

  private func header(_ slots: [Int: [UInt8]] = [:]) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: ReplicaHeader.size)
    header.replaceSubrange(..<identity.encoded.count, with: identity.encoded)
    for (index, bytes) in slots {
      let start = ReplicaHeader.slotOffsets[index]
      header.replaceSubrange(start..<start + bytes.count, with: bytes)
    }
    return header
  }

  @Test("gives back the identity and both slots")
  func roundTrip() {
    let header = header([1: slot.encoded(for: identity)])
    #expect(ReplicaHeader.identity(of: header) == .holds(identity))
    #expect(ReplicaHeader.slot(0, of: header, identity: identity) == .blank)
    #expect(ReplicaHeader.slot(1, of: header, identity: identity) == .holds(slot))
  }

  @Test("with any bit of the identity flipped has none")
  func damagedIdentity() {
    for bit in 0..<identity.encoded.count * 8 {
      var damaged = header()
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(ReplicaHeader.identity(of: damaged) == .damaged)
    }
  }

  @Test("that is whole and of another version says of which")
  func unknownVersion() {
    var header = header()
    header[8] = 1
    let sealed = ReplicaImage.sealedIdentity(header)
    #expect(ReplicaHeader.identity(of: sealed) == .unknownVersion(1))
  }

  @Test("with any bit of a slot flipped has a damaged slot")
  func damagedSlot() {
    let sound = slot.encoded(for: identity)
    #expect(sound.count == ReplicaHeader.slotSize)
    for bit in 0..<sound.count * 8 {
      var damaged = sound
      damaged[bit / 8] ^= 1 << (bit % 8)
      let header = header([0: damaged])
      #expect(ReplicaHeader.slot(0, of: header, identity: identity) == .damaged)
    }
  }

  @Test("does not take the slot of another replica for its own")
  func foreignSlot() {
    var other = identity
    other.key.segment += 1
    let header = header([0: slot.encoded(for: other)])
    #expect(ReplicaHeader.slot(0, of: header, identity: identity) == .damaged)
  }

  @Test("is in a file whose name says whose it is, and no other name does")
  func fileName() {
    let name = ReplicaFileName.name(of: identity.key)
    #expect(name == "0000000000000001-0000000000000002-00000003.replica")
    #expect(ReplicaFileName.key(of: name) == identity.key)
    #expect(ReplicaFileName.key(ofDraft: ReplicaFileName.draft(of: identity.key)) == identity.key)
    for wrong in [
      "", "x", ".replica", "1-2-3.replica", "+000000000000001-0000000000000002-00000003.replica",
      "\(name).new", String(name.dropLast()), name.uppercased(),
    ] {
      #expect(ReplicaFileName.key(of: wrong) == nil)
    }
  }
}
