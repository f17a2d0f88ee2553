/// What collects during a turn and leaves at its end: bytes to send, records to write.
public protocol Flushable: AnyObject {
  /// Called at the end of a turn by the core that was asked for it.
  func flush()
}

/// The engine of a pool: its tasks, timers, counters and trace. It has no thread: `Pool` steps it on
/// one, a test or a simulation steps it by hand. Not `Sendable`: everything in it belongs to the
/// stepping thread.
public final class PoolCore {
  /// What messages and threads call the pool.
  public let name: String
  /// The time by which timers, back-offs and ages go.
  public let clock: any PoolClock
  /// Where notices and errors go.
  public let log: RuleLog
  /// Replaced by `Pool`'s set-up when the pool has a network.
  public var poller: any Poller = ConditionPoller()

  /// Allocated here and freed in `deinit`, after every task's pointer to it is gone.
  let engine: UnsafeMutablePointer<Engine>
  let timers = TimerQueue()
  /// The kinds of task seen, in the order in which they came; freed in `deinit`.
  var kinds: [UnsafeMutablePointer<TaskKind>] = []
  private let counting: StateCounting
  private let profile: ProfileRegistry
  private var kindOfType: [ObjectIdentifier: UnsafeMutablePointer<TaskKind>] = [:]
  /// All tasks, in no order; each record knows its index.
  var records: [UnsafeMutablePointer<TaskRecord>] = []
  private var admissions: UInt64 = 0
  /// Who asked to be flushed at the end of the turn.
  // Unchecked: nobody is called while it changes.
  @exclusivity(unchecked) var unflushed: [any Flushable] = []
  private(set) var hasEnded = false
  /// Within what time news are expected, if they are.
  private var expectedNews = Duration.zero
  /// How many of the timers are tasks' own.
  var taskTimers = 0
  /// The names of causes, from number 1 on.
  var causeNames: [String] = []
  /// What a handler of a fatal signal writes of this pool, if anything.
  var crashTrace: CrashTrace?
  /// How long it is at least from one look for a forgotten activation to the next one; zero: after
  /// every turn; nil: the pool does not look. See `Audit`.
  public var auditInterval: Duration? = Audit.standardInterval {
    didSet { engine.pointee.nextAudit = .distantPast }
  }
  var audit = Audit()

  /// A core without tasks.
  /// - Parameters:
  ///   - traceCapacity: how many of the newest firings are kept, of 40 bytes each; zero: none.
  ///   - counting: what is counted of each evaluation.
  ///   - profile: what the counts are a part of.
  public init(
    name: String, clock: any PoolClock = SystemClock(), log: RuleLog = .disabled,
    traceCapacity: Int = 65_536, counting: StateCounting = .states,
    profile: ProfileRegistry = .process
  ) {
    self.name = name
    self.counting = counting
    self.profile = profile
    self.clock = clock
    self.log = log
    engine = .allocate(capacity: 1)
    engine.initialize(
      to: Engine(
        now: clock.now, trace: TraceRing(capacity: traceCapacity), reporter: Reporter(log: log)))
  }

  /// Tasks that are still in the pool leave it; timers that are still armed never fire.
  deinit {
    hasEnded = true
    timers.removeAll()
    crashTrace?.end()
    for record in Array(records) { release(record) }
    engine.pointee.trace.removeAll()
    for kind in kinds {
      profile.retire(kind.pointee.counters)
      kind.pointee.deallocate()
      kind.deinitialize(count: 1)
      kind.deallocate()
    }
    engine.deinitialize(count: 1)
    engine.deallocate()
  }

  /// Says that news from outside are likely within a time, such as the next request of who has just been
  /// answered: the pool's thread looks for them that long before it sleeps next, as far as that has paid of
  /// late, see `Pool.init`. Of several times the longest counts. Without effect on a machine with one processor,
  /// where it would be in the way of who is waited for.
  public func expectNews(within time: Duration) { expectedNews = max(expectedNews, time) }

  /// What was said since this was called last; zero: nothing.
  func takeExpectedNews() -> Duration {
    defer { expectedNews = .zero }
    return expectedNews
  }

  /// The clock's time.
  public var now: PoolInstant { clock.now }

