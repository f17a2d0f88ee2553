/// What the thread of a pool does, from set-up to the end.
///
/// `@unchecked Sendable` is sound: `state`, `core` and `dump` are read and written by code that the executor runs, which
/// is one thread at a time with a lock between two; everything else is constant.
final class PoolLoop<State>: @unchecked Sendable {
  let executor: PoolExecutor
  /// Lives from set-up to the end of the loop.
  private(set) var state: State?
  /// Lives as long as the state.
  private(set) var core: PoolCore?
  /// Leaves traces, if some folder was named for them.
  private var dump: TraceDump?
  private let traceFolder: String?

  init(name: String, traceFolder: String? = TraceDump.folderOfProcess) {
    executor = PoolExecutor(name: name)
    self.traceFolder = traceFolder
  }

  /// Starts the thread and waits until `setUp` has run on it.
  /// - Throws: what `setUp` throws, after the thread has ended; `PoolError.noThread`.
  func start(
    name: String, clock: any PoolClock, log: RuleLog,
    setUp: @escaping @Sendable (PoolCore) throws -> State
  ) async throws -> PoolThread {
    var thread: PoolThread?
    let failure: (any Error)? = await withCheckedContinuation { started in
      do {
        thread = try PoolThread(name: name) { [self] in
          executor.takeThread()
          let failure = live(
            core: PoolCore(name: name, clock: clock, log: log), setUp,
            uponStart: { started.resume(returning: nil) })
          executor.finish()
          if let failure { started.resume(returning: failure) }
        }
      } catch {
        started.resume(returning: error)
      }
    }
    if let failure {
      thread?.join()
      throw failure
    }
    guard let thread else { throw PoolError.shutDown }
    return thread
  }

  /// Set-up, the loop, the end of the state.
  /// - Returns: what `setUp` threw.
  private func live(
    core: PoolCore, _ setUp: (PoolCore) throws -> State, uponStart: () -> Void
  ) -> (any Error)? {
    do {
      state = try setUp(core)
    } catch {
      executor.end()
      return error
    }
    self.core = core
    executor.begin(waker: core.poller.waker)
    uponStart()
    beginTraces(core)
    turn(core)
    // What was accepted before the end still finds the state.
    executor.runWaiting()
    ProcessTraces.remove(ObjectIdentifier(self))
    dump?.noteEnd()
    dump = nil
    state = nil
    self.core = nil
    return nil
  }

  private func beginTraces(_ core: PoolCore) {
    guard let traceFolder else { return }
    dump = TraceDump(core, folder: traceFolder)
    ProcessTraces.add(ObjectIdentifier(self)) { [self] in
      executor.runBeforeExit { self.dump?.noteEnd() }
    }
  }

  private func turn(_ core: PoolCore) {
    while true {
      executor.runWaiting()
      let pause = core.step()
      dump?.noteTurn()
      let (isEnding, hasWork) = executor.status
      if isEnding { return }
      core.poller.poll(timeout: hasWork ? .zero : pause)
    }
  }
}
