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
  let loop: PoolLoop<State>
  private let thread: PoolThread
  private let isJoined = Atomic(false)

  /// Starts the thread, makes the state on it and begins to turn.
  ///
  /// `setUp` runs on the pool's thread. It may replace `core.poller`; later is too late, because the
  /// loop keeps the waker of the poller that it finds then.
  /// - Throws: what `setUp` throws; then no thread is left. `PoolError.noThread`.
  public init(
    name: String, clock: any PoolClock = SystemClock(), log: RuleLog = .disabled,
    setUp: @escaping @Sendable (PoolCore) throws -> State
  ) async throws {
    let loop = PoolLoop<State>(name: name)
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
  ///   may outrun the pool then retries later, or uses `read`, which waits.
  @discardableResult
  public nonisolated func post(_ body: @escaping @Sendable (State) -> Void) -> Bool {
    loop.executor.post { [loop] in
      if let state = loop.state { body(state) }
    }
  }

  /// Ends the loop after the current turn, drops the state on the pool's thread and joins the thread.
  /// Idempotent. After it, `post` does nothing and `read` throws.
  ///
  /// Returns, also to a second caller, only after the state is gone.
  public nonisolated func shutdown() async {
    loop.executor.end()
    await loop.executor.waitForEnd()
    if !isJoined.exchange(true, ordering: .relaxed) { thread.join() }
  }
}
