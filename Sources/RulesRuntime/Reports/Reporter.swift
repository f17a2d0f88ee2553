/// Writes error reports, at most 20 in a second: a rule set gone wrong must not drown its own cause.
struct Reporter {
  /// How many errors are written in one second.
  static let limit = 20

  let log: RuleLog
  private var windowStart = PoolInstant.distantPast
  private var written = 0
  private var suppressed = 0

  init(log: RuleLog) {
    self.log = log
  }

  /// Writes an error, or counts it for the line that says how many were not written.
  mutating func error(_ text: @autoclosure () -> String, at now: PoolInstant) {
    if windowStart + .seconds(1) <= now {
      if suppressed > 0 { log.log(.error, "\(suppressed) further errors were not written") }
      windowStart = now
      written = 0
      suppressed = 0
    }
    if written < Self.limit {
      written += 1
      log.log(.error, text())
    } else {
      suppressed += 1
    }
  }
}
