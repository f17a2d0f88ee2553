import Glibc

/// The poller of a pool without a network: it waits for its waker or a time, and brings no news.
public final class ConditionPoller: Poller {
  private let condition = WakeCondition()

  /// A poller whose waker has not been used.
  public init() {}

  /// Always the same.
  public var waker: any Waker { condition }

  /// Waits; there is nothing to deliver.
  @discardableResult
  public func poll(timeout: Duration?) -> Bool {
    condition.wait(timeout: timeout)
  }
}

/// A flag that can be waited for, on a condition variable of the monotonic clock.
///
/// `@unchecked Sendable` is sound: `isAwake` is read and written under `mutex` only, and the two
/// pthread objects are made for use by several threads and stay in place until `deinit`.
private final class WakeCondition: Waker, @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var isAwake = false

  init() {
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func wake() {
    pthread_mutex_lock(mutex)
    isAwake = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Returns once the flag is set, and clears it, or when the time is over.
  /// - Returns: whether it was set.
  func wait(timeout: Duration?) -> Bool {
    pthread_mutex_lock(mutex)
    defer {
      isAwake = false
      pthread_mutex_unlock(mutex)
    }
    guard let timeout else {
      while !isAwake { pthread_cond_wait(condition, mutex) }
      return true
    }
    guard timeout > .zero else { return isAwake }
    let end = (SystemClock().now + timeout).nanoseconds
    var deadline = timespec(
      tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    while !isAwake {
      if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return isAwake }
    }
    return true
  }
}