  // MARK: - Tasks

  /// Takes a task in, active. `removeAtGoal`: it leaves by itself once all its scopes are at their
  /// goal, which a scope without elements is.
  ///
  /// A task of this pool stays and becomes active. A task belongs to one pool at a time: that it is
  /// in another one is a programming error. O(1).
  public func add(_ task: any RuleTask, removeAtGoal: Bool = false) {
    let membership = task.membership
    let record = membership.record
    record.pointee.removeAtGoal = removeAtGoal
    let cause = engine.pointee.context
    if let present = record.pointee.engine {
      precondition(present == engine, "the task is in another pool")
      precondition(record.pointee.task === task, "two tasks share one membership")
      record.pointee.leavesAfterEvaluation = false
    } else {
      record.pointee.engine = engine
      record.pointee.hasLeft = false
      record.pointee.task = task
      record.pointee.membership = membership
      record.pointee.kind = kind(of: type(of: task))
      record.pointee.slot = records.count
      record.pointee.admission = admissions
      admissions += 1
      records.append(record)
      engine.pointee.context = cause.becoming(.admission)
    }
    membership.activate()
    engine.pointee.context = cause
  }

  /// Takes a task out and forgets it; one that is being evaluated leaves when its evaluation ends.
  /// No effect when it is not in this pool. O(1).
  public func remove(_ task: any RuleTask) {
    let membership = task.membership
    let record = membership.record
    guard record.pointee.engine == engine else { return }
    if record.pointee.isEvaluating {
      record.pointee.leavesAfterEvaluation = true
    } else {
      leave(record)
    }
  }

  /// Takes every task out: what owns their state is going, and timers still have to fire.
  package func removeAllTasks() {
    for record in Array(records) { leave(record) }
  }

  /// Nothing will happen here any more: tasks, timers and what was to be flushed are let go, which may
  /// hold this, and timers that are made from now on never fire.
  package func end() {
    hasEnded = true
    removeAllTasks()
    timers.removeAll()
    unflushed = []
  }

  // MARK: - Time

  /// Runs `body` on the pool's thread, no sooner than `delay` from now: at the beginning of a turn,
  /// in the order of deadlines and, where these are equal, of the calls. O(log n).
  @discardableResult
  public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> PoolTimer {
    let timer = PoolTimer(repeats: false, body)
    timer.origin = engine.pointee.context.originBits
    if !hasEnded { timers.arm(timer, at: clock.now + max(delay, .zero)) }
    return timer
  }

  // MARK: - Leaving

  /// The membership, which owns the record, may be freed by this.
  func leave(_ record: UnsafeMutablePointer<TaskRecord>) {
    while let kind = record.pointee.kind, record.pointee.subjects.count > 0 {
      engine.pointee.forget(record.pointee.subjects.removeLast(), in: kind.pointee.table)
    }
    let slot = record.pointee.slot
    let last = records.removeLast()
    if last != record {
      records[slot] = last
      last.pointee.slot = slot
    }
    release(record)
  }

  /// Cuts every tie between a task's record and this core, ending the cycles through the record.
  private func release(_ record: UnsafeMutablePointer<TaskRecord>) {
    if record.pointee.isActive { engine.pointee.active.remove(record) }
    disarmTimer(of: record)
    record.pointee.timer?.cancel()
    record.pointee.subjects.removeAll()
    let (task, membership) = (record.pointee.task, record.pointee.membership)
    let permits = record.pointee.permits
    record.pointee = TaskRecord()
    record.pointee.hasLeft = true
    permits?.endAll()
    withExtendedLifetime((task, membership)) {}
  }

  private func kind(of type: any RuleTask.Type) -> UnsafeMutablePointer<TaskKind> {
    let identifier = ObjectIdentifier(type)
    if let known = kindOfType[identifier] { return known }
    let kind = UnsafeMutablePointer<TaskKind>.allocate(capacity: 1)
    kind.initialize(
      to: TaskKind(table: type.ruleTable, index: kinds.count, counting: counting))
    profile.register(kind.pointee.counters)
    kinds.append(kind)
    kindOfType[identifier] = kind
    crashTrace?.prepare()
    return kind
  }
}
