/// The delays of the runtime's own repetitions, each with its bound.
enum Backoff {
  /// After how long a subject that cannot go on is worth a notice.
  static let firstNotice = Duration.seconds(1)

  /// How long after the n-th notice (from 0) the next one is due: 1 s, 2 s, 4 s ... 60 s.
  static func notice(after notices: Int) -> Duration {
    min(.seconds(1 << min(notices, 6)), .seconds(60))
  }

  /// How long an action rests after it threw, `failures` times in a row before: 0.1 s, 0.2 s ... 10 s.
  static func delay(afterFailures failures: Int) -> Duration {
    min(.milliseconds(100 << min(failures, 7)), .seconds(10))
  }
}
