/// The look for tasks that can never go on: every task of the pool waits for others of the pool, none
/// is active or at its goal, none waits for an event, and no timer is armed. Then no rule can fire any
/// more and none of the waits can end, but by what the rules do not name: a new task.
///
/// A cause is a change of another task if it is one of the scope's facts, reached through a `related`
/// task (`prior.closed`); every other cause is taken for something that may come from outside. One
/// such task is enough, so the look ends at the first one, and begins with it the next time: O(1) but
/// for a pool that is near the end.
struct StallWatch {
  /// Which task could go on when it was looked last.
  var openSlot = 0
  /// The turn and the number of tasks of the last look.
  var seenTurn: UInt64 = 0
  var seenTasks = 0
  /// When the next report is due at the soonest.
  var backoff = ReportBackoff()

  /// How many subjects are told one by one.
  static let told = 8
}

/// When something that happens again and again is reported: at once, then after a second, two, ... a
/// minute.
struct ReportBackoff {
  private var count = 0
  private var next = PoolInstant.distantPast

  /// It happened.
  /// - Returns: whether that is to be reported now.
  mutating func isDue(at now: PoolInstant) -> Bool {
    guard next <= now else { return false }
    next = now + Backoff.notice(after: count)
    count += 1
    return true
  }
}

extension PoolCore {
  /// At the end of a turn.
  func lookForStalls() {
    if engine.pointee.nextAudit <= engine.pointee.now { lookForForgottenActivation() }
    guard engine.pointee.active.isEmpty, timers.count == taskTimers else { return }
    let isNews =
      engine.pointee.stall.seenTurn != engine.pointee.evaluatedIn
      || engine.pointee.stall.seenTasks != records.count
    guard isNews else { return }
    engine.pointee.stall.seenTurn = engine.pointee.evaluatedIn
    engine.pointee.stall.seenTasks = records.count
    guard !records.isEmpty, unflushed.isEmpty, !findOpenTask() else { return }
    reportStall()
  }

  /// Whether some task can go on without the others.
  private func findOpenTask() -> Bool {
    if engine.pointee.stall.openSlot >= records.count { engine.pointee.stall.openSlot = 0 }
    for slot in engine.pointee.stall.openSlot..<records.count where canGoOn(records[slot]) {
      engine.pointee.stall.openSlot = slot
      return true
    }
    for slot in 0..<engine.pointee.stall.openSlot where canGoOn(records[slot]) {
      engine.pointee.stall.openSlot = slot
      return true
    }
    return false
  }

  private func canGoOn(_ record: UnsafeMutablePointer<TaskRecord>) -> Bool {
    guard let kind = record.pointee.kind, record.pointee.subjects.count > 0,
      record.pointee.reactivateAt == .distantFuture
    else { return true }
    for index in 0..<record.pointee.subjects.count {
      let status = record.pointee.subjects[index]
      switch status.pointee.ending {
      case .moving, .retrying, .blocked, .atGoal: return true
      case .unexpected: break
      case .waiting:
        if !kind.waitsForOthers(status.pointee.scope, status.pointee.leaf) { return true }
      }
    }
    return false
  }

  private func reportStall() {
    var waiting = 0
    let isDue = engine.pointee.stall.backoff.isDue(at: engine.pointee.now)
    for record in records.sorted(by: { $0.pointee.admission < $1.pointee.admission }) {
      guard let kind = record.pointee.kind else { continue }
      for index in 0..<record.pointee.subjects.count {
        let status = record.pointee.subjects[index]
        guard status.pointee.ending == .waiting else { continue }
        waiting += 1
        guard isDue, waiting <= StallWatch.told else { continue }
        // So that it is told once, and again when it goes on.
        status.pointee.notices += 1
        status.pointee.nextNotice = .distantFuture
        engine.pointee.reporter.error(
          status.pointee.stallText(in: kind.pointee.table), at: engine.pointee.now)
      }
    }
    guard waiting > 0 else { return }
    engine.pointee.stalls += 1
    guard isDue, waiting > StallWatch.told else { return }
    engine.pointee.reporter.error(
      "pool \(name): \(waiting - StallWatch.told) further subjects wait for each other",
      at: engine.pointee.now)
  }
}
