/// Something to be done at a time, made by `PoolCore.schedule`. Belongs to the pool's thread.
public final class PoolTimer {
  /// The index in the queue's heap; meaningful while `queue` is set.
  var position = 0
  /// Set while armed.
  // Sound: whoever takes the timer out of its queue clears this, and the core, which owns the queue,
  // empties it before both go.
  unowned(unsafe) var queue: TimerQueue?
  /// One more than the number of the firing that scheduled it; zero: none.
  var origin: UInt64 = 0
  private let repeats: Bool
  private var body: (() -> Void)?

  /// - Parameter repeats: the closure stays after it ran, for the next time the timer is armed.
  init(repeats: Bool, _ body: @escaping () -> Void) {
    self.repeats = repeats
    self.body = body
  }

  /// Forgets the timer; its closure is released at once. No effect when it has fired. O(log n) of
  /// the armed timers.
  public func cancel() {
    queue?.disarm(self)
    body = nil
  }

  func fire() {
    let body = body
    if !repeats { self.body = nil }
    body?()
  }
}
