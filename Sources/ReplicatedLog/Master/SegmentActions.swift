/// What the rules of `Segment.rules` do, under the names that they use.
extension Segment {
  /// R1: finds a backup for the replica, or leaves it without one.
  func chooseServer(for replica: Replica) {
    let taken = Set(replicas.compactMap(\.serverID))
    guard let server = log.backup(excluding: taken) else { return }
    replica.select(server, epoch: log.epoch, certification: certification)
  }

  /// R2
  func sendHeader(_ replica: Replica) { replica.sendHeader() }

  /// R4: sends at most `limit` bytes of what the backup does not have yet.
  func sendData(_ replica: Replica, limit: Int) {
    replica.sendData(limit: limit)
    noteDataSent()
  }

  /// R6
  func sendFooter(_ replica: Replica) { replica.sendFooter() }

  /// R3
  func noteHeaderCommitted(_ replica: Replica) {
    replica.commitHeader()
    noteHeader()
    log.replicaAdvanced()
  }

  /// R5
  func noteDataCommitted(_ replica: Replica) {
    replica.commitData()
    log.replicaAdvanced()
  }

  /// R7
  func noteFooterCommitted(_ replica: Replica) {
    replica.commitFooter()
    noteFooter()
    log.replicaAdvanced()
  }
}
