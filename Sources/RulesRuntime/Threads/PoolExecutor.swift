import Synchronization

/// The executor of a pool: a queue of jobs and posted closures that the pool's thread empties
/// between two turns, in the order in which they came.
///
/// A pool that ended still has to run the jobs of code that awaits it, or that code would hang. From
/// then on whoever brings the first job starts a thread that runs jobs, one at a time, until there
/// are none.
final class PoolExecutor: SerialExecutor, TaskExecutor {
  private let name: String
  private let queue = Guarded(PoolQueue())
  /// The thread that may run jobs now; zero when there is none.
  private let owner = Atomic<UInt>(0)

  init(name: String) {
    self.name = name
  }

  // MARK: - From any thread

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // As soon as the job is in the queue it may have run, and who waited for it may have let go of the pool:
    // the runtime does not hold the executor while it is here.
    let held = Unmanaged.passRetained(self)
    defer { held.release() }
    let (waker, startsThread) = queue.withLock { queue -> ((any Waker)?, Bool) in
      queue.append(job)
      guard case .ended(isServing: false) = queue.phase else { return (queue.takeWaker(), false) }
      queue.phase = .ended(isServing: true)
      return (nil, true)
    }
    wake(waker)
    if startsThread { serve() }
  }

  /// Has a closure run.
  /// - Returns: false when the executor is ending or `PoolQueue.postLimit` closures wait.
  func post(_ body: @escaping @Sendable () -> Void) -> Bool {
    let (waker, isAccepted) = queue.withLock { queue -> ((any Waker)?, Bool) in
      guard queue.append(body) else { return (nil, false) }
      return (queue.takeWaker(), true)
    }
    wake(waker)
    return isAccepted
  }

  /// Has a closure run, and waits until there is room for it.
  /// - Throws: `PoolError.shutDown`; `CancellationError`. Then the closure does not run.
  func send(_ body: @escaping @Sendable () -> Void) async throws {
    let ticket = Atomic(UInt64.max)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (waker, answer) = queue.withLock { queue -> ((any Waker)?, Result<Void, any Error>?) in
          // A cancellation that comes later finds the ticket: its handler takes the lock too.
          if Task.isCancelled { return (nil, .failure(CancellationError())) }
          guard queue.isOpen else { return (nil, .failure(PoolError.shutDown)) }
          if queue.hasRoom {
            _ = queue.append(body)
            return (queue.takeWaker(), .success(()))
          }
          let sender = PoolQueue.Sender(body: body, continuation: continuation)
          ticket.store(queue.wait(sender), ordering: .relaxed)
          return (nil, nil)
        }
        wake(waker)
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      let sender = queue.withLock { $0.leave(ticket.load(ordering: .relaxed)) }
      sender?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Asks the thread to end. No effect when it was asked before.
  func end() {
    let (waker, unserved) = queue.withLock { queue in
      let waker = queue.takeWaker()
      return (waker, queue.close())
    }
    wake(waker)
    for sender in unserved { sender.continuation.resume(throwing: PoolError.shutDown) }
  }

  /// Asks the thread's loop to end by itself within a time.
  func drain(within time: Duration) {
    let waker = queue.withLock { queue -> (any Waker)? in
      queue.askToDrain(within: time)
      return queue.takeWaker()
    }
    wake(waker)
  }

  private func wake(_ waker: (any Waker)?) {
    // The thread itself looks at the queue before it sleeps.
    if !isOnThread { waker?.wake() }
  }

  /// Returns when the thread has run its last job.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = queue.withLock { queue in
        if queue.hasEnded { return true }
        queue.uponEnd.append(continuation)
        return false
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// How full the queue is, and how many closures it has refused.
  var counts: (posts: Int, sending: Int, refused: UInt64) {
    queue.withLock { ($0.posts, $0.sending, $0.refused) }
  }

  func checkIsolated() {
    precondition(isOnThread, "not on the thread of pool \(name)")
  }

  func isIsolatingCurrentContext() -> Bool? { isOnThread }

  private var isOnThread: Bool { owner.load(ordering: .relaxed) == PoolThread.current }

  // MARK: - On the pool's thread

  /// The calling thread is the pool's from now on.
  func takeThread() {
    owner.store(PoolThread.current, ordering: .relaxed)
  }

  /// The thread's loop begins; `waker` ends its sleep. It may have been asked to end already.
  func begin(waker: any Waker) {
    queue.withLock { queue in
      if case .starting = queue.phase { queue.phase = .running(waker) }
    }
  }

  /// What the loop has to know before it sleeps.
  func takeStatus(maySleep: Bool) -> (isEnding: Bool, hasWork: Bool, drain: Duration?) {
    queue.withLock { $0.takeStatus(maySleep: maySleep) }
  }

  /// Runs what waits now; what that brings waits for the next time.
  func runWaiting() {
    let (work, served) = queue.withLock { $0.take() }
    for sender in served { sender.continuation.resume() }
    for work in work {
      switch work {
      case .job(let job):
        job.runSynchronously(
          isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
      case .closure(let body):
        body()
      }
    }
  }

  /// Runs jobs until there are none, and gives the thread back: the last thing it does.
  func finish() {
    while true {
      runWaiting()
      let waiting = queue.withLock { queue -> [CheckedContinuation<Void, Never>]? in
        guard queue.work.isEmpty else { return nil }
        queue.phase = .ended(isServing: false)
        owner.store(0, ordering: .relaxed)
        defer { queue.uponEnd = [] }
        return queue.uponEnd
      }
      guard let waiting else { continue }
      for continuation in waiting { continuation.resume() }
      return
    }
  }

  private func serve() {
    let body: @Sendable () -> Void = { [self] in
      takeThread()
      finish()
    }
    do {
      try PoolThread(name: name, body).detach()
    } catch {
      // Without a thread to spare the caller's must do: the job was promised to run.
      body()
    }
  }
}
