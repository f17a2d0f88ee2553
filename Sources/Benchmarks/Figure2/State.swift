import RulesRuntime

/// A replica whose RPCs end at once; after `rounds` of data it begins again from nothing, so that it
/// never comes to rest.
final class Replica: RuleSubject {
  /// How often data is sent before a replica is begun again.
  static let rounds = 8

  let subjectID: UInt64
  var server = Server.none
  var header = Progress.unsent
  var footer = Progress.unsent
  var rpc = Rpc.idle
  var committed = 0
  var sent = 0
  var appended = Int.max

  init(_ subjectID: UInt64) { self.subjectID = subjectID }

  var subjectName: String { "replica \(subjectID)" }
}

/// The state of a segment and what its rules do, the same for generated and hand-written rules.
class SegmentState {
  final let membership = TaskMembership()
  final let subjectID: UInt64
  final var finalized = false
  final var replicas: [Replica]

  init(_ subjectID: UInt64, replicas: Int) {
    self.subjectID = subjectID
    self.replicas = (0..<replicas).map { Replica(subjectID * 8 + 1 + UInt64($0)) }
  }

  final var subjectName: String { "segment \(subjectID)" }

  final func chooseServer(for replica: Replica) { replica.server = .chosen }

  final func sendHeader(_ replica: Replica) {
    replica.header = .sent
    replica.rpc = .ok
  }

  final func sendData(_ replica: Replica, limit: Int) {
    replica.sent += 1
    replica.rpc = .ok
  }

  final func sendFooter(_ replica: Replica) {
    replica.footer = .sent
    replica.rpc = .ok
  }

  final func noteHeaderCommitted(_ replica: Replica) {
    replica.header = .committed
    replica.rpc = .idle
  }

  final func noteDataCommitted(_ replica: Replica) {
    replica.committed = replica.sent
    replica.rpc = .idle
    if replica.sent == Replica.rounds { beginAgain(replica) }
  }

  final func noteFooterCommitted(_ replica: Replica) {
    replica.footer = .committed
    replica.rpc = .idle
  }

  /// No part of what R5 says it does: debug builds would complain, release builds do not look.
  private final func beginAgain(_ replica: Replica) {
    replica.server = .none
    replica.header = .unsent
    replica.committed = 0
    replica.sent = 0
  }
}

/// The task whose rules are generated, from `rules/ReplicatedLog/Segment.rules`.
final class Segment: SegmentState {
  var prior: Segment?
  var following: Segment?
}
