import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("Where a task is in its life")
struct TaskStatusTests {
  let clock = ManualClock()
  let core: PoolCore

  init() { core = PoolCore(name: "test", clock: clock) }

  @Test("From created to removed, by way of active, waiting and its goal")
  func life() {
    let counter = Counter(left: 1)
    #expect(core.status(of: counter).state == .created)
    core.add(counter)
    #expect(core.status(of: counter).state == .active)
    #expect(core.status(of: counter).subjects.isEmpty)
    while core.step() == .zero {}
    #expect(core.status(of: counter).state == .waiting)
    counter.closed = true
    counter.membership.activate()
    #expect(core.status(of: counter).state == .active)
    _ = core.step()
    #expect(core.status(of: counter).state == .atGoal)
    core.remove(counter)
    #expect(core.status(of: counter).state == .removed)
    let other = PoolCore(name: "other", clock: clock)
    other.add(counter)
    #expect(core.status(of: counter).state == .removed)
    #expect(other.status(of: counter).state == .active)
  }

  @Test("A wait says for what, since when, in which state and what fired before")
  func waiting() throws {
    let counter = Counter(left: 1)
    core.add(counter)
    _ = core.step()
    clock.advance(by: .seconds(3))
    _ = core.step()
    let status = core.status(of: counter)
    #expect(status.name == "counter 1" && status.task == "Counter" && status.nextTry == nil)
    let subject = try #require(status.subjects.first)
    #expect(subject.state == .waiting && subject.leaf == "W1" && subject.label == "refill")
    #expect(subject.causes == ["refill"] && !subject.waitsForOthers)
    #expect(subject.place == "rules/Counter.rules:6")
    #expect(subject.facts == "left == 0, closed == false")
    #expect(subject.since == clock.now && subject.lastFiring == 0)
  }

  @Test("A rule that throws blocks its task until the next try; a bad state outweighs all")
  func trouble() {
    let fleet = Fleet(Ship(1, .sailing), Ship(2, .crewed))
    fleet.storms = 1
    core.add(fleet)
    _ = core.step()
    let blocked = core.status(of: fleet)
    #expect(blocked.state == .blocked)
    #expect(blocked.nextTry == clock.now + .milliseconds(100))
    #expect(blocked.subjects.map(\.state) == [.blocked, .waiting])
    #expect(blocked.subjects[0].failures == 1)
    fleet.order(fleet.ships[1], .lost)
    while core.step() == .zero {}
    #expect(core.status(of: fleet).state == .unexpected)
  }

  @Test("Within its own action a task is active, also when it has removed itself")
  func inAction() {
    let core = core
    let counter = Counter(left: 1)
    var states: [TaskStatus.State] = []
    counter.onFire = { counter in
      states.append(core.status(of: counter).state)
      core.remove(counter)
      states.append(core.status(of: counter).state)
    }
    core.add(counter)
    _ = core.step()
    #expect(states == [.active, .active])
    #expect(core.status(of: counter).state == .removed)
  }

  @Test("All that are not at their goal are listed in the order of their coming, up to a limit")
  func unfinished() {
    let done = Counter(1)
    done.closed = true
    for task in [Counter(2), done, Counter(3), Counter(4, left: 1)] { core.add(task) }
    _ = core.step()
    #expect(core.unfinished().map(\.name) == ["counter 2", "counter 3", "counter 4"])
    #expect(core.unfinished().map(\.state) == [.waiting, .waiting, .active])
    #expect(core.unfinished(limit: 1).map(\.name) == ["counter 2"])
    #expect(core.unfinished(limit: -1).isEmpty)
  }

  @Test("The dump has for each of them its state, age, what ends its wait, and what led there")
  func dump() {
    let counter = Counter(9, left: 1)
    core.add(counter)
    while core.step() == .zero {}
    let fleet = Fleet(Ship(1, .sailing), Ship(2, .arrived), Ship(3, .lost))
    fleet.storms = 1
    core.add(fleet)
    clock.advance(by: .seconds(2))
    _ = core.step()
    #expect(
      core.dump() == """
        pool test, turn 3: 2 tasks, 0 active, 1 unexpected, 0 blocked, 1 waiting, 0 at goal
        counter 9 waits
          counter 9: W1 "refill" for 2.0 s, rules/Counter.rules:6
            state   left == 0, closed == false
            ends by refill
            last    R1 "not empty" of counter 9 (firing 0)
              <- added to the pool
        fleet is in an unexpected state, next try in 0.1 s
          ship 1: R2 "at sea" for 0.0 s, rules/Fleet.rules:7
            state   state == sailing
            threw   1 in a row
            last    R2 "at sea" of ship 1 (firing 1)
              <- added to the pool
          ship 3: unhandled for 0.0 s, rules/Fleet.rules:3
            state   state == lost

        """)
    #expect(core.dump(limit: 1).hasSuffix("\nand 1 more\n"))
  }

  @Test("A running pool gives its dump between two turns, and none after its end")
  func pool() async throws {
    let pool = try await Pool(name: "dumped") { Shop(core: $0) }
    while try await pool.read({ $0.core.statistics.turns }) == 0 {}
    #expect(try await pool.dump().contains("counter 1 waits\n"))
    await pool.shutdown()
    await #expect(throws: PoolError.self) { try await pool.dump() }
  }
}
