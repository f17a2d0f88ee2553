import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// A replica has all its room from the start: a disk that becomes full refuses new replicas, and never fails
/// one that a writer counts on already.
extension ReplicaStore {
  /// Makes room for the longest image that a replica may have.
  /// - Throws: `refused` when the disk is full; nothing has changed then.
  func reserve(_ replica: inout Replica, in file: FileDescriptor) throws(StoreError) {
    do {
      try files.reserve(file, ReplicaHeader.size + Int(replica.capacity))
    } catch {
      throw SystemErrorCode.isFull(error.errno) ? refuseFull(error) : .failed(error)
    }
    replica.isReserved = true
    if room.isFull { log.log(.notice, "\(directory) has room for replicas again") }
    room.isFull = false
  }

  /// The answer to whoever wants what there is no room for.
  func refuseFull(_ error: SystemError) -> StoreError {
    if !room.isFull {
      log.log(
        .warning, "the disk is full, what is here is served and no more is taken in: \(error)")
    }
    room.isFull = true
    room.refusals += 1
    return .refused(.storage, "\(error)")
  }

  /// Gives back what a closed replica does not need.
  func trimRoom(of file: FileDescriptor, length: UInt32) throws(SystemError) {
    let end = ReplicaHeader.size + Int(length)
    if try files.size(file) > end { try files.cut(file, end) }
  }
}
