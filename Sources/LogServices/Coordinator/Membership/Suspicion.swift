import RulesNetwork

/// What is known of one member's life, and when that is enough to declare it failed.
///
/// Refused: nobody listens there, the process is gone. Replaced: somebody else listens there. Both
/// are certain. A broken connection is not: reconnecting decides. Silence is, after a while, taken
/// for death; time counts only while the observer itself was awake, so that a coordinator that was
/// stopped does not find everybody dead.
struct Suspicion: Hashable {
  enum News: Hashable {
    case answered
    case refused(String)
    case replaced
    case disconnected(String)
    /// Nothing came; so much time has passed since this was noted last.
    case nothing(Duration)
  }

  /// How long it has been silent while the observer was awake.
  private(set) var silence = Duration.zero
  /// Why it counts as failed, from the first moment on.
  private(set) var verdict: String?
  private var lastProblem: String?

  /// - Parameters:
  ///   - limit: the silence that is taken for death.
  ///   - step: the longest time that one `nothing` counts as.
  mutating func note(_ news: News, limit: Duration, step: Duration) {
    guard verdict == nil else { return }
    switch news {
    case .answered:
      silence = .zero
      lastProblem = nil
    case .refused(let reason): verdict = reason
    case .replaced: verdict = "another server answers at its address"
    case .disconnected(let reason): lastProblem = reason
    case .nothing(let time):
      silence += min(time, step)
      if silence >= limit {
        verdict = "silent for \(limit)" + (lastProblem.map { ", \($0)" } ?? "")
      }
    }
  }
}
