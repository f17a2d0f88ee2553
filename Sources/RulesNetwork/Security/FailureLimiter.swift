package import RulesRuntime

/// Counts failed authentications, says how long each answer to one is held back, and which of them are
/// reported. Of fixed size, whoever fails: one account for all peers, so that many addresses gain
/// nothing; whoever proves its key is never held back.
///
/// The answers to failures go out at most `limit` a second after a burst of as many, until the delay is
/// at its maximum: from then on the number of connections that wait is the bound. Pure: the caller
/// has the clock and the timers.
package struct FailureLimiter: Sendable {
  /// What to do about one failure.
  package struct Verdict: Hashable, Sendable {
    /// How long the answer, or the end of the connection, is held back; at most `maximumDelay`.
    package var delay: Duration
    /// Whether it goes to the log: at most `limit` a second do, after a burst of as many.
    package var isReported: Bool
  }

  /// No answer is held back for longer: it would only keep the connection's memory.
  package static let maximumDelay = Duration.seconds(5)

  /// All failures so far.
  package private(set) var failureCount: UInt64 = 0
  /// Those of them that were not reported.
  package private(set) var unreportedCount: UInt64 = 0
  /// Nanoseconds between two answers.
  private let interval: Int64
  private let burst: Int64
  /// When all answers so far are out, at one an interval.
  private var busyUntil = PoolInstant.distantPast

  /// - Parameter limit: failures answered a second, at least 1.
  package init(limit: Int) {
    burst = Int64(max(limit, 1))
    interval = 1_000_000_000 / min(burst, 1_000_000_000)
  }

  /// Counts a failure. `now` never goes back.
  package mutating func recordFailure(at now: PoolInstant) -> Verdict {
    failureCount += 1
    let start = max(busyUntil, now)
    let backlog = (start - now).saturatedNanoseconds
    let allowance = interval * (burst - 1)
    guard backlog > allowance else {
      busyUntil = start + .nanoseconds(interval)
      return Verdict(delay: .zero, isReported: true)
    }
    unreportedCount += 1
    let delay = Duration.nanoseconds(backlog - allowance)
    // Beyond the longest delay nothing is gained by counting on.
    if delay < Self.maximumDelay { busyUntil = start + .nanoseconds(interval) }
    return Verdict(delay: min(delay, Self.maximumDelay), isReported: false)
  }
}
