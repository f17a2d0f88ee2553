/// What waits to run on a pool's thread, and who waits for room. One thread at a time uses it: the
/// executor keeps it under a lock.
struct PoolQueue {
  enum Work {
    /// Of an actor or a task; bounded by the number of tasks, each of which has one.
    case job(UnownedJob)
    /// Of `post` and `send`; bounded by `postLimit`.
    case closure(@Sendable () -> Void)
  }

  /// A `send` that found no room. Bounded by the number of tasks, each of which waits for one.
  struct Sender {
    let body: @Sendable () -> Void
    let continuation: CheckedContinuation<Void, any Error>
  }

  enum Phase {
    /// Before the thread's loop knows how to be woken.
    case starting
    case running(any Waker)
    /// The loop is asked to end: no more closures, jobs still run.
    case ending
    /// The thread has ended; jobs get threads of their own.
    case ended(isServing: Bool)
  }

  /// Posted closures that may wait at a time.
  static let postLimit = 65_536

  private(set) var work: [Work] = []
  private(set) var posts = 0
  /// Closures that were refused for want of room.
  private(set) var refused: UInt64 = 0
  var phase = Phase.starting
  /// Who waits for the thread's end.
  var uponEnd: [CheckedContinuation<Void, Never>] = []
  /// The loop is to end by itself within this time; the loop takes it out.
  private var drain: Duration?
  /// The loop has seen that there is nothing and may sleep: it must be woken.
  private var isResting = false
  private var senders = WaitingLine<Sender>()

  /// Whether the loop was asked to end, or does not run yet.
  private var isEnding: Bool {
    if case .running = phase { false } else { true }
  }

  /// What ends the loop's sleep, if it may be asleep and nobody has woken it. The caller wakes it.
  mutating func takeWaker() -> (any Waker)? {
    guard isResting, case .running(let waker) = phase else { return nil }
    isResting = false
    return waker
  }

  var hasEnded: Bool {
    if case .ended = phase { true } else { false }
  }

  /// Whether closures are still taken, if there is room.
  var isOpen: Bool {
    switch phase {
    case .starting, .running: true
    case .ending, .ended: false
    }
  }

  var hasRoom: Bool { posts < Self.postLimit }

  /// Senders that wait.
  var sending: Int { senders.count }

  mutating func append(_ job: UnownedJob) {
    work.append(.job(job))
  }

  /// Takes a closure in if there is room. Nobody overtakes a sender that waits: then there is none.
  mutating func append(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard isOpen else { return false }
    guard hasRoom else {
      refused += 1
      return false
    }
    posts += 1
    work.append(.closure(body))
    return true
  }

  /// Has a sender wait for room.
  /// - Returns: the ticket with which it can leave.
  mutating func wait(_ sender: Sender) -> UInt64 { senders.append(sender) }

  /// A sender gives up; nil when it was served.
  mutating func leave(_ ticket: UInt64) -> Sender? { senders.remove(ticket) }

  /// The loop is to end by itself within a time; of two times the shorter one counts.
  mutating func askToDrain(within time: Duration) {
    drain = min(drain ?? time, time)
  }

  /// What the loop has to know before it sleeps: whether it was asked to end, whether work waits, and
  /// within which time it is to end by itself, if it was asked since the last call. From then on, if
  /// there is nothing and it may sleep, it has to be woken.
  mutating func takeStatus(maySleep: Bool) -> (isEnding: Bool, hasWork: Bool, drain: Duration?) {
    defer { drain = nil }
    isResting = maySleep && work.isEmpty
    return (isEnding, !work.isEmpty, drain)
  }

  /// Takes all work out and lets in the senders for which there is room now.
  /// - Returns: the work, and the senders that were let in.
  mutating func take() -> (work: [Work], served: [Sender]) {
    isResting = false
    let taken = work
    work = []
    posts = 0
    var served: [Sender] = []
    while isOpen, hasRoom, let sender = senders.popFirst() {
      posts += 1
      work.append(.closure(sender.body))
      served.append(sender)
    }
    return (taken, served)
  }

  /// Takes no closures any more.
  /// - Returns: the senders that waited, none of which will be served.
  mutating func close() -> [Sender] {
    if !hasEnded { phase = .ending }
    var unserved: [Sender] = []
    while let sender = senders.popFirst() { unserved.append(sender) }
    return unserved
  }
}
