import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Looks again, ever less often, at replicas that the disk did not give back: a read error may pass, and
/// until it has, recovery does without what may be the last copy.
final class SecondLooks {
  private let core: PoolCore
  private let store: ReplicaStore
  private let failed: (SystemError) -> Void
  private var backoff = SecondLooks.makeBackoff()
  private var timer: PoolTimer?
  /// The same in each run: nothing else waits for these replicas.
  private var random = SplitMix64(seed: 1)

  private static func makeBackoff() -> ExponentialBackoff {
    ExponentialBackoff(first: .milliseconds(500), limit: .seconds(30), jitter: 0)
  }

  init(core: PoolCore, store: ReplicaStore, failed: @escaping (SystemError) -> Void) {
    self.core = core
    self.store = store
    self.failed = failed
    store.onDamage = { [weak self] _ in self?.begin() }
    begin()
  }

  func end() { timer?.cancel() }

  private func begin() {
    guard timer == nil, !store.unreadable.isEmpty else { return }
    timer = core.schedule(after: backoff.next(using: &random)) { [weak self] in self?.look() }
  }

  private func look() {
    timer = nil
    do {
      for key in store.unreadable { try store.lookAgain(at: key) }
    } catch {
      if case .failed(let error) = error { failed(error) }
      return
    }
    if store.unreadable.isEmpty { backoff = SecondLooks.makeBackoff() }
    begin()
  }
}
