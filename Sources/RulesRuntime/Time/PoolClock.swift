import Glibc

/// The only clock a pool has. `SystemClock` reads CLOCK_MONOTONIC; a simulation hands in its own.
public protocol PoolClock: Sendable {
  /// Never goes back.
  var now: PoolInstant { get }
}

/// The time since the machine started, by CLOCK_MONOTONIC.
public struct SystemClock: PoolClock {
  /// A clock without state: all of them show the same time.
  public init() {}

  /// One system call that does not enter the kernel, some 20 ns.
  public var now: PoolInstant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return PoolInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
