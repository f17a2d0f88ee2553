import RulesRuntime
import RulesSimulation

/// A poller that moves the clock by itself: a poll without waiting takes so long, a sleep lasts until
/// the next news of the script or its timeout.
final class ScriptedPoller: Poller {
  /// What was asked of it.
  enum Call: Equatable {
    case look
    case sleep(Duration?)
  }

  private let clock: ManualClock
  private let lookTime: Duration
  /// When there will be news, in order.
  private var news: [PoolInstant]
  private(set) var calls: [Call] = []

  /// What ends a sleep without end.
  private let parking = ConditionPoller()
  private let parks: Bool
  var waker: any Waker { parking.waker }

  /// - Parameter parks: a sleep without end is one, until the waker ends it: a pool on a thread does
  ///   not keep a processor busy.
  init(_ clock: ManualClock, lookTime: Duration, news: [Duration] = [], parks: Bool = false) {
    self.clock = clock
    self.lookTime = lookTime
    self.news = news.map { clock.now + $0 }
    self.parks = parks
  }

  /// There will be news after a time from now.
  func addNews(after time: Duration) { news.append(clock.now + time) }

  func takeCalls() -> [Call] {
    defer { calls = [] }
    return calls
  }

  @discardableResult
  func poll(timeout: Duration?) -> Bool {
    if timeout == .zero {
      calls.append(.look)
      clock.advance(by: lookTime)
    } else {
      calls.append(.sleep(timeout))
      if parks, timeout == nil { return parking.poll(timeout: nil) }
      let end = timeout.map { clock.now + $0 }
      clock.advance(to: min(end ?? .distantFuture, news.first ?? .distantFuture))
    }
    guard let first = news.first, first <= clock.now else { return false }
    news.removeFirst()
    return true
  }
}
