import RulesRuntime
import Synchronization

/// A clock that stands still until somebody moves it.
public final class ManualClock: PoolClock {
  private let nanoseconds: Atomic<Int64>

  /// A clock that shows `start`.
  public init(_ start: PoolInstant = PoolInstant(nanoseconds: 0)) {
    nanoseconds = Atomic(start.nanoseconds)
  }

  /// What it was set to last.
  public var now: PoolInstant {
    PoolInstant(nanoseconds: nanoseconds.load(ordering: .acquiring))
  }

  /// Moves the clock forward; one that is further already stays.
  public func advance(to instant: PoolInstant) {
    nanoseconds.max(instant.nanoseconds, ordering: .acquiringAndReleasing)
  }

  /// Moves the clock forward by a duration that is not negative.
  public func advance(by duration: Duration) {
    advance(to: now + duration)
  }
}
