import Glibc
import Synchronization

/// The pools that leave a trace when their process gets SIGUSR2 and when it exits before they have
/// ended.
///
/// A global, for the reason `ProcessProfile` is one: what happens at exit can be found from nowhere
/// else. Only pools that `$RULES_TRACE_DIR` has leave a trace are in it.
enum ProcessTraces {
  /// By pool: has the pool's thread write its trace, and returns when it has or does not come to it.
  private static let writers = Guarded<[ObjectIdentifier: @Sendable () -> Void]>([:])
  private static let exitHandler: Void = { atexit { ProcessTraces.write() } }()

  /// Waits for SIGUSR2 for the rest of the process. Without a thread, or where the program has its own
  /// use for the signal, there are traces at the end only.
  private static let signalThread: Void = {
    let thread = try? PoolThread(name: "rules-traces") {
      blockProgramSignals()
      while true {
        if DemandSignal.traces.wait(atMost: nil) { write() }
      }
    }
    thread?.detach()
    DemandSignal.traces.handle()
  }()

  static func add(_ pool: ObjectIdentifier, _ write: @escaping @Sendable () -> Void) {
    writers.withLock { $0[pool] = write }
    exitHandler
    signalThread
  }

  static func remove(_ pool: ObjectIdentifier) {
    writers.withLock { _ = $0.removeValue(forKey: pool) }
  }

  /// Writes the traces of all pools that are there.
  static func write() {
    let present = writers.withLock { Array($0.values) }
    for writer in present { writer() }
  }
}

extension PoolExecutor {
  /// How long an exiting process waits for a pool that is in the middle of something.
  private static let patience = 1_000

  /// Runs a closure on the pool's thread and waits for it, a second at most: directly when this is
  /// the pool's thread.
  func runBeforeExit(_ body: @escaping @Sendable () -> Void) {
    if isIsolatingCurrentContext() == true { return body() }
    let done = Flag()
    guard
      post({
        body()
        done.isSet.store(true, ordering: .releasing)
      })
    else { return }
    for _ in 0..<Self.patience {
      if done.isSet.load(ordering: .acquiring) { return }
      usleep(1_000)
    }
  }

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }
}
