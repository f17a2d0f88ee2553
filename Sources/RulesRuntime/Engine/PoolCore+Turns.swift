extension PoolCore {
  // MARK: - Turns

  /// Has `flush` of `target` called once, at the end of this turn, or of the next one when none is
  /// under way: what all of a turn's actions send leaves together. Amortised O(1); the caller asks
  /// once a turn.
  public func flushAtEndOfTurn(_ target: any Flushable) {
    if !hasEnded { unflushed.append(target) }
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
      engine.pointee.context = PackedCause(.timer, originBits: timer.origin)
      timer.fire()
    }
    engine.pointee.turn += 1
    while let record = engine.pointee.active.popFirst(in: engine.pointee.turn) {
      evaluate(record)
    }
    engine.pointee.context = .unknown
    if !unflushed.isEmpty { flush() }
    lookForStalls()
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

  /// When the next turn has something to do, for whoever steps the core by hand; nil: never, unless
  /// news come from outside.
  public var nextTurn: PoolInstant? {
    if !engine.pointee.active.isEmpty || !unflushed.isEmpty { return .distantPast }
    return timers.nextDeadline
  }

  private func evaluate(_ record: UnsafeMutablePointer<TaskRecord>) {
    guard let task = record.pointee.task, let kind = record.pointee.kind else { return }
    var turn = Turn(engine: engine, record: record, kind: kind)
    engine.pointee.evaluatedIn = engine.pointee.turn
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
    } else if turn.moved == 0 {
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
    if record.pointee.timerDeadline == .distantFuture { taskTimers += 1 }
    record.pointee.timerDeadline = deadline
    timers.arm(timer, at: deadline)
  }

  func disarmTimer(of record: UnsafeMutablePointer<TaskRecord>) {
    guard record.pointee.timerDeadline != .distantFuture else { return }
    taskTimers -= 1
    record.pointee.timerDeadline = .distantFuture
    if let timer = record.pointee.timer { timers.disarm(timer) }
  }

  /// Of a wait, what came before it: `; its last firing was R4, number 38, 2.1 s ago`, for `why`. O(1).
  private func newestFiring(of status: SubjectStatus) -> String {
    guard status.ending == .waiting, status.hasFired,
      let record = engine.pointee.trace[status.lastFiring - 1]
    else { return "" }
    let scope = kinds[Int(record.kind)].pointee.table.scopes[Int(record.scope)]
    let age = engine.pointee.now - record.time
    return "; its last firing was \(scope.leaves[Int(record.leaf)].name), "
      + "number \(status.lastFiring - 1), \(age.tenths) ago"
  }

  private func timerFired(of record: UnsafeMutablePointer<TaskRecord>) {
    let now = engine.pointee.now
    record.pointee.timerDeadline = .distantFuture
    taskTimers -= 1
    if let kind = record.pointee.kind {
      for index in 0..<record.pointee.subjects.count {
        let subject = record.pointee.subjects[index]
        guard let text = subject.pointee.takeNotice(in: kind.pointee.table, at: now) else {
          continue
        }
        log.log(.notice, text + newestFiring(of: subject.pointee))
      }
    }
    if record.pointee.reactivateAt <= now {
      record.pointee.reactivateAt = .distantFuture
      engine.pointee.context = PackedCause(.retry)
      record.pointee.membership?.activate()
    }
    armTimer(of: record)
  }
}
