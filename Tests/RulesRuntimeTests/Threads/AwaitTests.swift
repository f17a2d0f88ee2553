import Glibc
import Synchronization
import Testing

@testable import RulesRuntime

@Suite("Awaiting a pool", .timeLimit(.minutes(20)))
struct AwaitTests {
  /// Counts how often another thread had to end a pool's sleep.
  private final class CountingPoller: Poller, Waker {
    let wakes = Atomic(0)
    private let base: Guarded<ConditionPoller>
    private let baseWaker: any Waker
    /// What the next poll delivers.
    let news = Shared<(@Sendable () -> Void)?>(nil)

    init() {
      let base = ConditionPoller()
      baseWaker = base.waker
      self.base = Guarded(base)
    }

    var waker: any Waker { self }

    func wake() {
      wakes.add(1, ordering: .relaxed)
      baseWaker.wake()
    }

    @discardableResult
    func poll(timeout: Duration?) -> Bool {
      if let deliver = news.value {
        news.value = nil
        deliver()
        return true
      }
      let poller = base.withLock { $0 }
      return poller.poll(timeout: timeout)
    }
  }

  @Test("From the pool's own executor it wakes nobody and stays on the pool's thread")
  func fromItsOwnExecutor() async throws {
    let poller = CountingPoller()
    let pool = try await Pool(name: "own hop") { core in
      core.poller = poller
      return Shop(core: core)
    }
    let (wakes, threads) = try await Task(executorPreference: pool.taskExecutor) {
      let before = poller.wakes.load(ordering: .relaxed)
      var threads: Set<UInt> = []
      for _ in 0..<1_000 {
        threads.insert(try await pool.read { _ in PoolThread.current })
        threads.insert(PoolThread.current)
      }
      return (poller.wakes.load(ordering: .relaxed) - before, threads)
    }.value
    #expect(wakes == 0)
    #expect(threads.count == 1)
    await pool.shutdown()
  }

  @Test("From the pool's own executor it takes one turn, and tasks still get theirs")
  func turns() async throws {
    let pool = try await Pool(name: "one turn") { Shop(core: $0) }
    let (turns, fired) = try await Task(executorPreference: pool.taskExecutor) {
      let first = try await pool.read { shop in
        shop.counter.refill(100)
        return shop.core.metrics.turns
      }
      for _ in 0..<99 { try await pool.read { _ in } }
      return try await pool.read { ($0.core.metrics.turns - first, $0.counter.fired) }
    }.value
    #expect(turns == 100)
    #expect(fired == 100)
    await pool.shutdown()
  }

  @Test("Who brings work to a pool that is awake wakes nobody")
  func whileAwake() async throws {
    let poller = CountingPoller()
    let pool = try await Pool(name: "awake") { core in
      core.poller = poller
      return Shop(core: core)
    }
    let isHolding = Shared(false)
    let isHeld = Shared(true)
    pool.post { _ in
      isHolding.value = true
      while isHeld.value { usleep(100) }
    }
    while !isHolding.value { await Task.yield() }
    let before = poller.wakes.load(ordering: .relaxed)
    for _ in 0..<1_000 { pool.post { _ in } }
    #expect(poller.wakes.load(ordering: .relaxed) == before)
    isHeld.value = false
    try await pool.read { _ in }
    await pool.shutdown()
  }

  @Test("What the poller delivers on the pool's thread wakes nobody, and runs")
  func fromThePoller() async throws {
    let poller = CountingPoller()
    let ran = Shared(false)
    let pool = try await Pool(name: "delivered") { core in
      core.poller = poller
      return Shop(core: core)
    }
    let before = Shared(0)
    pool.post { shop in
      shop.core.schedule(after: .milliseconds(1)) {
        before.value = poller.wakes.load(ordering: .relaxed)
        poller.news.value = { pool.post { _ in ran.value = true } }
      }
    }
    while !ran.value { await Task.yield() }
    #expect(poller.wakes.load(ordering: .relaxed) == before.value)
    await pool.shutdown()
  }

  @Test("From elsewhere each await of a pool that sleeps wakes it, and no await wakes it twice")
  func fromElsewhere() async throws {
    let poller = CountingPoller()
    let pool = try await Pool(name: "far hop") { core in
      core.poller = poller
      return Shop(core: core)
    }
    let before = poller.wakes.load(ordering: .relaxed)
    for _ in 0..<100 { try await pool.read { _ in } }
    let wakes = poller.wakes.load(ordering: .relaxed) - before
    #expect((1...100).contains(wakes))
    await pool.shutdown()
  }
}
