import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Frees what no recovery will ask for. Its rules are in `rules/LogServices/Collecting.rules`; this is the
/// state they are about.
final class Collecting {
  /// Replicas that are freed at a time.
  static let batch = 16

  let membership = TaskMembership()

  /// Fact: a round is due, or a further question of it.
  private(set) var due = true
  /// Fact: the question to the coordinator.
  private(set) var inquiry = Inquiry.idle
  /// Fact: obsolete replicas are known.
  var garbage: Bool { !obsolete.isEmpty }

  private let core: PoolCore
  private let store: ReplicaStore
  private let pause: Duration
  private let call: Enlistment.Call
  private let failed: (SystemError) -> Void
  private var obsolete: [ReplicaKey] = []
  /// Of the round, the log that was answered about last.
  private var last: UInt64 = 0
  private var list: LogList?
  private var timer: PoolTimer?
  private(set) var freed = 0

  /// - Parameters:
  ///   - pause: between two rounds.
  ///   - call: asks the coordinator.
  ///   - failed: called when the disk failed.
  init(
    core: PoolCore, store: ReplicaStore, pause: Duration, call: @escaping Enlistment.Call,
    failed: @escaping (SystemError) -> Void
  ) {
    self.core = core
    self.store = store
    self.pause = pause
    self.call = call
    self.failed = failed
  }

  /// Nothing is freed any more.
  func stop() {
    timer?.cancel()
    inquiry = .idle
    obsolete = []
  }

  private func endRound() {
    due = false
    last = 0
    timer = core.schedule(after: pause) { [weak self] in
      guard let self, !due else { return }
      due = true
      happened(.round)
    }
  }
}

extension Collecting: RuleSubject {
  var subjectID: UInt64 { 2 }
  var subjectName: String { "collector" }
}

// MARK: - What the rules of `Collecting.rules` do, under the names that they use

extension Collecting {
  func askForLogs() {
    expect(due && inquiry == .idle && !garbage, "logs are asked for twice, or before they are due")
    guard store.count > 0 else { return endRound() }
    inquiry = .flying
    call(.listLogs, ListLogs(after: last).encoded) { [weak self] rpc in
      guard let self, inquiry == .flying else { return }
      list = try? reply(LogList.self, from: rpc)
      inquiry = list == nil ? .silent : .answered
      happened(.answered)
    }
  }

  func judge() {
    expect(inquiry == .answered && !garbage, "an answer is judged that is none")
    inquiry = .idle
    guard let list else { return endRound() }
    obsolete = Array(store.obsolete(by: list.owners).prefix(Self.batch))
    // The same logs are asked about until nothing of them is obsolete.
    guard obsolete.isEmpty else { return }
    if list.hasMore, let next = list.owners.last?.log { last = next } else { endRound() }
  }

  func askLater() {
    expect(inquiry == .silent, "an answer is given up that may come")
    inquiry = .idle
    endRound()
  }

  func freeReplicas() {
    expect(garbage, "nothing is freed")
    defer { obsolete = [] }
    do {
      try store.free(obsolete)
      freed += obsolete.count
    } catch {
      if case .failed(let error) = error { failed(error) }
    }
  }

  /// For a monitoring system.
  var samples: [MetricSample] {
    [
      MetricSample(
        name: "replog_collected_replicas_total", kind: .counter,
        help: "Obsolete replicas that were freed.", value: Double(freed))
    ]
  }
}
