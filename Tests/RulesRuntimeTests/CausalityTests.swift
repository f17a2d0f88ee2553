import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("What enabled a firing")
struct CausalityTests {
  let clock = ManualClock()

  private func causes(_ core: PoolCore) -> [Cause] { core.statistics.firings.map(\.cause) }

  @Test("a task that came into the pool, then each firing the next one of its subject")
  func ownFirings() {
    let core = PoolCore(name: "test", clock: clock)
    core.add(Counter(left: 3))
    while core.step() == .zero {}
    #expect(
      causes(core) == [
        Cause(.admission), Cause(.firing, origin: 0), Cause(.firing, origin: 1),
      ])
  }

  @Test("another task's action that woke it, or added it")
  func otherFirings() {
    let core = PoolCore(name: "test", clock: clock)
    let (first, second) = (Counter(1, left: 1), Counter(2))
    let third = Counter(3, left: 1)
    core.add(second)
    core.add(first)
    first.onFire = { _ in
      second.refill(1)
      core.add(third)
    }
    while core.step() == .zero {}
    #expect(
      causes(core) == [
        Cause(.admission), Cause(.firing, origin: 0), Cause(.admission, origin: 0),
      ])
  }

  @Test("a timer, and the firing that armed it")
  func timer() {
    let core = PoolCore(name: "test", clock: clock)
    let counter = Counter(left: 1)
    core.add(counter)
    counter.onFire = { counter in core.schedule(after: .seconds(1)) { counter.refill(1) } }
    while core.step() == .zero {}
    clock.advance(by: .seconds(1))
    while core.step() == .zero {}
    core.schedule(after: .zero) { counter.refill(1) }
    while core.step() == .zero {}
    #expect(
      causes(core) == [Cause(.admission), Cause(.timer, origin: 0), Cause(.timer)])
  }

  @Test("the reply to what a firing sent, by its name")
  func reply() throws {
    let core = PoolCore(name: "test", clock: clock)
    let counter = Counter(left: 1)
    core.add(counter)
    var origin = CauseOrigin.none
    counter.onFire = { _ in origin = core.origin }
    while core.step() == .zero {}
    let name = core.causeName("append")
    #expect(core.causeName("append") == name)
    core.perform(.reply, named: name, from: origin) { counter.refill(1) }
    clock.advance(by: .microseconds(1_500))
    while core.step() == .zero {}
    #expect(causes(core).last == Cause(.reply, origin: 0, name: name))
    let why = try #require(core.why(1))
    #expect(
      why.description == """
        R1 "not empty" of counter 1 (firing 1)
          <- reply append, to R1 "not empty" of counter 1 (firing 0), 0.001500 s before
          <- added to the pool
        """)
    #expect(why.links[0].place == "rules/Counter.rules:5")
    #expect(why.links[0].before == "left == 1..., closed == false")
    #expect(why.links[0].after == "left == 0, closed == false")
  }

  @Test("of three replies in one turn each subject's own")
  func replies() {
    let core = PoolCore(name: "test", clock: clock)
    let fleet = Fleet(Ship(1, .idle), Ship(2, .idle), Ship(3, .idle))
    core.add(fleet)
    while core.step() == .zero {}
    for firing in [1, 2, 0] as [UInt64] {
      core.perform(.reply, from: CauseOrigin(bits: firing + 1)) {
        fleet.order(fleet.ships[Int(firing)], .sailing)
      }
    }
    while core.step() == .zero {}
    #expect(
      causes(core).suffix(3) == [
        Cause(.reply, origin: 0), Cause(.reply, origin: 1), Cause(.reply, origin: 2),
      ])
  }

  @Test("the end of a rest, and the firing in vain before it")
  func retry() {
    let core = PoolCore(name: "test", clock: clock)
    let fleet = Fleet(Ship(1, .idle))
    fleet.vainHires = 1
    core.add(fleet)
    while core.step() == .zero {}
    clock.advance(by: .milliseconds(100))
    while core.step() == .zero {}
    #expect(causes(core) == [Cause(.admission), Cause(.retry, origin: 0)])
  }

  @Test("what came from outside, as it was said; else that it is unknown")
  func outside() {
    let core = PoolCore(name: "test", clock: clock)
    let counter = Counter()
    core.add(counter)
    _ = core.step()
    counter.refill(1)
    while core.step() == .zero {}
    core.perform(.event) { counter.refill(1) }
    while core.step() == .zero {}
    counter.refill(1)
    while core.step() == .zero {}
    #expect(causes(core) == [Cause(.unknown), Cause(.event), Cause(.unknown)])
  }

  @Test("a post, on the thread of a pool")
  func post() async throws {
    let pool = try await Pool(name: "posted") { Shop(core: $0) }
    pool.post { $0.counter.refill(1) }
    while try await pool.read({ $0.counter.fired }) == 0 {}
    let why = try #require(try await pool.why(0))
    #expect(why.description.hasSuffix("\n  <- post or read"))
    await pool.shutdown()
    await #expect(throws: PoolError.self) { try await pool.why(0) }
  }

  @Test("a chain ends at what came from outside, at a lost firing, or after so many links")
  func ends() throws {
    let core = PoolCore(name: "test", clock: clock, traceCapacity: 4)
    core.add(Counter(left: 6))
    while core.step() == .zero {}
    #expect(core.why(0) == nil)
    #expect(core.why(6) == nil)
    let lost = try #require(core.why(5))
    #expect(lost.links.map(\.firing.sequence) == [5, 4, 3, 2])
    #expect(lost.description.hasSuffix("\n  <- after firing 1, which the trace has lost"))
    let short = try #require(core.why(5, limit: 2))
    #expect(short.links.count == 2)
    #expect(short.description.hasSuffix("\n  <- after firing 3, and so on"))
    let none = PoolCore(name: "none", clock: clock, traceCapacity: 0)
    none.add(Counter(left: 2))
    while none.step() == .zero {}
    #expect(none.why(1) == nil)
  }
}

@Suite("A cause in one word")
struct PackedCauseTests {
  @Test("is what it was, for every kind, with and without origin and name")
  func roundTrip() {
    for kind in Cause.Kind.allCases {
      for origin in [nil, 0, 1, (1 << 52) - 2] as [UInt64?] {
        for name in [0, 1, 255] as [UInt8] {
          let packed = PackedCause(kind, originBits: origin.map { $0 + 1 } ?? 0, name: name)
          #expect(packed.cause == Cause(kind, origin: origin, name: name))
        }
      }
    }
  }

  @Test("the four newest are kept, one that comes again only once")
  func list() {
    var list = CauseList()
    #expect(list.newest.isNone)
    for sequence in [1, 2, 2, 3, 4, 5] as [UInt64] { list.note(.firing(sequence)) }
    #expect(list.newest == .firing(5))
    #expect(list.cause(from: 3) == .firing(2))
    #expect(list.cause(from: 2) == nil)
  }
}
