import ReplicatedLog
import RulesNetwork

/// Whether what a writer says is true of what is here.
extension ReplicaStore {
  /// What of a write is not here yet.
  /// - Throws: `badWrite` when it has no place here, or what is here already is something else.
  func newBytes(
    of payload: UnsafeRawBufferPointer, _ kind: WriteKind, _ write: ReplicaWrite, _ replica: Replica
  ) throws(StoreError) -> UnsafeRawBufferPointer {
    let plan: WritePlan
    do {
      plan = try WritePlan(
        kind, write, count: payload.count, received: replica.received, capacity: replica.capacity,
        sealed: replica.isSealed)
    } catch {
      throw .refused(.badWrite, "\(error)")
    }
    if plan.compared > 0 {
      let same = UnsafeRawBufferPointer(rebasing: payload[..<plan.compared])
      guard try holds(same, at: Int(write.offset), in: replica) else {
        try verifyReceived(of: replica)
        throw .refused(.badWrite, "other bytes are here already")
      }
    }
    return UnsafeRawBufferPointer(rebasing: payload[plan.compared...])
  }

  private func holds(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, in replica: Replica
  ) throws(StoreError) -> Bool {
    let file = try file(of: replica)
    return try reading(replica) { () throws(SystemError) in
      try ReplicaInspection.holds(bytes, at: offset, in: file, files: files)
    }
  }

  /// Before a writer is told that it is wrong: are the bytes here still those that came?
  /// - Throws: `corrupt` when they are not.
  func verifyReceived(of replica: Replica) throws(StoreError) {
    guard replica.received > 0 else { return }
    let file = try file(of: replica)
    let crc = try reading(replica) { () throws(SystemError) in
      try ReplicaInspection.checksum(ofFirst: replica.received, in: file, files: files)
    }
    guard crc != replica.crc else { return }
    let reason = "its \(replica.received) bytes are not those that were received"
    markDamaged(replica, .corrupt, because: reason)
    throw .refused(.corrupt, "\(ReplicaFileName.name(of: replica.key)) is corrupt: \(reason)")
  }

  /// Whether a certificate is that of the received bytes, or of those and some that follow.
  /// - Parameter crc: of all of these.
  func isTrue(
    _ certificate: Certificate, of replica: Replica, followedBy appended: UnsafeRawBufferPointer,
    crc: UInt32
  ) throws(StoreError) -> Bool {
    let length = Int(certificate.length)
    if length == replica.received + appended.count { return crc == certificate.crc }
    if length >= replica.received {
      let more = UnsafeRawBufferPointer(rebasing: appended[..<(length - replica.received)])
      return crc32c(more, seed: replica.crc) == certificate.crc
    }
    if certificate == replica.pending || certificate == replica.flushing?.certificate
      || certificate == replica.durable?.certificate
    {
      return true
    }
    let file = try file(of: replica)
    let crc = try reading(replica) { () throws(SystemError) in
      try ReplicaInspection.checksum(ofFirst: length, in: file, files: files)
    }
    return crc == certificate.crc
  }
}
