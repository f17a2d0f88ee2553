import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("The graceful end of a pool", .timeLimit(.minutes(20)))
struct GracefulShutdownTests {
  /// Far longer than any test may take, so that only rest ends the pool.
  private let patience = PoolShutdown.graceful(within: .seconds(3_600))

  @Test("A pool whose tasks are at their goal ends at once, and says that they are")
  func atRest() async throws {
    let pool = try await Pool(name: "resting") { core in
      let shop = Shop(core: core)
      shop.counter.closed = true
      return shop
    }
    #expect(await pool.shutdown(patience))
    await #expect(throws: PoolError.shutDown) { try await pool.read { _ in } }
  }

  @Test("A pool goes on until its tasks are at rest, taking posts and firing timers")
  func goesOn() async throws {
    let fired = Shared(0)
    let pool = try await Pool(name: "going on") { core in
      let shop = Shop(core: core)
      shop.counter.left = 1_000
      shop.counter.onFire = { _ in fired.change { $0 += 1 } }
      return shop
    }
    let end = Task { await pool.shutdown(patience) }
    // It waits for a refill now, which is no rest; the post that ends this still gets through.
    while fired.value < 1_000 { await Task.yield() }
    #expect(
      pool.post { shop in
        shop.core.schedule(after: .milliseconds(1)) {
          shop.counter.closed = true
          shop.counter.refill(5)
        }
      })
    #expect(await end.value)
    #expect(fired.value == 1_005)
  }

  @Test("Tasks that do not come to rest are left where they are when the time is over")
  func deadline() async throws {
    let pool = try await Pool(name: "waiting") { Shop(core: $0) }
    #expect(await !pool.shutdown(.graceful(within: .milliseconds(20))))
    let busy = try await Pool(name: "busy") { core in
      let shop = Shop(core: core)
      shop.counter.left = .max
      return shop
    }
    #expect(await !busy.shutdown(.graceful(within: .milliseconds(20))))
    let none = try await Pool(name: "no time") { Shop(core: $0) }
    #expect(await !none.shutdown(.graceful(within: .seconds(-1))))
  }

  @Test("Of several calls the soonest end counts, and all return after it")
  func several() async throws {
    let pool = try await Pool(name: "several") { Shop(core: $0) }
    let gone = Shared(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          #expect(await !pool.shutdown(patience))
          gone.change { $0 += 1 }
        }
      }
      group.addTask {
        await pool.shutdown()
        gone.change { $0 += 1 }
      }
    }
    #expect(gone.value == 5)
    let shorter = try await Pool(name: "shorter") { Shop(core: $0) }
    let long = Task { await shorter.shutdown(patience) }
    #expect(await !shorter.shutdown(.graceful(within: .milliseconds(20))))
    #expect(await !long.value)
    #expect(await !shorter.shutdown(patience))
  }

  @Test("Reads that come while a pool ends gracefully are answered")
  func reads() async throws {
    let pool = try await Pool(name: "answering") { Shop(core: $0) }
    let end = Task { await pool.shutdown(patience) }
    for _ in 0..<100 { #expect(try await pool.read { $0.counter.left } == 0) }
    try await pool.read { shop in
      shop.counter.closed = true
      shop.counter.membership.activate()
    }
    #expect(await end.value)
  }

  @Test("Only tasks that are at their goal, or in a state that no clause handles, are at rest")
  func rest() {
    let clock = ManualClock()
    for (state, isSettled) in [
      (Ship.State.arrived, true), (.lost, true), (.crewed, false), (.idle, false),
    ] {
      let core = PoolCore(name: "test", clock: clock)
      let fleet = Fleet(Ship(1, state))
      fleet.vainHires = .max
      for id in 0..<10 { core.add(Fleet(Ship(2, .arrived), subjectID: UInt64(id))) }
      core.add(fleet)
      var hint = 1_000
      #expect(!core.isSettled(hint: &hint))
      for _ in 0..<3 { _ = core.step() }
      #expect(core.isSettled(hint: &hint) == isSettled, "\(state)")
      core.remove(fleet)
      #expect(core.isSettled(hint: &hint))
    }
  }
}
