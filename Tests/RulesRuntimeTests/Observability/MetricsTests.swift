import RulesSimulation
import TestSupport
import Testing

@testable import RulesRuntime

@Suite("Metrics")
struct MetricsTests {
  let clock = ManualClock()

  /// Ships of every kind of ending, a counter and porters in line.
  private func harbour(_ name: String = "test") -> (core: PoolCore, throttle: Throttle) {
    let core = PoolCore(name: name, clock: clock)
    let throttle = Throttle("gate", limit: 1)
    let idle = Fleet(Ship(1, .idle), Ship(2, .arrived))
    idle.vainHires = .max
    core.add(idle)
    core.add(Fleet(Ship(3, .crewed), Ship(4, .arrived)))
    core.add(Fleet(Ship(5, .lost), Ship(6, .crewed)))
    core.add(Fleet(Ship(7, .sunk)))
    core.add(Fleet(Ship(8, .arrived)))
    core.add(Fleet())
    core.add(Counter(9, left: 2))
    for id in 10..<13 as Range<UInt64> { core.add(Porter(id, throttle, distance: 1_000)) }
    for _ in 0..<4 { _ = core.step() }
    return (core, throttle)
  }

  @Test("Each task is counted once, by its worst subject")
  func tasks() {
    let (core, _) = harbour()
    let metrics = core.metrics
    #expect(
      metrics.tasks == [
        TaskMetrics(task: "Fleet", waiting: 1, blocked: 1, unexpected: 2, atGoal: 2),
        TaskMetrics(task: "Counter", waiting: 1),
        TaskMetrics(task: "Porter", active: 1, waiting: 2),
      ])
    #expect(metrics.tasks.map(\.count) == [6, 1, 3])
    #expect(metrics.turns == 4)
    #expect(metrics.firings == 1 + 2 + 3 + 3)
    #expect(metrics.unexpected == 2)
    #expect(metrics.thread == nil)
    let statistics = core.statistics
    #expect(metrics.leaves.map(\.count) == statistics.leaves.map(\.count))
    #expect(metrics.leaves.map(\.leaf) == statistics.leaves.map(\.leaf))
  }

  @Test("A subject that stands still so long that it was reported counts as overdue until it moves")
  func overdue() {
    let core = PoolCore(name: "test", clock: clock)
    let fleet = Fleet(Ship(1, .crewed), Ship(2, .crewed))
    core.add(fleet)
    while core.step() == .zero {}
    #expect(core.metrics.tasks.map(\.overdue) == [0])
    clock.advance(by: .seconds(3))
    while core.step() == .zero {}
    #expect(core.metrics.tasks.map(\.overdue) == [2])
    fleet.order(fleet.ships[0], .sailing)
    while core.step() == .zero {}
    #expect(core.metrics.tasks.map(\.overdue) == [1])
  }

  @Test("Throttles tell how they stand")
  func throttles() {
    let (core, throttle) = harbour()
    let metrics = withExtendedLifetime(core) { ThrottleMetrics(throttle) }
    #expect(metrics.name == "gate")
    #expect([metrics.limit, metrics.inUse, metrics.waiting, metrics.highWater] == [1, 1, 2, 1])
    #expect(metrics.granted == 1)
  }

  @Test("A pool's snapshot has what its thread counts")
  func thread() async throws {
    let pool = try await Pool(name: "metered") { Shop(core: $0) }
    try await pool.read { $0.counter.refill(3) }
    while try await pool.read({ $0.counter.fired }) < 3 {}
    let throttle = "gate"
    let metrics = try await pool.metrics { _ in [Throttle(throttle, limit: 3)] }
    let thread = try #require(metrics.thread)
    #expect(metrics.pool == "metered")
    #expect(metrics.firings == 3)
    #expect(metrics.throttles.map(\.limit) == [3])
    #expect(thread.turnTime.longest > .zero)
    #expect(thread.turnTime.total >= thread.turnTime.longest)
    #expect(thread.sleeps + 1 <= metrics.turns)
    #expect([thread.spins, thread.vainSpins, thread.refusedPosts] == [0, 0, 0])
    #expect([thread.posts, thread.sending] == [0, 0])
    await pool.shutdown()
    await #expect(throws: PoolError.shutDown) { try await pool.metrics() }
  }

  @Test("Posts that were refused are counted")
  func refused() async throws {
    let pool = try await Pool(name: "refusing") { Shop(core: $0) }
    try await pool.read { _ in
      for _ in 0..<65_536 + 7 { pool.post { _ in } }
    }
    #expect(try await pool.metrics().thread?.refusedPosts == 7)
    await pool.shutdown()
  }

  @Test("The Prometheus text is as its format says, and has every number")
  func prometheus() throws {
    let (core, throttle) = harbour()
    var metrics = core.metrics
    metrics.forgotten = 7
    metrics.stalls = 8
    metrics.throttles = [ThrottleMetrics(throttle)]
    var turnTime = TurnTime()
    turnTime.add(.milliseconds(1_500))
    turnTime.add(.milliseconds(250))
    metrics.thread = ThreadMetrics(
      turnTime, .init(sleeps: 3, spins: 2, vainSpins: 1), queue: (4, 5, 6))
    let read = try PrometheusReader(metrics.prometheusText)
    #expect(read.values.count == metrics.samples.count)
    #expect(Set(read.types.keys) == Set(read.helps.keys))
    #expect(read.types["rules_turns_total"] == "counter")
    #expect(read.types["rules_tasks"] == "gauge")
    let counters = read.types.filter { $0.value == "counter" }.keys
    #expect(counters.allSatisfy { $0.hasSuffix("_total") })
    let expected = [
      #"rules_turns_total{pool="test"}"#: 4,
      #"rules_forgotten_total{pool="test"}"#: 7,
      #"rules_stalls_total{pool="test"}"#: 8,
      #"rules_firings_total{pool="test",task="Fleet.ship",rule="R1"}"#: 1,
      #"rules_firings_total{pool="test",task="Counter",rule="R1"}"#: 2,
      #"rules_waits_total{pool="test",task="Porter",wait="W1"}"#: 2,
      #"rules_goals_total{pool="test",task="Fleet.ship",goal="goal"}"#: 3,
      #"rules_unhandled_total{pool="test",task="Fleet.ship",case="unhandled"}"#: 1,
      #"rules_tasks{pool="test",task="Fleet",state="unexpected"}"#: 2,
      #"rules_overdue{pool="test",task="Fleet"}"#: 0,
      #"rules_permits_in_use{pool="test",throttle="gate"}"#: 1,
      #"rules_turn_seconds_total{pool="test"}"#: 1.75,
      #"rules_longest_turn_seconds{pool="test"}"#: 1.5,
      #"rules_polls_total{pool="test",wait="spun_in_vain"}"#: 1,
      #"rules_posts_refused_total{pool="test"}"#: 6,
    ]
    for (series, value) in expected { #expect(read.values[series] == value, "\(series)") }
  }

  @Test("The text is the same each time, and does not grow with the number of tasks")
  func size() throws {
    let one = try PrometheusReader(harbour().core.metrics.prometheusText)
    let core = harbour().core
    for id in 0..<1_000 { core.add(Counter(UInt64(100 + id))) }
    _ = core.step()
    #expect(try PrometheusReader(core.metrics.prometheusText).values.keys == one.values.keys)
    #expect(harbour().core.metrics.prometheusText == harbour().core.metrics.prometheusText)
  }

  @Test("Several pools are told in one text, each name in one block; those of one name are added")
  func severalPools() throws {
    let pools = [harbour("a").core.metrics, harbour("b").core.metrics, harbour("b").core.metrics]
    let read = try PrometheusReader(PoolMetrics.prometheusText(pools))
    #expect(read.values[#"rules_turns_total{pool="a"}"#] == 4)
    #expect(read.values[#"rules_turns_total{pool="b"}"#] == 8)
    #expect(PoolMetrics.prometheusText([]) == "")
  }

  @Test("Names with quotes, backslashes and line ends are escaped")
  func escaping() throws {
    let name = "a \"pool\" of\n C:\\ {x=\"y\"} ö"
    let core = PoolCore(name: name, clock: clock)
    let text = core.metrics.prometheusText
    let read = try PrometheusReader(text)
    #expect(Set(read.labels.values.map { $0["pool"] }) == [name])
    #expect(text.contains(#"pool="a \"pool\" of\n C:\\ {x=\"y\"} ö""#))
  }

  @Test("Ends of an evaluation that have one name are told apart, and equal ones added")
  func equalNames() throws {
    let leaf = { (label: String, count: UInt64) in
      PoolStatistics.LeafCount(
        scope: "S", leaf: "always", label: label, kind: .impossible, count: count)
    }
    var metrics = PoolCore(name: "test", clock: clock).metrics
    metrics.leaves = [leaf("afloat", 1), leaf("crewed", 2), leaf("crewed", 3)]
    let unhandled = metrics.samples.filter { $0.name == "rules_unhandled_total" }
    #expect(unhandled.map(\.value) == [1, 5])
    let read = try PrometheusReader(metrics.prometheusText)
    let series = #"rules_unhandled_total{pool="test",task="S",case="always "#
    #expect(read.values[series + #"afloat"}"#] == 1)
    #expect(read.values[series + #"crewed"}"#] == 5)
  }
}
