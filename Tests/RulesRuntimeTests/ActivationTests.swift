import RulesRuntime
import Testing

@Suite("Active and inactive tasks")
struct ActivationTests {
  let core = PoolCore(name: "test")

  @Test("A task stays active while its rules fire and becomes inactive when it waits")
  func firesUntilItWaits() {
    let counter = Counter(left: 2)
    core.add(counter)
    #expect(core.step() == .zero)
    #expect(core.step() == .zero)
    #expect(core.step() == nil)
    #expect(counter.fired == 2)
    #expect(core.statistics.activeTasks == 0)
    #expect(core.statistics.leaves.map(\.count) == [2, 1, 0])
  }

  @Test("An activated task is evaluated once in the next turn, however often it was activated")
  func activationIsIdempotent() {
    let counter = Counter()
    core.add(counter)
    _ = core.step()
    for _ in 0..<3 { counter.membership.activate() }
    #expect(core.pause == .zero)
    #expect(core.step() == nil)
    #expect(core.statistics.leaves[1].count == 2)
  }

  @Test("Activating a task before it is in a pool or after it left does nothing")
  func activationOutsideAPool() {
    let counter = Counter(left: 5)
    counter.membership.activate()
    core.add(counter)
    _ = core.step()
    core.remove(counter)
    counter.membership.activate()
    #expect(core.step() == nil)
    #expect(counter.fired == 1)
    #expect(core.statistics.tasks == 0)
  }

  @Test("A task that becomes active during a turn is evaluated in the next one")
  func activationDuringATurn() {
    let (first, second) = (Counter(1, left: 1), Counter(2))
    core.add(second)
    _ = core.step()
    core.add(first)
    first.onFire = { _ in second.refill(1) }
    _ = core.step()
    #expect(second.fired == 0)
    _ = core.step()
    #expect(second.fired == 1)
  }

  @Test("A task added by an action is evaluated in the next turn")
  func additionDuringATurn() {
    let (first, second) = (Counter(1, left: 1), Counter(2, left: 1))
    let core = core
    first.onFire = { _ in core.add(second) }
    core.add(first)
    _ = core.step()
    #expect(second.fired == 0)
    _ = core.step()
    #expect(second.fired == 1)
  }

  @Test("A task that its own action activates is evaluated again even if it ends up waiting")
  func selfActivation() {
    let counter = Counter(left: 1)
    counter.onFire = { $0.membership.activate() }
    core.add(counter)
    _ = core.step()
    _ = core.step()
    #expect(core.step() == nil)
    #expect(core.statistics.leaves.map(\.count) == [1, 1, 0])
  }

  @Test("Active tasks take turns in the order in which they became active")
  func fairness() {
    var order: [UInt64] = []
    for id in 1...3 {
      let counter = Counter(UInt64(id), left: 3)
      counter.onFire = { order.append($0.subjectID) }
      core.add(counter)
    }
    for _ in 0..<3 { _ = core.step() }
    #expect(order == [1, 2, 3, 1, 2, 3, 1, 2, 3])
  }

  @Test("A turn evaluates active tasks only, however many inactive ones there are")
  func inactiveTasksAreNotEvaluated() {
    let counters = (0..<10_000).map { Counter(UInt64($0)) }
    for counter in counters { core.add(counter) }
    _ = core.step()
    counters[5_000].refill(1)
    _ = core.step()
    _ = core.step()
    #expect(core.statistics.leaves.map(\.count) == [1, 10_001, 0])
    #expect(core.pause == nil)
  }

  @Test("wake activates another task of the pool")
  func wakeActivates() {
    final class Waker: RuleTask {
      static let ruleTable = RuleTable(task: "Waker", file: "", contentHash: 0, scopes: [])
      let membership = TaskMembership()
      let subjectID: UInt64 = 7
      let subjectName = "waker"
      let other: Counter
      init(_ other: Counter) { self.other = other }
      func applyRules(_ turn: inout Turn) { turn.wake(other) }
    }
    let counter = Counter()
    core.add(counter)
    _ = core.step()
    core.add(Waker(counter))
    _ = core.step()
    #expect(core.pause == .zero)
    _ = core.step()
    #expect(core.statistics.leaves[1].count == 2)
  }
}
