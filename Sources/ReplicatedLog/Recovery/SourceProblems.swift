import RulesNetwork

/// Why the sources of a segment could not be read: that a backup cannot read its replica, that it has
/// none any more, and that it does not answer are three different things.
struct SourceProblems {
  enum Kind: Hashable {
    /// It is corrupt, or what came is not what was certified.
    case unreadable
    case gone
    case silent

    /// What the end of a call says; nil: it was too late.
    init(_ outcome: RPCOutcome?) {
      switch outcome {
      case .ok, .refused(.application(LogRefusal.corrupt.rawValue, _)): self = .unreadable
      case .refused(.application(LogRefusal.noSuchReplica.rawValue, _)): self = .gone
      case nil, .refused, .targetLeft, .callerNotMember, .failed: self = .silent
      }
    }
  }

  private var found: [(kind: Kind, server: ServerID)] = []

  mutating func note(_ kind: Kind, at server: ServerID) { found.append((kind, server)) }

  /// What to say of the segment once all its sources have failed. One that is silent may still give
  /// it back; else one that is corrupt says that it was there.
  func error(of segment: UInt64) -> LogError {
    let silent = found.filter { $0.kind == .silent }.map(\.server)
    let reason: IncompleteSegment.Reason =
      if !silent.isEmpty {
        .noAnswer
      } else if found.contains(where: { $0.kind == .unreadable }) {
        .corrupt
      } else {
        .missing
      }
    return .incomplete(
      [IncompleteSegment(segment: segment, reason: reason)], unanswered: silent)
  }
}
