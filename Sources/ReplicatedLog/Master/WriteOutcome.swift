import RulesNetwork

extension Rpc {
  /// What the rules make of the end of a write.
  init(_ outcome: RPCOutcome, of operation: LogOperation) {
    switch outcome {
    case .ok: self = .ok
    case .targetLeft: self = .left
    case .refused(.application(LogRefusal.fenced.rawValue, _)): self = .fenced
    // Of a replica that exists only a part can be missing room; then something else is wrong.
    case .refused(.application(LogRefusal.storage.rawValue, _)) where operation == .openReplica:
      self = .rejected
    case .refused(.application(LogRefusal.corrupt.rawValue, _)),
      .refused(.application(LogRefusal.unreadable.rawValue, _)):
      self = .damaged
    case .refused, .callerNotMember, .failed: self = .failed
    }
  }
}

extension RPCOutcome {
  /// `was refused: storage, the disk is full`
  var problem: String {
    switch self {
    case .ok: "succeeded"
    case .refused(.application(let code, let message)):
      "was refused: \(LogRefusal(rawValue: code).map { "\($0)" } ?? "code \(code)"), \(message)"
    case .refused(let refusal): "was refused: \(refusal)"
    case .targetLeft: "found that it left the cluster"
    case .callerNotMember: "found that this process is taken for no member of the cluster"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}
