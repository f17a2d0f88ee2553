import RulesRuntime

/// Several pools and one clock, stepped by hand on the calling thread: the same cores, tasks and
/// actions as in production, and every run with the same inputs the same.
///
/// What happens between pools has to happen through the receiving core: a message is a
/// `schedule(after:)` of the receiver, however short the delay, or news of the receiver's poller.
public final class World {
  /// The clock every core of this world must have been made with.
  public let clock: ManualClock
  private var cores: [PoolCore] = []

  /// Why a run ended.
  public enum End: Equatable, Sendable {
    /// The condition became true.
    case reached
    /// No task is active and no timer armed: nothing will ever happen again by itself.
    case quiet
    /// Nothing more is to be done before the given time.
    case timeUp
    /// So many rounds were not enough: something turns for ever.
    case tooManyRounds
  }

  /// A world without pools.
  public init(clock: ManualClock = ManualClock()) {
    self.clock = clock
  }

  /// Takes part from the next round on, after the cores that came before.
  public func add(_ core: PoolCore) {
    cores.append(core)
  }

  /// The core is not stepped any more: its server crashed, or hangs.
  public func remove(_ core: PoolCore) {
    cores.removeAll { $0 === core }
  }

  /// Makes rounds - each core polls and makes one turn - and moves the clock to the next timer
  /// whenever nothing is left to do, until `condition` holds.
  /// - Parameters:
  ///   - limit: how far the clock may move.
  ///   - rounds: how many rounds may be made.
  @discardableResult
  public func run(
    for limit: Duration = .seconds(3_600), rounds: Int = 1_000_000,
    until condition: () -> Bool = { false }
  ) -> End {
    let end = clock.now + limit
    var quietRounds = 0
    for _ in 0..<rounds {
      if condition() { return .reached }
      round()
      let pause = cores.compactMap(\.pause).min()
      quietRounds = pause == .zero ? 0 : quietRounds + 1
      // Twice: what the last core did in a round, the first one's poller tells in the next.
      guard quietRounds >= 2 else { continue }
      guard let pause else { return condition() ? .reached : .quiet }
      let next = clock.now + pause
      guard next <= end else {
        clock.advance(to: end)
        return condition() ? .reached : .timeUp
      }
      clock.advance(to: next)
      quietRounds = 0
    }
    return condition() ? .reached : .tooManyRounds
  }

  /// One poll and one turn of each core, in the order in which they were added.
  public func round() {
    for core in cores {
      core.poller.poll(timeout: .zero)
      _ = core.step()
    }
  }
}
