import RulesRuntime

/// The rules of Figure 2 as a person writes them by hand: facts read where they are needed, neighbours
/// only asked where a rule is about them, no check of what must always hold. The floor for `Segment`.
final class HandWrittenSegment: SegmentState, RuleTask {
  var prior: HandWrittenSegment?
  var following: HandWrittenSegment?

  static let ruleTable = RuleTable(
    task: "HandWrittenSegment", file: "HandWritten.swift", contentHash: 0,
    scopes: Segment.ruleTable.scopes)

  // Named and numbered as the generated leaves are.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  private enum ReplicaLeaf: Int, RuleLeaf {
    static let scope = 0
    case R1, R2, R4, W2, R6, W3, R3, R5, R7, W1, goal
  }

  private var opened: Bool { replicas.allSatisfy { $0.header == .committed } }
  private var closed: Bool { replicas.allSatisfy { $0.footer == .committed } }

  /// What the trace keeps of a replica.
  private func word(of replica: Replica) -> StateWord {
    var bits = UInt64(replica.server.rawValue) << 1 | UInt64(replica.header.rawValue) << 2
    bits |= UInt64(replica.footer.rawValue) << 4 | UInt64(replica.rpc.rawValue) << 6
    if finalized { bits |= 1 }
    if replica.committed < replica.sent { bits |= 1 << 8 }
    if replica.sent < replica.appended { bits |= 1 << 9 }
    return StateWord(bits: bits)
  }

  func applyRules(_ turn: inout Turn) {
    for replica in replicas { apply(replica, &turn) }
  }

  private func apply(_ replica: Replica, _ turn: inout Turn) {
    let word = word(of: replica)
    if replica.server == .none {
      turn.fire(ReplicaLeaf.R1, word, replica) { chooseServer(for: replica) }
    } else if replica.header == .unsent {
      turn.fire(ReplicaLeaf.R2, word, replica) { sendHeader(replica) }
      if let prior { turn.wake(prior) }
    } else if replica.rpc == .idle {
      if replica.sent < replica.appended {
        if prior?.closed ?? true {
          turn.fire(ReplicaLeaf.R4, word, replica) { sendData(replica, limit: 1_000_000) }
        } else {
          turn.wait(ReplicaLeaf.W2, word, replica)
        }
      } else if finalized && replica.footer == .unsent {
        if following?.opened ?? false {
          turn.fire(ReplicaLeaf.R6, word, replica) { sendFooter(replica) }
          if let following { turn.wake(following) }
        } else {
          turn.wait(ReplicaLeaf.W3, word, replica)
        }
      } else {
        turn.reachGoal(ReplicaLeaf.goal, word, replica)
      }
    } else if replica.rpc == .ok {
      if replica.header == .sent {
        turn.fire(ReplicaLeaf.R3, word, replica) { noteHeaderCommitted(replica) }
        if let prior { turn.wake(prior) }
      } else if replica.committed < replica.sent {
        turn.fire(ReplicaLeaf.R5, word, replica) { noteDataCommitted(replica) }
      } else {
        turn.fire(ReplicaLeaf.R7, word, replica) { noteFooterCommitted(replica) }
        if let following { turn.wake(following) }
      }
    } else {
      turn.wait(ReplicaLeaf.W1, word, replica, warnAfter: .seconds(2))
    }
  }
}
