import PlantedBugs
import RulesNetwork
import RulesRuntime

/// Asks one backup after the other what it has of the log. Its rules are in
/// `rules/ReplicatedLog/ReplicaReview.rules`; this is the state they are about.
final class ReplicaReview {
  /// The pause between two rounds.
  static let pause = Duration.seconds(10)
  /// Segments of which left-over replicas are freed in one round.
  static let freeLimit = 8

  let membership = TaskMembership()
  /// The log, which owns this.
  private unowned let log: LogState
  private(set) var due = false
  private(set) var call = ListCall.idle

  private var rpc: (any ClusterCall)?
  private var server: ServerID?
  /// Replicas that the backup must have: it had confirmed them when it was asked.
  private var expected: [ReplicaKey: ReplicaList.State] = [:]
  private var timer: PoolTimer?

  init(log: LogState) { self.log = log }

  /// The first round begins after a pause.
  func begin() {
    timer = log.core.schedule(after: Self.pause) { [weak self] in
      guard let self, !due else { return }
      due = true
      happened(.round)
    }
  }

  func cancelCall() {
    timer?.cancel()
    rpc?.cancel()
    rpc = nil
    call = .idle
    due = false
  }

  private func ended(_ rpc: any ClusterCall) {
    guard rpc === self.rpc, let outcome = rpc.outcome else { return }
    if case .ok = outcome { call = .listed } else { call = .failed }
    happened(.reply)
  }

  private func endRound() {
    rpc = nil
    call = .idle
    due = false
    begin()
  }
}

extension ReplicaReview: RuleSubject {
  /// The highest two bits keep it apart from segments and failed servers.
  var subjectID: UInt64 { 3 << 62 }
  var subjectName: String { "review of replicas" }
}

// MARK: - What the rules of `ReplicaReview.rules` do, under the names that they use

extension ReplicaReview {
  func askForList() {
    expect(due && call == .idle, "a list is asked for twice, or before it is due")
    let servers = log.members.eligible.sorted()
    guard let next = servers.first(where: { server.map($0.isAfter) ?? true }) ?? servers.first
    else { return endRound() }
    server = next
    expected = [:]
    for replica in log.replicas(using: next) where replica.isSettled {
      expected[replica.key] = replica.footer == .committed ? .closed : .open
    }
    call = .flying
    rpc = log.calls.call(
      .server(next), .listReplicas, head: ListReplicas(log: log.id, fence: 0).encoded,
      payload: nil
    ) { [weak self] in self?.ended($0) }
  }

  func judge() {
    expect(due && call == .listed, "a list is judged that is none")
    defer { endRound() }
    guard let server, let outcome = rpc?.outcome,
      case .success(let list) = readReply(outcome, as: ReplicaList.self)
    else { return }
    var states: [ReplicaKey: ReplicaList.State] = [:]
    for replica in list.replicas { states[replica.key] = replica.state }
    for replica in log.replicas(using: server) where replica.isSettled {
      guard let before = expected[replica.key] else { continue }
      // What cannot be read now is looked at again by the backup itself.
      guard let now = states[replica.key] else {
        log.replicaWasLost(replica, "is gone")
        continue
      }
      if now == .corrupt || before == .closed && now == .open {
        log.replicaWasLost(replica, "is damaged")
      }
    }
    log.freeLeftOvers(list.replicas.map(\.key), on: server, limit: Self.freeLimit)
  }

  func giveUp() {
    expect(due && call == .failed, "a list is given up that may come")
    endRound()
  }
}

extension ServerID {
  func isAfter(_ other: ServerID) -> Bool { other < self }
}
