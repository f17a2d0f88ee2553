import RulesRuntime

enum Progress: UInt8, Sendable { case unsent, sent, committed }
enum Rpc: UInt8, Sendable { case idle, flying, ok }

/// A replica whose RPCs end at once, so that every evaluation fires.
final class Replica: RuleSubject {
  let subjectID: UInt64
  var header = Progress.unsent
  var rpc = Rpc.idle
  var sent = 0
  var committed = 0

  init(_ subjectID: UInt64) { self.subjectID = subjectID }

  var subjectName: String { "replica \(subjectID)" }
}

/// One segment with its replicas, in the shape of generated code: data is sent and committed for
/// ever, header first.
final class Segment: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64
  var replicas: [Replica]
  var appended: Int
  var prior: Segment?

  init(_ subjectID: UInt64, replicas: Int, appended: Int) {
    self.subjectID = subjectID
    self.appended = appended
    self.replicas = (0..<replicas).map { Replica(subjectID * 8 + UInt64($0)) }
  }

  var subjectName: String { "segment \(subjectID)" }

  static let ruleTable = RuleTable(
    task: "Segment", file: "Segment.rules", contentHash: 0,
    scopes: [
      .init(
        name: "Segment.replica", line: 1,
        variables: [
          .init("header", ["unsent", "sent", "committed"], shift: 0, width: 2),
          .init("rpc", ["idle", "flying", "ok"], shift: 2, width: 2),
          .init("committed < sent", ["false", "true"], shift: 4, width: 1),
          .init("sent < appended", ["false", "true"], shift: 5, width: 1),
        ],
        leaves: [
          .init("R2", .rule, line: 2), .init("R3", .rule, line: 3), .init("R4", .rule, line: 4),
          .init("R5", .rule, line: 5), .init("W1", .wait, line: 6), .init("goal", .goal, line: 7),
          .init("unhandled", .unhandled, line: 1),
        ])
    ])

  private enum ReplicaLeaf: Int, RuleLeaf {
    static let scope = 0
    // Named as the rules are.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case R2, R3, R4, R5, W1, goal, unhandled
  }

  private struct ReplicaState {
    let header: Progress
    let rpc: Rpc
    let committed: Int
    let sent: Int
    let appended: Int

    var word: StateWord {
      var word = StateWord()
      word.put(header.rawValue, at: 0)
      word.put(rpc.rawValue, at: 2)
      word.put(committed < sent, at: 4)
      word.put(sent < appended, at: 5)
      return word
    }
  }

  func applyRules(_ turn: inout Turn) {
    for replica in replicas { applyReplicaRules(replica, &turn) }
  }

  private func readReplica(_ replica: Replica) -> ReplicaState {
    ReplicaState(
      header: replica.header, rpc: replica.rpc, committed: replica.committed, sent: replica.sent,
      appended: appended)
  }

  private func applyReplicaRules(_ replica: Replica, _ turn: inout Turn) {
    let now = readReplica(replica)
    if !(now.committed <= now.sent && now.sent <= now.appended) {
      turn.unexpected(ReplicaLeaf.unhandled, now.word, replica)
      return
    }
    if now.rpc == .idle {
      if now.header == .unsent {
        turn.fire(ReplicaLeaf.R2, now.word, replica) { try ruleR2(replica) }
      } else if now.sent < now.appended {
        turn.fire(ReplicaLeaf.R4, now.word, replica) { try ruleR4(replica) }
        if let prior { turn.wake(prior) }
      } else {
        turn.reachGoal(ReplicaLeaf.goal, now.word, replica)
      }
    } else if now.rpc == .flying {
      turn.wait(ReplicaLeaf.W1, now.word, replica, warnAfter: .seconds(2))
    } else if now.header == .sent {
      turn.fire(ReplicaLeaf.R3, now.word, replica) { try ruleR3(replica) }
    } else {
      turn.fire(ReplicaLeaf.R5, now.word, replica) { try ruleR5(replica) }
    }
  }

  private func ruleR2(_ replica: Replica) throws {
    replica.header = .sent
    replica.rpc = .ok
  }

  private func ruleR3(_ replica: Replica) throws {
    replica.header = .committed
    replica.rpc = .idle
  }

  private func ruleR4(_ replica: Replica) throws {
    replica.sent += 1
    replica.rpc = .ok
  }

  private func ruleR5(_ replica: Replica) throws {
    replica.committed = replica.sent
    replica.rpc = .idle
  }
}
