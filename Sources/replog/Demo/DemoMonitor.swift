import ReplicatedLog
import RulesRuntime
import Synchronization

/// Looks at the log ten times a second while the demo appends, less often when that takes more than
/// a tenth of the time: draws the progress, tells what
/// happened, and gathers the firings.
final class DemoMonitor: Sendable {
  private struct State {
    var appended = 0
    var events = RepairEvents()
    var ended: Set<String> = []
    var hinted = false
    var coordinatorEnd: String?
    var task: Task<Void, Never>?
  }

  static let interval = Duration.milliseconds(100)

  let history = FiringHistory()
  let log: ReplicatedLog
  let cluster: LocalCluster
  private let display: LiveDisplay
  private let total: Int
  private let state = Mutex(State())

  init(log: ReplicatedLog, cluster: LocalCluster, display: LiveDisplay, total: Int) {
    self.log = log
    self.cluster = cluster
    self.display = display
    self.total = total
  }

  /// - Parameter onCoordinatorEnd: called once if the coordinator's process ends: the log cannot
  ///   be repaired any more.
  func start(onCoordinatorEnd: @escaping @Sendable () -> Void) {
    let task = Task {
      while !Task.isCancelled {
        let start = ContinuousClock.now
        await refresh()
        let spent = ContinuousClock.now - start
        if noteCoordinator() { onCoordinatorEnd() }
        // The only error is the cancellation, which ends the loop.
        try? await Task.sleep(for: max(DemoMonitor.interval, spent * 9))
      }
    }
    state.withLock { $0.task = task }
  }

  /// Looks now, and tells what has happened.
  func refresh() async { show(await look()) }

  /// How the coordinator's process ended; nil while it runs.
  var coordinatorEnd: String? { state.withLock { $0.coordinatorEnd } }

  /// So many bytes of the input are durable.
  func noteAppended(upTo bytes: Int) { state.withLock { $0.appended = bytes } }

  /// The process is about to be killed: no news when it is gone.
  func expectEnd(of process: ChildProcess) {
    _ = state.withLock { $0.ended.insert(process.name) }
  }

  /// Draws no more.
  func stop() async {
    let task = state.withLock { $0.task }
    task?.cancel()
    await task?.value
    display.clear()
  }

  /// A last look.
  func last() async -> DemoView { await look() }

  private func look() async -> DemoView {
    let status = await log.status()
    let statistics = await log.statistics()
    history.add(statistics)
    let appended = state.withLock { $0.appended }
    return DemoView(appended: appended, total: total, status: status, statistics: statistics)
  }

  /// - Returns: whether it is news that the coordinator's process has ended.
  private func noteCoordinator() -> Bool {
    guard let end = cluster.coordinatorProcess.endedHow() else { return false }
    return state.withLock { state in
      defer { state.coordinatorEnd = end }
      return state.coordinatorEnd == nil
    }
  }

  private func show(_ view: DemoView) {
    var events = state.withLock { $0.events.events(view.status) }
    for process in cluster.backups.map(\.process) {
      guard let how = process.endedHow() else { continue }
      if state.withLock({ $0.ended.insert(process.name).inserted }) {
        events.insert("process \(process.pid) (\(process.name)) ended: \(how)", at: 0)
      }
    }
    if view.waiting != nil, view.status.members.count < view.status.settings.replicas,
      state.withLock({ state in
        defer { state.hinted = true }
        return !state.hinted
      })
    {
      events.append(
        "too few backups: add one with  replog backup --coordinator \(cluster.coordinator) "
          + "--dir DIR")
    }
    for event in events { display.event(event) }
    display.show(block: view.block, plain: view.plain)
  }
}
