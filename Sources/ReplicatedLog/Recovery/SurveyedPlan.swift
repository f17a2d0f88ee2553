import RulesNetwork

/// How a plan and its problems travel.
extension LogSurvey.Verdict {
  /// - Parameter answers: what the verdict is about.
  package init(_ verdict: RecoveryVerdict, of answers: [BackupAnswer]) {
    switch verdict {
    case .empty: self = .new
    case .complete(let plan): self = .complete(plan.segments.map(LogSurvey.Segment.init))
    case .incomplete(let segments):
      self = .incomplete(
        segments.map(LogSurvey.Problem.init),
        unanswered: answers.filter { $0.replicas == nil }.map(\.server))
    case .lost(let segments):
      let isTraceless = answers.allSatisfy { $0.replicas?.isEmpty == true }
      self = isTraceless ? .vanished : .lost(segments.map(LogSurvey.Problem.init))
    }
  }
}

extension LogSurvey.Segment {
  fileprivate init(_ segment: RecoveryPlan.Segment) {
    self.init(
      id: segment.id, closed: segment.closed,
      sources: segment.sources.map {
        LogSurvey.Source(
          server: $0.server, epoch: $0.key.epoch, certificate: $0.certificate,
          version: $0.version)
      })
  }

  /// The segment as a reader plans it.
  func planned(in log: UInt64) -> RecoveryPlan.Segment {
    RecoveryPlan.Segment(
      id: id, closed: closed,
      sources: sources.map {
        RecoveryPlan.Source(
          server: $0.server, key: ReplicaKey(log: log, segment: id, epoch: $0.epoch),
          certificate: $0.certificate, version: $0.version)
      })
  }
}

extension LogSurvey.Problem {
  fileprivate init(_ segment: IncompleteSegment) {
    self.init(segment: segment.segment, reason: LogSurvey.Reason(segment.reason))
  }
}

extension LogSurvey.Reason {
  fileprivate init(_ reason: IncompleteSegment.Reason) {
    switch reason {
    case .missing: self = .missing
    case .corrupt: self = .corrupt
    case .unreadable: self = .unreadable
    case .uncertified: self = .uncertified
    case .notClosed: self = .notClosed
    case .noAnswer: self = .noAnswer
    }
  }
}

extension IncompleteSegment {
  /// The problem as the caller of `open` and `read` sees it.
  init(_ problem: LogSurvey.Problem) {
    switch problem.reason {
    case .missing: self.init(segment: problem.segment, reason: .missing)
    case .corrupt: self.init(segment: problem.segment, reason: .corrupt)
    case .unreadable: self.init(segment: problem.segment, reason: .unreadable)
    case .uncertified: self.init(segment: problem.segment, reason: .uncertified)
    case .notClosed: self.init(segment: problem.segment, reason: .notClosed)
    case .noAnswer: self.init(segment: problem.segment, reason: .noAnswer)
    }
  }
}
