extension Segment {
  var status: LogStatus.Segment {
    LogStatus.Segment(
      id: id, length: appended, finalized: finalized,
      replicas: replicas.map { replica in
        LogStatus.Replica(
          server: replica.serverID, header: LogStatus.Step(replica.header),
          footer: LogStatus.Step(replica.footer), committed: replica.committed,
          certified: replica.certified,
          repairing: replica.repairing)
      })
  }
}

extension LogStatus.Step {
  init(_ progress: Progress) {
    switch progress {
    case .unsent: self = .unsent
    case .sent: self = .sent
    case .committed: self = .committed
    }
  }
}
