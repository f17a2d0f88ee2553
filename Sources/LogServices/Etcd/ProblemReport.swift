import RulesRuntime

/// Keeps a problem that lasts from filling the operator's log.
struct ProblemReport {
  /// How often the same problem is told.
  static let interval = Duration.seconds(30)

  private var last: (problem: String, time: PoolInstant)?

  /// Whether a problem is to be told now: it is another one, or was told long ago.
  mutating func isDue(_ problem: String, at now: PoolInstant) -> Bool {
    if let last, last.problem == problem, now - last.time < Self.interval { return false }
    last = (problem, now)
    return true
  }
}
