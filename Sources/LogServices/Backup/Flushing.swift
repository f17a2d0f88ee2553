import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Makes what was taken in durable, and answers then. Its rules are in
/// `rules/LogServices/Flushing.rules`; this is the state they are about.
final class Flushing {
  let membership = TaskMembership()

  /// Fact: how far the present group has come.
  private(set) var stage = FlushStage.idle
  /// Fact: which of its two rounds this is.
  private(set) var round = FlushRound.first
  /// Fact: requests wait for the next group.
  var waiting: Bool { !next.isEmpty }

  private let store: ReplicaStore
  /// nil: the pool waits for the disk.
  private let syncer: Syncer?
  private let failed: (SystemError) -> Void
  private var error: SystemError?
  /// Who is answered after the present group, and after the next one. Bounded, in number and in bytes, by
  /// what the RPC server holds unanswered: `RPCLimits.heldBytes`, `RPCLimits.heldBytesOfServer`.
  private var group: [() -> Void] = []
  private var next: [() -> Void] = []
  private(set) var groups = 0
  private(set) var answers = 0

  /// - Parameter failed: called when the disk failed; from then on nothing may be answered.
  init(store: ReplicaStore, syncer: Syncer?, failed: @escaping (SystemError) -> Void) {
    self.store = store
    self.syncer = syncer
    self.failed = failed
    store.closeLater = syncer?.closeLater
  }

  /// Has somebody answered once all that was taken in so far is durable.
  func whenDurable(_ answer: @escaping () -> Void) {
    guard stage != .ended else { return }
    next.append(answer)
    happened(.taken)
  }

  /// The disk has what `Syncer.begin` was asked for, or failed.
  func syncEnded(_ error: SystemError?) {
    guard stage == .syncing else { return }
    self.error = error
    stage = error == nil ? .synced : .failed
    happened(.synced)
  }

  /// Nobody is answered any more.
  func stop() {
    group = []
    next = []
    stage = .ended
    round = .first
  }

  private func attempt(_ success: FlushStage, _ body: () throws(StoreError) -> Void) {
    do {
      try body()
      stage = success
    } catch {
      if case .failed(let error) = error { self.error = error }
      stage = .failed
    }
  }
}

extension Flushing: RuleSubject {
  var subjectID: UInt64 { 3 }
  var subjectName: String { "flusher" }
}

// MARK: - What the rules of `Flushing.rules` do, under the names that they use

extension Flushing {
  func writeCertificates() {
    group = next
    next = []
    groups += 1
    attempt(.written) { () throws(StoreError) in try store.beginFlush() }
  }

  func beginSync() {
    let order = store.syncOrder
    guard let syncer, !order.isEmpty else {
      return attempt(.synced) { () throws(StoreError) in
        try fatally { () throws(SystemError) in try order.run(on: store.files) }
      }
    }
    stage = .syncing
    syncer.begin(order)
  }

  func endFirstRound() {
    attempt(.durable) { () throws(StoreError) in try store.endFirstRound() }
    guard stage == .durable else { return }
    if store.syncOrder.isEmpty {
      attempt(.durable) { () throws(StoreError) in try store.endSecondRound() }
    } else {
      stage = .written
      round = .second
    }
  }

  func endSecondRound() {
    round = .first
    attempt(.durable) { () throws(StoreError) in try store.endSecondRound() }
  }

  func answer() {
    let answered = group
    group = []
    stage = .idle
    answers += answered.count
    for answer in answered { answer() }
  }

  func giveUp() {
    stop()
    if let error { failed(error) }
  }

  /// For a monitoring system.
  var samples: [MetricSample] {
    [
      MetricSample(
        name: "replog_flushes_total", kind: .counter,
        help: "Groups of requests that were made durable together.", value: Double(groups)),
      MetricSample(
        name: "replog_flushed_requests_total", kind: .counter,
        help: "Requests in these groups.", value: Double(answers)),
      MetricSample(
        name: "replog_unflushed_requests", kind: .gauge,
        help: "Requests that wait for the disk.", value: Double(group.count + next.count)),
    ]
  }
}
