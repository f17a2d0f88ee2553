import RulesRuntime
import Testing

@Suite("Tasks that leave their pool")
struct LeavingTests {
  @Test("A task that is removed at its goal leaves once every scope is at its goal")
  func removedAtGoal() {
    let core = PoolCore(name: "test")
    let fleet = Fleet(Ship(1, .sailing), Ship(2, .crewed))
    core.add(fleet, removeAtGoal: true)
    _ = core.step()
    _ = core.step()
    #expect(core.statistics.tasks == 1)
    fleet.order(fleet.ships[1], .arrived)
    _ = core.step()
    #expect(core.statistics.tasks == 0)
    #expect(core.pause == nil)
  }

  @Test("Any other task stays at its goal, inactive")
  func staysAtGoal() {
    let core = PoolCore(name: "test")
    core.add(Fleet(Ship(1, .arrived)))
    #expect(core.step() == nil)
    #expect(core.statistics.tasks == 1)
    #expect(core.statistics.waiting.isEmpty)
  }

  @Test("A scope without elements is at its goal")
  func emptyEachIsAtGoal() {
    let core = PoolCore(name: "test")
    core.add(Fleet(), removeAtGoal: true)
    _ = core.step()
    #expect(core.statistics.tasks == 0)
  }

  @Test("A task in an unexpected state is not at its goal")
  func unexpectedIsNoGoal() {
    let core = PoolCore(name: "test")
    core.add(Fleet(Ship(1, .lost)), removeAtGoal: true)
    _ = core.step()
    #expect(core.statistics.tasks == 1)
  }

  @Test("An action may remove its own task; the evaluation ends, and the task is freed")
  func selfRemoval() {
    let core = PoolCore(name: "test")
    weak var freed: Counter?
    do {
      let counter = Counter(left: 5)
      counter.onFire = { core.remove($0) }
      core.add(counter)
      freed = counter
    }
    _ = core.step()
    #expect(freed == nil)
    #expect(core.step() == nil)
    #expect(core.statistics.leaves[0].count == 1)
  }

  @Test("An action may remove a task whose evaluation is next")
  func removalOfTheNext() {
    let core = PoolCore(name: "test")
    let counters = (1...3).map { Counter(UInt64($0), left: 1) }
    for counter in counters { core.add(counter) }
    counters[0].onFire = { _ in
      core.remove(counters[1])
      core.remove(counters[2])
    }
    #expect(core.step() == .zero)
    #expect(core.step() == nil)
    #expect(counters.map(\.fired) == [1, 0, 0])
  }

  @Test("A task that an action removes while only the pool holds it is freed safely")
  func removalOfOneThatIsOnlyInThePool() {
    let core = PoolCore(name: "test")
    let first = Counter(1, left: 1)
    weak var freed: Counter?
    core.add(first)
    do {
      let second = Counter(2, left: 1)
      core.add(second)
      freed = second
      first.onFire = { [unowned second] _ in core.remove(second) }
    }
    while core.step() == .zero {}
    #expect(freed == nil)
    #expect(core.statistics.tasks == 1)
  }

  @Test("A pool that ends with tasks active, waiting, resting and timed frees all of them")
  func droppedWithLiveTasks() {
    weak var active: Counter?
    weak var resting: Fleet?
    var fired = 0
    do {
      let core = PoolCore(name: "test")
      let fleet = Fleet(Ship(1, .sailing), Ship(2, .idle), Ship(3, .crewed))
      fleet.storms = 1
      fleet.vainHires = 1
      let counter = Counter(2, left: 9)
      core.add(fleet)
      core.add(counter)
      _ = core.step()
      core.schedule(after: .zero) { fired += 1 }
      (active, resting) = (counter, fleet)
      #expect(core.status(of: counter).state == .active)
      #expect(core.status(of: fleet).state == .blocked)
    }
    #expect(active == nil && resting == nil)
    #expect(fired == 0)
  }

  @Test("A task that its action removes and adds again stays")
  func removedAndAddedAgain() {
    let core = PoolCore(name: "test")
    let counter = Counter(left: 2)
    counter.onFire = {
      core.remove($0)
      core.add($0)
    }
    core.add(counter)
    while core.step() == .zero {}
    #expect(counter.fired == 2)
    #expect(core.statistics.tasks == 1)
  }

  @Test("A dropped pool frees its tasks and leaves those that others hold usable elsewhere")
  func droppedPool() {
    weak var freed: Fleet?
    let kept = Counter(2, left: 3)
    do {
      let core = PoolCore(name: "first")
      let fleet = Fleet(Ship(1, .crewed), Ship(3, .sailing))
      core.add(fleet)
      core.add(kept)
      _ = core.step()
      freed = fleet
    }
    #expect(freed == nil)
    kept.membership.activate()
    let core = PoolCore(name: "second")
    core.add(kept)
    while core.step() == .zero {}
    #expect(kept.fired == 3)
  }

  @Test("A subject that is no element any more is forgotten and freed")
  func subjectsAreForgotten() {
    let core = PoolCore(name: "test")
    weak var freed: Ship?
    let fleet = Fleet(Ship(1, .crewed), Ship(2, .crewed), Ship(3, .crewed))
    core.add(fleet)
    _ = core.step()
    freed = fleet.ships[1]
    fleet.ships.remove(at: 1)
    fleet.membership.activate()
    _ = core.step()
    #expect(freed == nil)
    #expect(core.statistics.waiting.map(\.subject) == ["ship 1", "ship 3"])
  }
}
