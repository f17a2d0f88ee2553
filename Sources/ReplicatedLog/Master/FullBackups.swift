import RulesNetwork
import RulesRuntime

/// Backups that had no room for a replica, and until when each is left alone. As many as the cluster
/// has members, at most.
struct FullBackups {
  private struct Pause {
    var until: PoolInstant
    var backoff = ExponentialBackoff(first: .milliseconds(200), limit: .seconds(30), jitter: 0.5)
  }

  private var pauses: [ServerID: Pause] = [:]

  /// It had no room, once more.
  mutating func note(
    _ server: ServerID, at now: PoolInstant, using random: inout some RandomNumberGenerator
  ) {
    var pause = pauses[server] ?? Pause(until: now)
    pause.until = now + pause.backoff.next(using: &random)
    pauses[server] = pause
  }

  /// It has room, or is gone.
  mutating func forget(_ server: ServerID) { pauses[server] = nil }

  /// Whether it is to be left alone now.
  func isPausing(_ server: ServerID, at now: PoolInstant) -> Bool {
    pauses[server].map { now < $0.until } ?? false
  }
}
