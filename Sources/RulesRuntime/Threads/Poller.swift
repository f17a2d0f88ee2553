/// What a pool sleeps in and what brings it news from outside: nothing but a condition variable by
/// default, epoll when the pool has a network (`RulesNetwork.EpollPoller`).
public protocol Poller: AnyObject {
  /// Ends a `poll` from any thread.
  var waker: any Waker { get }
  /// Delivers what has happened; when there is nothing, waits for it, for `waker` or for `timeout`
  /// (nil: without limit; zero: does not wait).
  /// - Returns: whether there was anything, the waker's call included.
  @discardableResult
  func poll(timeout: Duration?) -> Bool
}

/// Ends a poller's sleep.
public protocol Waker: Sendable {
  /// May be called from any thread, any number of times; the next `poll` returns at once.
  func wake()
}
