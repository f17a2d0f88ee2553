import PlantedBugs
import ReplicatedLog
import RulesNetwork

/// What is really in a replica's file. The one reading of it: at start-up and before every answer.
package enum ReplicaInspection {
  /// The file is that of the replica, and the certified bytes are those that were certified.
  case sound(Sound)
  /// Why nothing in it may be served.
  case corrupt(String)
  /// It is whole, and of a version of the layout that is not known here.
  case unknownVersion(UInt32)

  /// What a sound file holds.
  package struct Sound {
    /// Whose replica it is.
    package var identity: ReplicaHeader.Identity
    /// The newest certificate that the bytes on the disk fulfil; nil when none was ever written.
    package var slot: ReplicaHeader.Slot?
    /// Where it is; the next one goes into the other slot.
    package var slotIndex: Int
    /// The highest generation in any slot.
    package var newestGeneration: UInt64
    /// Why it is not the newest one that counts: a torn write, or damage.
    package var setback: String?
    /// Whether both certificates close it. The second one is written when the disk has all that the first
    /// one covers.
    package var isClosedTwice = false
    /// The image bytes that were asked for, taken in the same pass that verified them.
    package var bytes: [UInt8]
  }

  /// Bytes read at a time.
  private static let step = 1 << 18

  /// Verifies a file, and takes `wanted` from the certified bytes: what lies beyond them is missing
  /// from `Sound.bytes`.
  ///
  /// A crash may tear the newest certificate, or leave it on the disk without the bytes it covers:
  /// neither was acknowledged, and the certificate before still holds. So slots are tried from the
  /// newest on. A closed replica has its certificate in both slots, so that damage to it is not taken
  /// for a torn write.
  package static func inspect(
    _ file: FileDescriptor, of key: ReplicaKey, wanted: Range<Int> = 0..<0, files: FileSystem
  ) throws(SystemError) -> Self {
    let header = try headerBytes(file, files: files)
    guard header.count == ReplicaHeader.size else { return .corrupt("it ends in its header") }
    let identity: ReplicaHeader.Identity
    switch ReplicaHeader.identity(of: header) {
    case .holds(let found): identity = found
    case .unknownVersion(let version): return .unknownVersion(version)
    case .damaged: return .corrupt("its identity is damaged")
    }
    guard identity.key == key else { return .corrupt("it is the file of another replica") }

    let slots = ReplicaHeader.slotOffsets.indices.map {
      ReplicaHeader.slot($0, of: header, identity: identity)
    }
    var candidates: [(index: Int, slot: ReplicaHeader.Slot)] = []
    for (index, state) in slots.enumerated() {
      if case .holds(let slot) = state { candidates.append((index, slot)) }
    }
    candidates.sort { $0.slot.generation > $1.slot.generation }
    guard let newest = candidates.first else {
      guard slots.allSatisfy({ $0 == .blank }) else {
        return .corrupt("its certificate is damaged")
      }
      return .sound(
        Sound(identity: identity, slotIndex: 1, newestGeneration: 0, bytes: []))
    }
    for candidate in candidates {
      let certificate = candidate.slot.certificate
      guard certificate.length <= identity.capacity else { continue }
      let prefix = try certifiedBytes(file, certificate, wanted: wanted, files: files)
      guard let bytes = prefix else {
        if planted(.b41) { return try halved(file, candidate, of: identity, files: files) }
        continue
      }
      var setback: String?
      if candidate.index != newest.index {
        setback = "certificate of \(newest.slot.certificate.length) bytes does not hold"
      } else if slots.contains(.damaged) {
        setback = "one of its two certificates is damaged"
      }
      return .sound(
        Sound(
          identity: identity, slot: candidate.slot, slotIndex: candidate.index,
          newestGeneration: newest.slot.generation, setback: setback,
          isClosedTwice: candidates.count { $0.slot.closed } == slots.count, bytes: bytes))
    }
    return .corrupt("checksum of its first \(newest.slot.certificate.length) bytes does not hold")
  }

  /// The newest certificate that a header has.
  /// - Returns: nil when there is none, or anything in the header is damaged or not the replica's.
  static func newestSlot(of header: [UInt8], of key: ReplicaKey) -> ReplicaHeader.Slot? {
    guard header.count == ReplicaHeader.size,
      case .holds(let identity) = ReplicaHeader.identity(of: header), identity.key == key
    else { return nil }
    var newest: ReplicaHeader.Slot?
    for index in ReplicaHeader.slotOffsets.indices {
      switch ReplicaHeader.slot(index, of: header, identity: identity) {
      case .blank: break
      case .damaged: return nil
      case .holds(let slot):
        if slot.generation > newest?.generation ?? 0 { newest = slot }
      }
    }
    return newest
  }

  /// What a store would make of a bad checksum that cuts the replica there: the first half, open.
  private static func halved(
    _ file: FileDescriptor, _ candidate: (index: Int, slot: ReplicaHeader.Slot),
    of identity: ReplicaHeader.Identity, files: FileSystem
  ) throws(SystemError) -> Self {
    var slot = candidate.slot
    let length = Int(slot.certificate.length / 2)
    guard let crc = try checksum(ofFirst: length, in: file, files: files) else {
      return .corrupt("it is short")
    }
    slot.certificate = Certificate(length: UInt32(length), crc: crc)
    slot.closed = false
    return .sound(
      Sound(
        identity: identity, slot: slot, slotIndex: candidate.index,
        newestGeneration: slot.generation, bytes: []))
  }

  /// The first bytes of a file, as many as there are of `ReplicaHeader.size`.
  static func headerBytes(
    _ file: FileDescriptor, files: FileSystem
  ) throws(SystemError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: ReplicaHeader.size, alignment: 16)
    defer { buffer.deallocate() }
    let count = try files.readFully(file, into: buffer, at: 0)
    return bytes(of: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }

  /// Reads all that a certificate covers.
  /// - Returns: what was wanted of it; nil when the certificate does not hold.
  private static func certifiedBytes(
    _ file: FileDescriptor, _ certificate: Certificate, wanted: Range<Int>, files: FileSystem
  ) throws(SystemError) -> [UInt8]? {
    let length = Int(certificate.length)
    let wanted = wanted.clamped(to: 0..<length)
    let taken = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted.count, alignment: 16)
    defer { taken.deallocate() }
    var crc: UInt32 = 0
    var position = 0
    let count = try forEachPiece(of: file, 0..<length, files: files) { piece in
      crc = crc32c(piece, seed: crc)
      let overlap = wanted.clamped(to: position..<position + piece.count)
      if !overlap.isEmpty {
        UnsafeMutableRawBufferPointer(rebasing: taken[(overlap.lowerBound - wanted.lowerBound)...])
          .copyMemory(
            from: UnsafeRawBufferPointer(
              rebasing: piece[overlap.lowerBound - position..<overlap.upperBound - position]))
      }
      position += piece.count
      return true
    }
    guard count == length, crc == certificate.crc || planted(.b40) else { return nil }
    return bytes(of: UnsafeRawBufferPointer(taken))
  }

  /// Whether image bytes on the disk, from `offset` on, are these.
  package static func holds(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, in file: FileDescriptor, files: FileSystem
  ) throws(SystemError) -> Bool {
    var position = 0
    let count = try forEachPiece(of: file, offset..<offset + bytes.count, files: files) { piece in
      let same = equal(piece, UnsafeRawBufferPointer(rebasing: bytes[position...]))
      position += piece.count
      return same
    }
    return count == bytes.count
  }

  /// The CRC-32C of the first `length` image bytes on the disk; nil when there are fewer.
  package static func checksum(
    ofFirst length: Int, in file: FileDescriptor, files: FileSystem
  ) throws(SystemError) -> UInt32? {
    var crc: UInt32 = 0
    let count = try forEachPiece(of: file, 0..<length, files: files) { piece in
      crc = crc32c(piece, seed: crc)
      return true
    }
    return count == length ? crc : nil
  }

  /// Reads a range of the image piece by piece, until its end, the file's, or a `false`.
  /// - Returns: how many bytes were visited and agreed to.
  private static func forEachPiece(
    of file: FileDescriptor, _ range: Range<Int>, files: FileSystem,
    _ visit: (UnsafeRawBufferPointer) -> Bool
  ) throws(SystemError) -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(step, range.count), alignment: 16)
    defer { buffer.deallocate() }
    var done = 0
    while done < range.count {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<min(buffer.count, range.count - done)])
      let count = try files.readFully(
        file, into: part, at: ReplicaHeader.size + range.lowerBound + done)
      guard visit(UnsafeRawBufferPointer(rebasing: part[..<count])) else { return done }
      done += count
      if count < part.count { break }
    }
    return done
  }
}
