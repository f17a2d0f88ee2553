/// How a pool waits for news: it may poll without sleeping for a short time first, because to be
/// woken in the kernel costs more than most short waits take.
///
/// It spins only while that pays. `credit` says how many spins in vain are still allowed: news
/// within the limit, whether the pool spun or slept, gives one back, a spin in vain takes one. So a
/// pool whose news come seldom stops spinning after a few waits and begins again once they come
/// fast.
struct Spinner {
  /// How many spins in vain a pool is allowed in a row.
  static let mostCredit = 4

  /// The longest spin; zero: never.
  let limit: Duration
  private(set) var credit = Spinner.mostCredit
  private(set) var counts = Counts()

  /// How the waits of a pool ended.
  struct Counts: Hashable, Sendable {
    /// Waits that slept in the poller.
    var sleeps: UInt64 = 0
    /// Spins that brought news, or the time of a timer.
    var spins: UInt64 = 0
    /// Spins after which the pool slept nevertheless.
    var vainSpins: UInt64 = 0
  }

  /// - Parameter limit: not negative.
  init(limit: Duration) {
    precondition(limit >= .zero, "a time to spin is not negative")
    self.limit = limit
  }

  /// Polls, and with nothing to deliver waits for news or until the timeout is over (nil: without
  /// limit; zero: does not wait).
  /// - Parameter expected: within what time news are likely now: this spin may take as long.
  mutating func wait(
    in poller: any Poller, timeout: Duration?, expecting expected: Duration = .zero,
    clock: any PoolClock
  ) {
    let limit = max(limit, expected)
    if let timeout, timeout <= .zero {
      poller.poll(timeout: .zero)
      return
    }
    guard limit > .zero else {
      counts.sleeps += 1
      poller.poll(timeout: timeout)
      return
    }
    let start = clock.now
    if credit > 0, spin(in: poller, until: start + min(limit, timeout ?? limit), clock) {
      return
    }
    let waited = clock.now - start
    if let timeout, timeout <= waited {
      // The next timer is due.
      succeed()
      return
    }
    if credit > 0 {
      counts.vainSpins += 1
      credit -= 1
    }
    counts.sleeps += 1
    poller.poll(timeout: timeout.map { $0 - waited })
    if clock.now - start <= limit { credit = min(credit + 1, Self.mostCredit) }
  }

  /// Polls without waiting until there is news or it is `end`.
  /// - Returns: whether there was news.
  private mutating func spin(
    in poller: any Poller, until end: PoolInstant, _ clock: any PoolClock
  ) -> Bool {
    repeat {
      if poller.poll(timeout: .zero) {
        succeed()
        return true
      }
    } while clock.now < end
    return false
  }

  private mutating func succeed() {
    counts.spins += 1
    credit = min(credit + 1, Self.mostCredit)
  }
}
