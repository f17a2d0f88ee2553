import RulesRuntime
import RulesSimulation

/// The pools of a simulated world, and the one thread that steps them: always one that is due, in an
/// order that the seed decides; when none is, the clock jumps to the next one's time.
package final class Stage {
  /// A pool that takes part.
  package final class Member {
    package let core: PoolCore
    /// Until then it is not stepped: its process is stopped, or waits for its disk.
    // Unchecked, as what follows: nothing else happens while it is set.
    @exclusivity(unchecked) package var sleepsUntil = PoolInstant.distantPast
    /// Called after each of its turns.
    @exclusivity(unchecked) package var afterTurn: (() -> Void)?
    /// How many firings its pool had before its last turn, for `afterTurn`.
    @exclusivity(unchecked) package var firings: UInt64 = 0
    /// When it may leave for good; nil: its process lives.
    fileprivate var leavesAt: PoolInstant?

    init(core: PoolCore) { self.core = core }

    fileprivate var nextTurn: PoolInstant {
      max(core.nextTurn ?? .distantFuture, sleepsUntil)
    }
  }

  /// Why a run ended.
  package enum End: Hashable, Sendable {
    /// The condition came true.
    case reached
    /// The time is over.
    case timeUp
    /// Nothing will ever happen again.
    case quiet
    /// Turns without end while the clock stands still.
    case spinning
  }

  package let clock: ManualClock
  /// Turns made so far.
  // Unchecked, as what follows: nobody else is called while it changes.
  @exclusivity(unchecked) package private(set) var turns = 0
  @exclusivity(unchecked) private var members: ContiguousArray<Member> = []
  /// Those whose process is gone. What is left is the kernel, which answers whoever still sends: they
  /// are looked at once in a while only.
  @exclusivity(unchecked) private var leaving: [Member] = []
  @exclusivity(unchecked) private var nextSweep = PoolInstant.distantPast
  @exclusivity(unchecked) private var nextLeaving = PoolInstant.distantFuture
  @exclusivity(unchecked) private var random: SplitMix64
  @exclusivity(unchecked) private var due: ContiguousArray<Member> = []
  @exclusivity(unchecked) private var hasRetired = false

  /// Turns that may be made while the clock stands still.
  private static let spinLimit = 200_000
  /// How often those that leave are looked at.
  private static let sweepPause = Duration.milliseconds(2)
  /// How long they stay: longer than anybody waits for a sign of life.
  private static let leavingTime = Duration.seconds(30)

  /// - Parameter random: decides who is next.
  package init(clock: ManualClock, random: SplitMix64) {
    self.clock = clock
    self.random = random
  }

  /// Takes a pool in.
  package func add(_ core: PoolCore) -> Member {
    let member = Member(core: core)
    members.append(member)
    return member
  }

  /// The member leaves when what it still has to do is done.
  package func retire(_ member: Member) {
    member.core.removeAllTasks()
    member.afterTurn = nil
    member.sleepsUntil = .distantPast
    member.leavesAt = clock.now + Self.leavingTime
    hasRetired = true
  }

  /// Everybody leaves at once. What is under way between pools holds them, and they hold it.
  func end() {
    let all = members + leaving
    members = []
    leaving = []
    for member in all { member.core.end() }
  }

  /// Steps until `condition` holds, which is asked before every round of turns.
  /// - Parameter end: how far the clock may go.
  package func run(until end: PoolInstant, _ condition: () -> Bool = { false }) -> End {
    var spin = 0
    while !condition() {
      let now = clock.now
      if hasRetired { sortOut() }
      var next = findDue(at: now)
      if !leaving.isEmpty { next = min(next, sweep(now)) }
      if due.isEmpty {
        guard next <= end else {
          clock.advance(to: end)
          return next == .distantFuture ? .quiet : .timeUp
        }
        clock.advance(to: next)
        spin = 0
        continue
      }
      spin += due.count
      guard spin < Self.spinLimit else { return .spinning }
      turn()
    }
    return .reached
  }

  /// - Returns: when the next one is, of those that are not.
  private func findDue(at now: PoolInstant) -> PoolInstant {
    due.removeAll(keepingCapacity: true)
    var next = PoolInstant.distantFuture
    for member in members {
      let time = member.nextTurn
      if time <= now { due.append(member) } else { next = min(next, time) }
    }
    return next
  }

  /// Those that leave go to the others of their kind.
  private func sortOut() {
    hasRetired = false
    leaving += members.filter { $0.leavesAt != nil }
    members.removeAll { $0.leavesAt != nil }
    nextSweep = .distantPast
  }

  /// Lets those that leave answer what has come, when somebody else is due anyway.
  /// - Returns: when there is something to do for them, as far as is known.
  private func sweep(_ now: PoolInstant) -> PoolInstant {
    guard nextSweep <= now else { return nextLeaving }
    nextSweep = now + Self.sweepPause
    nextLeaving = .distantFuture
    leaving.removeAll { member in
      while let time = member.core.nextTurn, time <= now { _ = member.core.step() }
      guard let time = member.core.nextTurn, let end = member.leavesAt, now < end else {
        member.core.end()
        return true
      }
      nextLeaving = min(nextLeaving, time)
      return false
    }
    nextLeaving = max(nextLeaving, nextSweep)
    return nextLeaving
  }

  private func turn() {
    let first = due.count > 1 ? Int(random.next() % UInt64(due.count)) : 0
    for index in due.indices {
      let member = due[(first + index) % due.count]
      // What another one did meanwhile may have stopped it.
      guard member.sleepsUntil <= clock.now else { continue }
      _ = member.core.step()
      turns += 1
      member.afterTurn?()
    }
  }
}
