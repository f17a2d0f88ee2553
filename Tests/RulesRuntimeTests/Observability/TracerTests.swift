import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("Tracing turns")
struct TracerTests {
  let clock = ManualClock()

  @Test("Each turn that fires a rule is told once, with its firings in order")
  func turns() {
    let core = PoolCore(name: "traced", clock: clock)
    let turns = Shared<[TracedTurn]>([])
    var feed = TracerFeed(RuleTracer { turn in turns.change { $0.append(turn) } }, core)
    let fleet = Fleet(Ship(1, .idle), Ship(2, .sailing))
    core.add(Counter(9, left: 2))
    core.add(fleet)
    for _ in 0..<5 {
      clock.advance(by: .seconds(1))
      _ = core.step()
      feed.noteTurn(of: core)
    }
    let told = turns.value
    #expect(told.map(\.turn) == [1, 2])
    #expect(told.map(\.start.nanoseconds) == [1_000_000_000, 2_000_000_000])
    #expect(told.allSatisfy { $0.pool == "traced" && $0.lost == 0 })
    let firings = told.map { turn in
      turn.firings.map { "\($0.sequence) \($0.scope) \($0.rule) \($0.subjectID)" }
    }
    #expect(
      firings == [
        ["0 Counter R1 9", "1 Fleet.ship R1 1", "2 Fleet.ship R2 2"], ["3 Counter R1 9"],
      ])
    #expect(told[0].firings.map(\.cause.kind) == [.admission, .admission, .admission])
    #expect(told[1].firings.map(\.cause) == [Cause(.firing, origin: 0)])
    let first = told[0].firings[1]
    #expect(first.label == "no crew")
    #expect("\(first.file):\(first.line)" == "rules/Fleet.rules:5")
  }

  @Test("Turns shorter than asked for are left out, and not told with the next one")
  func slowTurns() {
    let core = PoolCore(name: "traced", clock: clock)
    let turns = Shared<[TracedTurn]>([])
    let tracer = RuleTracer(minimum: .milliseconds(5)) { turn in
      turns.change { $0.append(turn) }
    }
    var feed = TracerFeed(tracer, core)
    let counter = Counter(1, left: 3)
    counter.onFire = { [clock] counter in
      clock.advance(by: .milliseconds(counter.left == 1 ? 6 : 1))
    }
    core.add(counter)
    for _ in 0..<3 {
      _ = core.step()
      feed.noteTurn(of: core)
    }
    #expect(turns.value.map(\.turn) == [2])
    #expect(turns.value.map(\.duration) == [.milliseconds(6)])
    #expect(turns.value.map { $0.firings.map(\.sequence) } == [[1]])
  }

  @Test("Firings that the trace does not keep are counted", arguments: [0, 3, 7])
  func lost(capacity: Int) {
    let core = PoolCore(name: "traced", clock: clock, traceCapacity: capacity)
    let turns = Shared<[TracedTurn]>([])
    var feed = TracerFeed(RuleTracer { turn in turns.change { $0.append(turn) } }, core)
    for id in 0..<5 { core.add(Counter(UInt64(id), left: 2)) }
    for _ in 0..<2 {
      _ = core.step()
      feed.noteTurn(of: core)
    }
    let kept = min(capacity, 5)
    #expect(turns.value.map(\.lost) == Array(repeating: UInt64(5 - kept), count: 2))
    #expect(
      turns.value.map { $0.firings.map(\.subjectID) }
        == Array(repeating: Array(UInt64(5 - kept)..<5), count: 2))
  }

  @Test("A pool tells its tracer on its own thread")
  func pool() async throws {
    let names = Shared<[String]>([])
    let tracer = RuleTracer { _ in names.change { $0.append(threadName()) } }
    let pool = try await Pool(name: "told", tracer: tracer) { core in
      let shop = Shop(core: core)
      shop.counter.left = 3
      return shop
    }
    while try await pool.read({ $0.counter.fired }) < 3 {}
    await pool.shutdown()
    #expect(names.value == ["told", "told", "told"])
  }
}
