/// A point of the pool's monotonic time.
public struct PoolInstant: Hashable, Comparable, Sendable {
  /// Nanoseconds since an origin of the clock's own choosing.
  public var nanoseconds: Int64

  /// The instant `nanoseconds` after the clock's origin.
  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Saturates instead of overflowing.
  public static func + (instant: Self, duration: Duration) -> Self {
    let offset = duration.saturatedNanoseconds
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(offset)
    return overflow ? (offset < 0 ? .distantPast : .distantFuture) : Self(nanoseconds: sum)
  }

  /// Saturates instead of overflowing.
  public static func - (later: Self, earlier: Self) -> Duration {
    let (difference, overflow) = later.nanoseconds.subtractingReportingOverflow(
      earlier.nanoseconds)
    return .nanoseconds(overflow ? (later < earlier ? Int64.min : Int64.max) : difference)
  }

  /// The first instant there is.
  public static let distantPast = Self(nanoseconds: .min)
  /// The last instant there is: what is due then never is.
  public static let distantFuture = Self(nanoseconds: .max)
}

extension Duration {
  /// The duration in whole nanoseconds, rounded towards zero; the nearest `Int64` when it has none.
  public var saturatedNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || carry ? (seconds < 0 ? .min : .max) : sum
  }
}
