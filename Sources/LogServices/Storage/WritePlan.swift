import PlantedBugs
import ReplicatedLog

/// What a write asks of a replica.
package enum WriteKind: Hashable, Sendable {
  case open, data, close
}

/// What is to be done with a write's bytes: compare those that are there already, append the rest.
struct WritePlan: Hashable {
  /// How many bytes of the payload must equal what the replica has.
  var compared: Int
  /// How many are new.
  var appended: Int

  /// Decides on a write from lengths alone.
  /// - Throws: why it cannot be right, whatever its bytes are.
  init(
    _ kind: WriteKind, _ write: ReplicaWrite, count: Int, received: Int, capacity: UInt32,
    sealed: Bool
  ) throws(BadWrite) {
    let offset = Int(write.offset)
    guard write.capacity == capacity else {
      throw BadWrite("capacity \(write.capacity), the replica was made with \(capacity)")
    }
    guard offset + count <= Int(capacity) else {
      throw BadWrite("bytes \(offset)..<\(offset + count) leave the capacity of \(capacity)")
    }
    guard kind != .open || offset == 0 else {
      throw BadWrite("a header begins at 0, not \(offset)")
    }
    guard offset <= received else {
      throw BadWrite("a hole: \(received) bytes are here, the write begins at \(offset)")
    }
    compared = min(count, received - offset)
    appended = count - compared
    if let certificate = write.certificate, Int(certificate.length) > max(received, offset + count)
    {
      throw BadWrite("a certificate of \(certificate.length) bytes that are not here")
    }
    if kind == .open, received > 0, appended > 0 {
      throw BadWrite("the replica exists with another header")
    }
    if sealed, appended > 0 || planted(.b35) { throw BadWrite("the replica is closed") }
    if kind == .close {
      guard let certificate = write.certificate else {
        throw BadWrite("a close without a certificate")
      }
      guard Int(certificate.length) == max(received, offset + count) else {
        throw BadWrite("a close that certifies a part of the replica only")
      }
    }
  }
}

/// A write that contradicts what is here.
struct BadWrite: Error, CustomStringConvertible, Hashable {
  var description: String

  init(_ description: String) { self.description = description }
}
