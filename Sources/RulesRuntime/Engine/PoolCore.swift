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
  private var unflushed: [any Flushable] = []

  /// A core without tasks.
  /// - Parameters:
  ///   - traceCapacity: how many of the newest firings are kept, of 32 bytes each; zero: none.
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
    timers.removeAll()
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
    if let present = record.pointee.engine {
      precondition(present == engine, "the task is in another pool")
      precondition(record.pointee.task === task, "two tasks share one membership")
      record.pointee.leavesAfterEvaluation = false
    } else {
      record.pointee.engine = engine
      record.pointee.task = task
      record.pointee.membership = membership
      record.pointee.kind = kind(of: type(of: task))
      record.pointee.slot = records.count
      record.pointee.admission = admissions
      admissions += 1
      records.append(record)
    }
    membership.activate()
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

  // MARK: - Time

  /// Runs `body` on the pool's thread, no sooner than `delay` from now: at the beginning of a turn,
  /// in the order of deadlines and, where these are equal, of the calls. O(log n).
  @discardableResult
  public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> PoolTimer {
    let timer = PoolTimer(repeats: false, body)
    timers.arm(timer, at: clock.now + max(delay, .zero))
    return timer
  }

  // MARK: - Turns

  /// Has `flush` of `target` called once, at the end of this turn, or of the next one when none is
  /// under way: what all of a turn's actions send leaves together. Amortised O(1); the caller asks
  /// once a turn.
  public func flushAtEndOfTurn(_ target: any Flushable) {
    unflushed.append(target)
  }

  /// One turn: due timers, then one evaluation of each task that is active then, then the flushes. A
  /// task that becomes active during the turn is evaluated in the next one.
  /// - Returns: zero when tasks are active, else the time to the next timer, nil when only news from
  ///   outside can bring work.
  public func step() -> Duration? {
    precondition(!engine.pointee.isStepping, "a turn cannot begin inside a turn")
    engine.pointee.isStepping = true
    engine.pointee.now = clock.now
    let timersBefore = timers.nextSequence
    while let timer = timers.popDue(at: engine.pointee.now, armedBefore: timersBefore) {
      timer.fire()
    }
    engine.pointee.turn += 1
    while let record = engine.pointee.active.popFirst(in: engine.pointee.turn) {
      evaluate(record)
    }
    flush()
    engine.pointee.isStepping = false
    return pause
  }

  private func flush() {
    // A flush may ask for another one, which is then this turn's too.
    var next = 0
    while next < unflushed.count {
      unflushed[next].flush()
      next += 1
    }
    unflushed.removeAll(keepingCapacity: true)
  }

  /// What `step` would return now: how long the pool may sleep.
  public var pause: Duration? {
    if !engine.pointee.active.isEmpty || !unflushed.isEmpty { return .zero }
    guard let deadline = timers.nextDeadline else { return nil }
    return max(.zero, deadline - clock.now)
  }

  private func evaluate(_ record: UnsafeMutablePointer<TaskRecord>) {
    guard let task = record.pointee.task, let kind = record.pointee.kind else { return }
    var turn = Turn(engine: engine, record: record, kind: kind)
    record.pointee.isEvaluating = true
    task.applyRules(&turn)
    record.pointee.isEvaluating = false
    turn.finish()
    let isAtGoal = turn.moved == 0 && !turn.isStill
    if record.pointee.leavesAfterEvaluation
      || (isAtGoal && record.pointee.removeAtGoal && !record.pointee.isActive)
    {
      leave(record)
      return
    }
    if turn.moved > 0, !record.pointee.isActive {
      engine.pointee.active.append(record, turn: engine.pointee.turn + 1)
    }
    if turn.needsTimer {
      armTimer(of: record)
    } else if turn.moved == 0, record.pointee.timerDeadline != .distantFuture {
      disarmTimer(of: record)
    }
  }

  // MARK: - A task's timer

  /// Has the task's timer fire no later than it is needed.
  private func armTimer(of record: UnsafeMutablePointer<TaskRecord>) {
    let deadline = min(record.pointee.reactivateAt, record.pointee.subjects.nextNotice)
    guard deadline < record.pointee.timerDeadline else { return }
    // Sound: the timer is cancelled when the task leaves, before the record can be freed.
    let timer =
      record.pointee.timer
      ?? PoolTimer(repeats: true) { [unowned self] in timerFired(of: record) }
    record.pointee.timer = timer
    record.pointee.timerDeadline = deadline
    timers.arm(timer, at: deadline)
  }

  private func disarmTimer(of record: UnsafeMutablePointer<TaskRecord>) {
    record.pointee.timerDeadline = .distantFuture
    if let timer = record.pointee.timer { timers.disarm(timer) }
  }

  private func timerFired(of record: UnsafeMutablePointer<TaskRecord>) {
    let now = engine.pointee.now
    record.pointee.timerDeadline = .distantFuture
    if let kind = record.pointee.kind {
      for index in 0..<record.pointee.subjects.count {
        let subject = record.pointee.subjects[index]
        guard let text = subject.pointee.takeNotice(in: kind.pointee.table, at: now) else {
          continue
        }
        log.log(.notice, text)
      }
    }
    if record.pointee.reactivateAt <= now {
      record.pointee.reactivateAt = .distantFuture
      record.pointee.membership?.activate()
    }
    armTimer(of: record)
  }

  // MARK: - Leaving

  /// The membership, which owns the record, may be freed by this.
  private func leave(_ record: UnsafeMutablePointer<TaskRecord>) {
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
    record.pointee.timer?.cancel()
    record.pointee.subjects.removeAll()
    let (task, membership) = (record.pointee.task, record.pointee.membership)
    let permits = record.pointee.permits
    record.pointee = TaskRecord()
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
    return kind
  }
}
