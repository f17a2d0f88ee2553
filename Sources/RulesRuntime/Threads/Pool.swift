import Synchronization

/// A pool on its own thread: an actor whose executor is that thread.
///
/// `State` is the caller's: the objects that tasks belong to. It is made on the pool's thread, never
/// leaves it, and so needs no locks and no `Sendable`.
///
/// The thread repeats: run what was posted and awaited, one turn of the core, poll for news. With
/// nothing to do it sleeps in the poller.
///
/// End a pool with `shutdown`. A pool that is dropped without it ends its thread as well, but nobody
/// learns when: the thread drops the state once its current turn is over.
public actor Pool<State> {
  nonisolated let loop: PoolLoop<State>
  private let thread: PoolThread
  private let isJoined = Atomic(false)

  /// Starts the thread, makes the state on it and begins to turn.
  ///
  /// `setUp` runs on the pool's thread. It may replace `core.poller`; later is too late, because the
  /// loop keeps the waker of the poller that it finds then.
  /// - Parameters:
  ///   - name: what messages, metrics and `top -H` call the pool and its thread.
  ///   - clock: the pool's only one.
  ///   - log: where notices and errors go.
  ///   - spin: how long the thread polls for news before it sleeps in the kernel, which costs a core
  ///     for that time and saves some microseconds of waking up. It adapts: a pool whose news come
  ///     later than that sleeps at once, and an idle one uses no CPU. Zero, the default: never.
  ///   - tracer: is told of each turn in which rules fired.
  /// - Throws: what `setUp` throws; then no thread is left. `PoolError.noThread`.
  public init(
    name: String, clock: any PoolClock = SystemClock(), log: RuleLog = .disabled,
    spin: Duration = .zero, tracer: RuleTracer? = nil,
    setUp: @escaping @Sendable (PoolCore) throws -> State
  ) async throws {
    let loop = PoolLoop<State>(name: name, spin: spin, tracer: tracer)
    thread = try await loop.start(name: name, clock: clock, log: log, setUp: setUp)
    self.loop = loop
  }

  deinit {
    loop.executor.end()
    if !isJoined.load(ordering: .relaxed) { thread.detach() }
  }

  /// The pool's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    loop.executor.asUnownedSerialExecutor()
  }

  /// For `Task(executorPreference:)`: from a task that runs on the pool's thread, a `read` costs a
  /// twentieth of one that comes from another thread.
  public nonisolated var taskExecutor: any TaskExecutor { loop.executor }

  /// Runs `body` on the pool's thread between two turns and returns what it returns: a consistent
  /// copy of whatever it looked at.
  ///
  /// What `body` activates is evaluated in the next turn. After `shutdown` the call ends at once.
  /// - Throws: what `body` throws; `PoolError.shutDown` after `shutdown`.
  public func read<Result: Sendable>(
    _ body: @Sendable (State) throws -> Result
  ) throws -> Result {
    guard let state = loop.state else { throw PoolError.shutDown }
    return try body(state)
  }

  /// Has `body` run on the pool's thread, without waiting for it: between two turns, in the order of
  /// the posts, and also when `shutdown` comes in between.
  /// - Returns: false when it will not run: after `shutdown`, or when 65,536 posts wait already. Who
  ///   may outrun the pool uses `send`, which waits for room.
  @discardableResult
  public nonisolated func post(_ body: @escaping @Sendable (State) -> Void) -> Bool {
    loop.executor.post { [loop] in
      if let state = loop.state { body(state) }
    }
  }

  /// As `post`, but waits until there is room, behind everybody who waited before. It does not wait
  /// for `body` to run; `read` does.
  /// - Throws: `PoolError.shutDown` after `shutdown`, and `CancellationError` when the calling task
  ///   was cancelled before there was room. Then `body` does not run.
  public nonisolated func send(_ body: @escaping @Sendable (State) -> Void) async throws {
    try await loop.executor.send { [loop] in
      if let state = loop.state { body(state) }
    }
  }

  /// Ends the loop after the current turn, drops the state on the pool's thread and joins the thread.
  /// Idempotent. After it, `post` does nothing and `read` throws; code that awaits the pool still gets
  /// its answer.
  ///
  /// Returns, to every caller, only after the state is gone.
  public nonisolated func shutdown() async {
    await shutdown(.now)
  }

  /// As `shutdown`, at once or when the tasks have come to rest. Of several calls the soonest end
  /// counts.
  /// - Returns: whether all tasks had come to rest, see `PoolShutdown.graceful`.
  @discardableResult
  public nonisolated func shutdown(_ how: PoolShutdown) async -> Bool {
    switch how {
    case .now: loop.executor.end()
    case .graceful(let time): loop.executor.drain(within: time)
    }
    await loop.executor.waitForEnd()
    if !isJoined.exchange(true, ordering: .relaxed) { thread.join() }
    return loop.endedSettled.load(ordering: .relaxed)
  }

  /// What the pool has done so far and how it stands, between two turns. O(tasks).
  /// - Parameter throttles: the throttles of the state that are to be told of.
  /// - Throws: `PoolError.shutDown` after `shutdown`.
  public func metrics(
    throttles: @Sendable (State) -> [Throttle] = { _ in [] }
  ) throws -> PoolMetrics {
    guard let state = loop.state, let core = loop.core else { throw PoolError.shutDown }
    var metrics = core.metrics
    metrics.throttles = throttles(state).map(ThrottleMetrics.init)
    metrics.thread = ThreadMetrics(
      loop.turnTime, loop.spinner.counts, queue: loop.executor.counts)
    return metrics
  }
}
