import RulesRuntime
import Testing

@Suite("A pool on its own thread", .timeLimit(.minutes(20)))
struct PoolTests {
  struct SetUpFailed: Error {}

  @Test("Set-up, rules, posts and reads all run on the pool's thread")
  func isolation() async throws {
    let names = Shared<[String]>([])
    let pool = try await Pool(name: "isolated") { core in
      names.change { $0.append(threadName()) }
      let shop = Shop(core: core)
      shop.counter.left = 1
      shop.counter.onFire = { _ in names.change { $0.append(threadName()) } }
      return shop
    }
    pool.post { _ in names.change { $0.append(threadName()) } }
    try await pool.read { _ in names.change { $0.append(threadName()) } }
    #expect(names.value == Array(repeating: "isolated", count: 4))
    #expect(threadName() != "isolated")
    await pool.shutdown()
  }

  @Test("Code on the pool's thread is isolated to the pool's actor; other code is not")
  func isolationIsChecked() async throws {
    let pool = try await Pool(name: "checked") { Shop(core: $0) }
    let isIsolated = Shared(false)
    pool.post { _ in pool.assumeIsolated { _ in isIsolated.value = true } }
    try await pool.read { _ in }
    #expect(isIsolated.value)
    await pool.shutdown()
  }

  @Test("read sees what the rules have done so far, and what it activates is evaluated")
  func read() async throws {
    let pool = try await Pool(name: "read") { Shop(core: $0) }
    try await pool.read { $0.counter.refill(3) }
    while try await pool.read({ $0.counter.fired }) < 3 {}
    #expect(try await pool.read { $0.core.statistics.leaves[0].count } == 3)
    await pool.shutdown()
  }

  @Test("read passes on what its body throws")
  func readThrows() async throws {
    let pool = try await Pool(name: "throws") { Shop(core: $0) }
    await #expect(throws: Storm.self) { try await pool.read { _ in throw Storm() } }
    await pool.shutdown()
  }

  @Test("Posts run in the order in which they were posted")
  func postsAreOrdered() async throws {
    let pool = try await Pool(name: "ordered") { Shop(core: $0) }
    let order = Shared<[Int]>([])
    for number in 0..<1_000 { pool.post { _ in order.change { $0.append(number) } } }
    try await pool.read { _ in }
    #expect(order.value == Array(0..<1_000))
    await pool.shutdown()
  }

  @Test("Of more posts than may wait the last are refused, and reads still get through")
  func postsAreBounded() async throws {
    let pool = try await Pool(name: "bounded") { Shop(core: $0) }
    let ran = Shared(0)
    let isHeld = Shared(true)
    let isHolding = Shared(false)
    pool.post { _ in
      isHolding.value = true
      while isHeld.value {}
    }
    while !isHolding.value { await Task.yield() }
    var accepted = 0
    for _ in 0..<70_000 where pool.post({ _ in ran.change { $0 += 1 } }) { accepted += 1 }
    isHeld.value = false
    try await pool.read { _ in }
    #expect(accepted == 65_536)
    #expect(ran.value == accepted)
    #expect(pool.post { _ in })
    await pool.shutdown()
  }

  @Test("Reads from many tasks at once all get their answer")
  func manyReaders() async throws {
    let pool = try await Pool(name: "many") { Shop(core: $0) }
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<500 { group.addTask { try await pool.read { _ in number } } }
      return try await group.reduce(0, +)
    }
    #expect(sum == 499 * 500 / 2)
    await pool.shutdown()
  }

  @Test("A task that prefers the pool's executor runs on the pool's thread")
  func taskExecutor() async throws {
    let pool = try await Pool(name: "preferred") { Shop(core: $0) }
    let name = await Task(executorPreference: pool.taskExecutor) { threadName() }.value
    #expect(name == "preferred")
    await pool.shutdown()
  }

  @Test("Timers fire on a pool that has nothing else to do")
  func timers() async throws {
    let pool = try await Pool(name: "timers") { core in
      let shop = Shop(core: core)
      core.schedule(after: .milliseconds(5)) { shop.counter.refill(1) }
      return shop
    }
    while try await pool.read({ $0.counter.fired }) == 0 {
      try await Task.sleep(for: .milliseconds(1))
    }
    await pool.shutdown()
  }

  @Test("A pool with nothing to do makes no turns")
  func idleness() async throws {
    let pool = try await Pool(name: "idle") { Shop(core: $0) }
    let before = try await pool.read { $0.core.statistics.turns }
    try await Task.sleep(for: .milliseconds(100))
    let after = try await pool.read { $0.core.statistics.turns }
    // The turn after the first read, and one for the second if that was late.
    #expect(after - before <= 2)
    await pool.shutdown()
  }

  @Test("What set-up throws is thrown by init, and no thread is left")
  func setUpFails() async throws {
    for _ in 0..<50 {
      await #expect(throws: SetUpFailed.self) {
        _ = try await Pool<Shop>(name: "failing") { _ in throw SetUpFailed() }
      }
      #expect(try await noThreadIsLeft(named: "failing"))
    }
  }
}
