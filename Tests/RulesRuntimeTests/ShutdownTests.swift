import RulesRuntime
import Testing

@Suite("The end of a pool", .timeLimit(.minutes(20)))
struct ShutdownTests {
  @Test("shutdown drops the state on the pool's thread and leaves no thread")
  func stateIsDropped() async throws {
    let names = Shared<[String]>([])
    let pool = try await Pool(name: "ended") { core in
      Shop(core: core) { names.change { $0.append(threadName()) } }
    }
    #expect(countThreads(named: "ended") == 1)
    await pool.shutdown()
    #expect(names.value == ["ended"])
    #expect(try await noThreadIsLeft(named: "ended"))
  }

  @Test("shutdown may be called many times, also at once")
  func idempotence() async throws {
    let ends = Shared(0)
    let pool = try await Pool(name: "twice") { core in
      Shop(core: core) { ends.change { $0 += 1 } }
    }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          await pool.shutdown()
          #expect(ends.value == 1)
        }
      }
    }
    await pool.shutdown()
    #expect(ends.value == 1)
  }

  @Test("A busy pool ends after its current turn")
  func busyPool() async throws {
    let pool = try await Pool(name: "busy") { core in
      let shop = Shop(core: core)
      shop.counter.left = .max
      return shop
    }
    await pool.shutdown()
    #expect(try await noThreadIsLeft(named: "busy"))
  }

  @Test("Posts that are accepted before the end still run; later ones are refused")
  func posts() async throws {
    let ran = Shared(0)
    let isHolding = Shared(false)
    let isHeld = Shared(true)
    let pool = try await Pool(name: "posts") { Shop(core: $0) }
    pool.post { _ in
      isHolding.value = true
      while isHeld.value {}
    }
    while !isHolding.value { await Task.yield() }
    let end = Task { await pool.shutdown() }
    var accepted = 0
    while pool.post({ _ in ran.change { $0 += 1 } }) {
      accepted += 1
      await Task.yield()
    }
    isHeld.value = false
    await end.value
    #expect(ran.value == accepted)
    #expect(!pool.post { _ in ran.change { $0 += 1 } })
    #expect(ran.value == accepted)
  }

  @Test("A read after the end throws and does not hang")
  func reads() async throws {
    let pool = try await Pool(name: "reads") { Shop(core: $0) }
    await pool.shutdown()
    for _ in 0..<3 {
      await #expect(throws: PoolError.shutDown) { try await pool.read { $0.counter.left } }
    }
  }

  @Test("Reads that race with the end are answered or throw, none hangs")
  func racingReads() async throws {
    for _ in 0..<20 {
      let pool = try await Pool(name: "racing") { Shop(core: $0) }
      let answers = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<50 {
          group.addTask { (try? await pool.read { _ in true }) ?? false }
        }
        group.addTask {
          await pool.shutdown()
          return false
        }
        return await group.reduce(into: 0) { count, _ in count += 1 }
      }
      #expect(answers == 51)
    }
  }

  @Test("shutdown may be called from the pool's own thread")
  func fromTheThread() async throws {
    let pool = try await Pool(name: "inside") { Shop(core: $0) }
    await Task(executorPreference: pool.taskExecutor) { await pool.shutdown() }.value
    #expect(try await noThreadIsLeft(named: "inside"))
  }

  @Test("A pool that is dropped without shutdown drops its state and ends its thread")
  func droppedPool() async throws {
    let isGone = Shared(false)
    do {
      let pool = try await Pool(name: "dropped") { core in
        Shop(core: core) { isGone.value = true }
      }
      try await pool.read { $0.counter.refill(1) }
    }
    while !isGone.value || countThreads(named: "dropped") > 0 {
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}
