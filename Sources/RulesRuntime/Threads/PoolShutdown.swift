/// How a pool is to end.
public enum PoolShutdown: Hashable, Sendable {
  /// After the current turn, wherever its tasks are.
  case now
  /// Once every task is settled and nothing is posted, but no later than after this time; then as
  /// `now`. A task is settled when all its subjects are at their goal, or in a state from which
  /// nothing that is known leads on: one that no clause handles.
  ///
  /// Until then the pool goes on as ever and takes posts, on which its tasks may depend. New work is
  /// the caller's to stop.
  case graceful(within: Duration)
}

extension PoolCore {
  /// Whether every task is at rest: none is active, waits or has a rule that was in vain.
  ///
  /// O(1) as long as the task that `hint` points to is the reason, else O(tasks).
  /// - Parameter hint: where the last search ended; any number is right.
  func isSettled(hint: inout Int) -> Bool {
    let count = records.count
    let start = hint
    for offset in 0..<count {
      let index = (start + offset) % count
      guard records[index].pointee.isUnsettled else { continue }
      hint = index
      return false
    }
    return true
  }
}

extension TaskRecord {
  fileprivate var isUnsettled: Bool {
    if isActive { return true }
    return (0..<subjects.count).contains { index in
      switch subjects[index].pointee.ending {
      case .atGoal, .unexpected: false
      case .moving, .retrying, .blocked, .waiting: true
      }
    }
  }
}
