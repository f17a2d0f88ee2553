/// The delays between the tries of something that fails: each one longer than the one before, up to
/// a limit, and if wanted spread by chance, so that many who failed together do not come back
/// together.
///
///     var backoff = ExponentialBackoff(first: .milliseconds(100), limit: .seconds(10), jitter: 0.5)
///     // In the action that failed:
///     core.schedule(after: backoff.next(using: &random)) { [task] in task.membership.activate() }
///     // In the action that succeeded:
///     backoff.reset()
///
/// A value: whoever tries keeps one in its state. The random numbers are the caller's, so that a
/// simulation with a seed draws the same delays again.
public struct ExponentialBackoff: Hashable, Sendable {
  /// The delay after the first failure, before chance shortens it.
  public let first: Duration
  /// No delay is longer.
  public let limit: Duration
  /// By how much each delay is longer than the one before.
  public let factor: Int
  /// Which part of a delay is left to chance: of a delay d with jitter j, one between d - d * j and
  /// d is drawn, each as likely as any other.
  public let jitter: Double
  /// The next delay before chance shortens it.
  public private(set) var nextDelay: Duration

  /// A back-off that has not been used.
  /// - Parameters:
  ///   - first: more than zero.
  ///   - limit: `first` or more; what a `Duration` has beyond 292 years counts as that.
  ///   - factor: 1 or more.
  ///   - jitter: from 0, none, to 1.
  public init(first: Duration, limit: Duration, factor: Int = 2, jitter: Double = 0) {
    precondition(first > .zero && limit >= first, "a delay is positive and within the limit")
    precondition(factor >= 1, "delays do not get shorter")
    precondition((0...1).contains(jitter), "a part is between 0 and 1")
    self.first = first
    self.limit = limit
    self.factor = factor
    self.jitter = jitter
    nextDelay = first
  }

  /// The delay before the next try; the one after it will be `factor` times as long.
  public mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
    let delay = nextDelay.saturatedNanoseconds
    let (longer, overflow) = delay.multipliedReportingOverflow(by: Int64(factor))
    nextDelay = overflow ? limit : min(limit, .nanoseconds(longer))
    // In whole nanoseconds and never below zero, whatever the rounding of a number of 53 bits.
    let spread = min(delay, Int64(exactly: (Double(delay) * jitter).rounded(.down)) ?? delay)
    guard spread > 0 else { return .nanoseconds(delay) }
    return .nanoseconds(delay - Int64.random(in: 0...spread, using: &random))
  }

  /// It worked this time: the next delay is shorter by the factor than the last one, or by the square of
  /// it after one of the limit, and not below `first`. Whoever asks again and again what is new asks
  /// about as often as something is.
  public mutating func shorten() {
    let shorter = nextDelay.saturatedNanoseconds / Int64(factor) / Int64(factor)
    nextDelay = max(first, .nanoseconds(shorter))
  }

  /// It worked: the next failure's delay is the first one again.
  public mutating func reset() {
    nextDelay = first
  }
}
