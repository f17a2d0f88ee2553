/// How long a pool's turns took: timers, rules and flushes, without what was posted or polled.
public struct TurnTime: Hashable, Sendable {
  /// Of all turns together.
  public private(set) var total = Duration.zero
  /// Of the longest one.
  public private(set) var longest = Duration.zero

  init() {}

  mutating func add(_ time: Duration) {
    total += time
    longest = max(longest, time)
  }
}
