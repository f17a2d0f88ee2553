/// The graceful end of a pool: until when it may take, and whether it is there.
struct Drain {
  /// nil: the pool is not asked to end.
  private(set) var deadline: PoolInstant?
  /// Where the last task was found that is not settled.
  private var hint = 0

  /// Asks for the end within a time from now; of two requests the sooner end counts.
  mutating func begin(within time: Duration, at now: PoolInstant) {
    deadline = min(deadline ?? .distantFuture, now + max(time, .zero))
  }

  /// Whether the pool is to end.
  /// - Parameter isIdle: nothing is active and nothing is posted.
  mutating func isOver(_ core: PoolCore, isIdle: Bool) -> Bool {
    guard let deadline else { return false }
    return deadline <= core.now || (isIdle && core.isSettled(hint: &hint))
  }

  /// A sleep that does not outlast the deadline.
  func shortened(_ pause: Duration?, at now: PoolInstant) -> Duration? {
    guard let deadline else { return pause }
    return min(pause ?? (deadline - now), deadline - now)
  }
}
