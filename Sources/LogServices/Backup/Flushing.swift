import PlantedBugs
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
  /// Fact: the group is one request, and the disk was quick the last time.
  private(set) var alone = false
  /// Fact: requests wait for the next group.
  var waiting: Bool { !next.isEmpty }

  private let core: PoolCore
  private let store: ReplicaStore
  /// nil: the pool waits for the disk.
  private let syncer: Syncer?
  private let failed: (SystemError) -> Void
  private var error: SystemError?
  /// Who is answered after the present group, and after the next one. Bounded, in number and in bytes, by
  /// what the RPC server holds unanswered: `RPCLimits.heldBytes`, `RPCLimits.heldBytesOfServer`.
  private var group: [() -> Void] = []
  private var next: [() -> Void] = []
  /// How long the last sync took, from when it was asked for to when this pool knew; none so far counts
  /// as slow.
  private var lastSync = Duration.seconds(1)
  private var syncBegan = PoolInstant.distantPast
  /// A sync that takes less is quick.
  private let quickSync: Duration
  private(set) var groups = 0
  private(set) var answers = 0

  /// - Parameters:
  ///   - quickSync: a disk that takes less is waited for, if one request waits: nobody else is held up, and
  ///     a slow sync is not followed by another one.
  ///   - failed: called when the disk failed; from then on nothing may be answered.
  init(
    core: PoolCore, store: ReplicaStore, syncer: Syncer?, quickSync: Duration = .milliseconds(1),
    failed: @escaping (SystemError) -> Void
  ) {
    self.core = core
    self.store = store
    self.syncer = syncer
    self.quickSync = quickSync
    self.failed = failed
    store.closeLater = syncer?.closeLater
    store.startWriting = syncer?.startWriting
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
    lastSync = core.now - syncBegan
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
    expect(stage == .idle && waiting, "a group begins beside another one, or without anybody")
    group = next
    next = []
    groups += 1
    alone = group.count == 1 && lastSync < quickSync
    attempt(.written) { () throws(StoreError) in try store.beginFlush() }
  }

  func beginSync() {
    expect(
      stage == .written && !alone, "what is not written is synced, or a thread for one request")
    let order = store.syncOrder
    guard let syncer, !order.isEmpty else { return sync() }
    stage = .syncing
    syncBegan = core.now
    syncer.begin(order)
  }

  /// Waits for the disk itself: for one request alone, or when nobody else syncs.
  func sync() {
    expect(stage == .written, "what is not written is synced")
    let order = store.syncOrder
    let began = core.now
    attempt(.synced) { () throws(StoreError) in
      try fatally { () throws(SystemError) in try order.run(on: store.files) }
    }
    if !order.isEmpty { lastSync = core.now - began }
  }

  func endFirstRound() {
    expect(stage == .synced && round == .first, "a round ends that has not begun")
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
    expect(stage == .synced && round == .second, "a round ends that has not begun")
    round = .first
    attempt(.durable) { () throws(StoreError) in try store.endSecondRound() }
  }

  func answer() {
    expect(stage == .durable, "what is not durable is answered")
    let answered = group
    group = []
    stage = .idle
    answers += answered.count
    for answer in answered { answer() }
  }

  func giveUp() {
    expect(stage == .failed, "a disk that works is given up")
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
