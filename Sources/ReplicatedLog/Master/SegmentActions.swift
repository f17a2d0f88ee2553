import PlantedBugs

/// What the rules of `Segment.rules` do, under the names that they use.
extension Segment {
  /// R1: finds a backup for the replica, or leaves it without one.
  func chooseServer(for replica: Replica) {
    expect(replica.serverID == nil, "a replica gets a second backup")
    let taken = planted(.b34) ? [] : Set(replicas.compactMap(\.serverID))
    guard let server = log.backup(excluding: taken) else { return }
    expect(
      !replicas.contains { $0.serverID == server }, "two replicas of a segment on one backup")
    replica.select(server, epoch: log.epoch, certification: certification)
  }

  /// R2
  func sendHeader(_ replica: Replica) {
    expect(
      prior?.wasOpened ?? true,
      "a header before that of the segment before is everywhere would leave a gap in the log")
    replica.sendHeader()
  }

  /// V2
  func sendVersion(_ replica: Replica) { replica.sendVersion() }

  /// R4: sends at most `limit` bytes of what the backup does not have yet.
  func sendData(_ replica: Replica, limit: Int) {
    expect(
      prior.map { $0.repair == .none && $0.replicas.allSatisfy { $0.footer == .committed } }
        ?? true,
      "data before the segment before is closed and repaired would be lost with a stale replica")
    replica.sendData(limit: limit)
    noteDataSent()
  }

  /// R6
  func sendFooter(_ replica: Replica) {
    expect(
      wasClosed || following?.isVisible ?? false,
      "a footer before the following header is visible would leave the log without an end")
    replica.sendFooter()
  }

  /// P1
  func askForLeave(_ replica: Replica) { replica.askForLeave() }

  /// P2
  func giveLeaveBack(_ replica: Replica) { replica.giveLeaveBack() }

  /// E1
  func chooseAnotherServer(for replica: Replica) {
    expect(replica.rpc == .rejected, "a backup is left that has room")
    log.openWasRejected(replica)
    if planted(.b20) { noteDataSent(false) }
    replica.reset()
  }

  /// E2
  func giveServerUp(of replica: Replica) {
    expect(replica.rpc == .failed, "a backup is given up that did not fail")
    log.writeFailed(replica)
    replica.noteServerGivenUp()
  }

  /// E3
  func endOwner(after replica: Replica) {
    expect(replica.rpc == .fenced, "an owner ends twice, or for no reason")
    log.wasFenced(replica)
    replica.reset()
  }

  /// E4
  func makeAgain(_ replica: Replica) {
    expect(replica.rpc == .damaged, "a sound replica is made again")
    log.replicaIsDamaged(replica)
    replica.makeAgain()
  }

  /// R3
  func noteHeaderCommitted(_ replica: Replica) {
    replica.commitHeader()
    noteHeader()
    if let server = replica.serverID { log.openWasTaken(by: server) }
    log.replicaAdvanced()
  }

  /// R5
  func noteDataCommitted(_ replica: Replica) {
    replica.commitData()
    log.replicaAdvanced()
  }

  /// V3
  func noteVersionCommitted(_ replica: Replica) {
    replica.commitVersion()
    log.replicaAdvanced()
  }

  /// R7
  func noteFooterCommitted(_ replica: Replica) {
    replica.commitFooter()
    noteFooter()
    log.replicaAdvanced()
  }
}
