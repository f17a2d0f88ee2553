import Glibc

/// A value that several threads may use, one at a time.
///
/// A pthread mutex and not `Synchronization.Mutex`, which costs the same: ThreadSanitizer does not
/// see the latter's futex and takes every access under it for a race.
///
/// `@unchecked Sendable` is sound: `value` is used under the mutex only; the mutex is made for
/// several threads and stays in place until `deinit`.
package final class Guarded<Value>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  /// A guarded value, which nobody else may keep.
  package init(_ value: sending Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with the value while no other thread has it. `body` must not come back here.
  package func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
