import Glibc
import Synchronization

/// What the thread of a pool does, from set-up to the end.
///
/// `@unchecked Sendable` is sound: the variables are read and written by code that the executor
/// runs, which is one thread at a time with a lock between two; everything else is constant.
final class PoolLoop<State>: @unchecked Sendable {
  let executor: PoolExecutor
  /// Lives from set-up to the end of the loop.
  private(set) var state: State?
  /// Lives as long as the state.
  private(set) var core: PoolCore?
  private(set) var spinner: Spinner
  private(set) var turnTime = TurnTime()
  /// Whether every task was settled when the loop ended; meaningful from then on.
  let endedSettled = Atomic(true)
  /// Leaves traces, if some folder was named for them.
  private var dump: TraceDump?
  private let traceFolder: String?
  private let tracer: RuleTracer?

  init(
    name: String, spin: Duration = .zero, tracer: RuleTracer? = nil,
    traceFolder: String? = TraceDump.folderOfProcess
  ) {
    executor = PoolExecutor(name: name)
    spinner = Spinner(limit: spin)
    self.tracer = tracer
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
    // First, so that a process which exits as soon as it has the pool still leaves its trace.
    beginTraces(core)
    uponStart()
    turn(core)
    // What was accepted before the end still finds the state.
    executor.runWaiting()
    var hint = 0
    endedSettled.store(core.isSettled(hint: &hint), ordering: .relaxed)
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

  /// Whether others run while this thread does.
  private static var hasCompany: Bool { processors > 1 }

  private func turn(_ core: PoolCore) {
    var drain = Drain()
    var burst = Burst()
    var feed = tracer.map { TracerFeed($0, core) }
    while true {
      core.begin(.post)
      executor.runWaiting()
      let pause = core.step()
      dump?.noteTurn()
      let turnTook = core.now - core.engine.pointee.now
      turnTime.add(turnTook)
      feed?.noteTurn(of: core)
      let (isEnding, hasWork, drainTime) = executor.takeStatus(maySleep: pause != .zero)
      if isEnding { return }
      if let drainTime { drain.begin(within: drainTime, at: core.now) }
      if drain.isOver(core, isIdle: !hasWork && pause != .zero) {
        // What is posted in this moment still gets its turn.
        executor.end()
        continue
      }
      // What was expected is here: who is waited for next is somebody else.
      if hasWork { _ = core.takeExpectedNews() }
      let timeout = hasWork ? .zero : drain.shortened(pause, at: core.now)
      if timeout == .zero, burst.goesOn(after: turnTook) { continue }
      burst = Burst()
      core.begin(.news)
      let expected = core.takeExpectedNews()
      spinner.wait(
        in: core.poller, timeout: timeout, expecting: Self.hasCompany ? expected : .zero,
        clock: core.clock)
    }
  }
}

private let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
