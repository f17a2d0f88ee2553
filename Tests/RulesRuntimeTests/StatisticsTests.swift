import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("What a pool tells about itself")
struct StatisticsTests {
  let clock = ManualClock()

  @Test("Leaves are listed in table order for each kind of task, with their counts")
  func leaves() {
    let core = PoolCore(name: "test", clock: clock)
    core.add(Counter(1, left: 2))
    core.add(Fleet(Ship(2, .sailing)))
    while core.step() == .zero {}
    let leaves = core.statistics.leaves
    #expect(
      leaves.map { "\($0.scope) \($0.leaf) \($0.count)" } == [
        "Counter R1 2", "Counter W1 1", "Counter goal 0",
        "Fleet.ship R1 0", "Fleet.ship W1 0", "Fleet.ship R2 1", "Fleet.ship goal 1",
        "Fleet.ship always 0", "Fleet.ship unhandled 0",
      ])
    #expect(leaves[0].label == "not empty")
    #expect(leaves[1].kind == .wait)
  }

  @Test("Waiting subjects say for what, in which state and since when")
  func waiting() throws {
    let core = PoolCore(name: "test", clock: clock)
    clock.advance(by: .seconds(5))
    let fleet = Fleet(Ship(1, .crewed), Ship(2, .arrived), Ship(3, .idle))
    fleet.vainHires = .max
    core.add(fleet)
    _ = core.step()
    clock.advance(by: .seconds(1))
    _ = core.step()
    let waiting = core.statistics.waiting
    #expect(waiting.map(\.subject) == ["ship 1", "ship 3"])
    #expect(waiting.map(\.leaf) == ["W1", "R1"])
    #expect(waiting.map(\.label) == ["orders", "no crew"])
    #expect(waiting.map(\.causes) == [["orders", "peace"], []])
    #expect(waiting.map(\.state) == ["state == crewed", "state == idle"])
    #expect(
      waiting.map(\.since) == [
        .init(nanoseconds: 5_000_000_000), .init(nanoseconds: 5_000_000_000),
      ])
  }

  @Test("Firings are kept in order, each with number, time, subject and rule")
  func firings() {
    let core = PoolCore(name: "test", clock: clock)
    let fleet = Fleet(Ship(1, .idle))
    core.add(fleet)
    _ = core.step()
    clock.advance(by: .seconds(3))
    fleet.order(fleet.ships[0], .sailing)
    _ = core.step()
    let firings = core.statistics.firings
    #expect(firings.map(\.sequence) == [0, 1])
    #expect(firings.map(\.rule) == ["R1", "R2"])
    #expect(firings.map(\.subject) == ["ship 1", "ship 1"])
    #expect(firings.map(\.time.nanoseconds) == [0, 3_000_000_000])
  }

  @Test("The trace keeps the newest firings up to its capacity", arguments: [0, 1, 7, 8, 100])
  func traceWraps(capacity: Int) {
    let core = PoolCore(name: "test", clock: clock, traceCapacity: capacity)
    core.add(Counter(left: 20))
    while core.step() == .zero { clock.advance(by: .nanoseconds(1)) }
    let kept = Array(20 - min(capacity, 20)..<20)
    #expect(core.statistics.firings.map(\.sequence) == kept.map(UInt64.init))
    #expect(core.statistics.firings.map(\.time.nanoseconds) == kept.map(Int64.init))
  }

  @Test("A subject that is gone is still named in the trace")
  func namesOfTheGone() {
    let core = PoolCore(name: "test", clock: clock)
    core.add(Fleet(Ship(8, .sailing)), removeAtGoal: true)
    while core.step() == .zero {}
    #expect(core.statistics.tasks == 0)
    #expect(core.statistics.firings.map(\.subject) == ["ship 8"])
  }

  @Test("Names are kept for the newest subjects of very many that came and went")
  func namesAreBounded() {
    let core = PoolCore(name: "test", clock: clock, traceCapacity: 10)
    for id in 0..<5_000 {
      core.add(Fleet(Ship(UInt64(id), .sailing)), removeAtGoal: true)
      while core.step() == .zero {}
    }
    #expect(core.engine.pointee.names.count <= 1_024)
    #expect(core.statistics.firings.map(\.subject) == (4_990..<5_000).map { "ship \($0)" })
  }

  @Test("A state word is described in the words of its table")
  func stateWords() {
    let scope = RuleTable.Scope(
      name: "S", line: 1,
      variables: [
        .init("open", ["false", "true"], shift: 0, width: 1),
        .init("a <= b", ["a == b", "a < b"], shift: 1, width: 1),
        .init("mode", ["x", "y", "z"], shift: 2, width: 2),
      ], leaves: [])
    var word = StateWord()
    word.put(true, at: 0)
    word.put(true, at: 1)
    word.put(UInt8(2), at: 2)
    #expect(word.description(in: scope) == "open == true, a < b, mode == z")
    #expect(StateWord(bits: 0b1100).description(in: scope) == "open == false, a == b, mode == ?3")
  }
}
