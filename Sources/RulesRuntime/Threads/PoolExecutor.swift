import Synchronization

/// The executor of a pool: a queue of jobs and posted closures that the pool's thread empties
/// between two turns, in the order in which they came.
///
/// A pool that ended still has to run the jobs of code that awaits it, or that code would hang. From
/// then on whoever brings the first job starts a thread that runs jobs, one at a time, until there
/// are none.
final class PoolExecutor: SerialExecutor, TaskExecutor {
  enum Work {
    /// Of an actor or a task; bounded by the number of tasks, each of which has one.
    case job(UnownedJob)
    /// Of `post`; bounded by `postLimit`.
    case closure(@Sendable () -> Void)
  }

  /// Posted closures that may wait at a time.
  static let postLimit = 65_536

  private enum Phase {
    /// Before the thread's loop knows how to be woken.
    case starting
    case running(any Waker)
    /// The loop is asked to end: no more closures, jobs still run.
    case ending
    /// The thread has ended; jobs get threads of their own.
    case ended(isServing: Bool)
  }

  private struct Queue {
    var work: [Work] = []
    var posts = 0
    var phase = Phase.starting
    var uponEnd: [CheckedContinuation<Void, Never>] = []

    /// What ends the loop's sleep, while there is a loop.
    var waker: (any Waker)? {
      if case .running(let waker) = phase { waker } else { nil }
    }

    /// The waker, when the loop cannot know of the work yet: the first to come wakes it.
    var wakerForFirst: (any Waker)? { work.count == 1 ? waker : nil }

    var hasEnded: Bool {
      if case .ended = phase { true } else { false }
    }

    var acceptsPosts: Bool {
      switch phase {
      case .starting, .running: posts < PoolExecutor.postLimit
      case .ending, .ended: false
      }
    }
  }

  private let name: String
  private let queue = Guarded(Queue())
  /// The thread that may run jobs now; zero when there is none.
  private let owner = Atomic<UInt>(0)

  init(name: String) {
    self.name = name
  }

  // MARK: - From any thread

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let (waker, startsThread) = queue.withLock { queue -> ((any Waker)?, Bool) in
      queue.work.append(.job(job))
      guard case .ended(isServing: false) = queue.phase else { return (queue.wakerForFirst, false) }
      queue.phase = .ended(isServing: true)
      return (nil, true)
    }
    wake(waker)
    if startsThread { serve() }
  }

  /// Has a closure run.
  /// - Returns: false when the executor is ending or `postLimit` closures wait.
  func post(_ body: @escaping @Sendable () -> Void) -> Bool {
    let (waker, isAccepted) = queue.withLock { queue -> ((any Waker)?, Bool) in
      guard queue.acceptsPosts else { return (nil, false) }
      queue.posts += 1
      queue.work.append(.closure(body))
      return (queue.wakerForFirst, true)
    }
    wake(waker)
    return isAccepted
  }

  /// Asks the thread to end. No effect when it was asked before.
  func end() {
    let waker = queue.withLock { queue -> (any Waker)? in
      let waker = queue.waker
      if !queue.hasEnded { queue.phase = .ending }
      return waker
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

  /// Whether the loop was asked to end, and whether work waits for it.
  var status: (isEnding: Bool, hasWork: Bool) {
    queue.withLock { ($0.waker == nil, !$0.work.isEmpty) }
  }

  /// Runs what waits now; what that brings waits for the next time.
  func runWaiting() {
    let work = queue.withLock { queue in
      let work = queue.work
      queue.work = []
      queue.posts = 0
      return work
    }
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
