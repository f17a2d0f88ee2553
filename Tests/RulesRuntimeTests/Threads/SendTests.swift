import Glibc
import Testing

@testable import RulesRuntime

@Suite("Sending to a pool that is behind", .timeLimit(.minutes(20)))
struct SendTests {
  /// A pool whose thread is held until `release`, with its queue of posts full.
  private struct FullPool {
    let pool: Pool<Shop>
    private let isHeld = Shared(true)

    init() async throws {
      pool = try await Pool(name: "full") { Shop(core: $0) }
      let isHolding = Shared(false)
      pool.post { [isHeld] _ in
        isHolding.value = true
        while isHeld.value { usleep(100) }
      }
      while !isHolding.value { await Task.yield() }
      while pool.post({ _ in }) {}
    }

    /// Returns when so many senders wait.
    func waitForSenders(_ count: Int) async {
      while pool.loop.executor.counts.sending < count { await Task.yield() }
    }

    func release() { isHeld.value = false }
  }

  @Test("What is sent runs on the pool's thread, in order")
  func order() async throws {
    let pool = try await Pool(name: "sent") { Shop(core: $0) }
    let order = Shared<[Int]>([])
    for number in 0..<1_000 { try await pool.send { _ in order.change { $0.append(number) } } }
    try await pool.read { _ in }
    #expect(order.value == Array(0..<1_000))
    await pool.shutdown()
  }

  @Test("Senders without room wait, and are let in in the order in which they came")
  func fairness() async throws {
    let full = try await FullPool()
    let order = Shared<[Int]>([])
    var senders: [Task<Void, any Error>] = []
    for number in 0..<50 {
      senders.append(
        Task { try await full.pool.send { _ in order.change { $0.append(number) } } })
      await full.waitForSenders(number + 1)
    }
    #expect(!full.pool.post { _ in })
    full.release()
    for sender in senders { try await sender.value }
    try await full.pool.read { _ in }
    #expect(order.value == Array(0..<50))
    #expect(full.pool.loop.executor.counts.sending == 0)
    await full.pool.shutdown()
  }

  @Test("A task that sends again and again to a slow pool is slowed down and loses nothing")
  func backPressure() async throws {
    let pool = try await Pool(name: "slow") { Shop(core: $0) }
    let ran = Shared(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<40_000 { try? await pool.send { _ in ran.change { $0 += 1 } } }
        }
      }
    }
    try await pool.read { _ in }
    #expect(ran.value == 160_000)
    await pool.shutdown()
  }

  @Test("A sender that is cancelled while it waits throws, and what it sent does not run")
  func cancellation() async throws {
    let full = try await FullPool()
    let ran = Shared<[Int]>([])
    let senders = (0..<3).map { number in
      Task { try await full.pool.send { _ in ran.change { $0.append(number) } } }
    }
    await full.waitForSenders(3)
    senders[1].cancel()
    await #expect(throws: CancellationError.self) { try await senders[1].value }
    full.release()
    try await senders[0].value
    try await senders[2].value
    // Cancelled before it began.
    let late = Task {
      while !Task.isCancelled { await Task.yield() }
      try await full.pool.send { _ in ran.change { $0.append(3) } }
    }
    late.cancel()
    await #expect(throws: CancellationError.self) { try await late.value }
    try await full.pool.read { _ in }
    #expect(Set(ran.value) == [0, 2])
    await full.pool.shutdown()
  }

  @Test("Senders that are cancelled while the pool lets them in are told one of the two")
  func racingCancellation() async throws {
    for _ in 0..<5 {
      let full = try await FullPool()
      let ran = Shared(0)
      let senders = (0..<20).map { _ in
        Task { try await full.pool.send { _ in ran.change { $0 += 1 } } }
      }
      await full.waitForSenders(20)
      full.release()
      for sender in senders { sender.cancel() }
      var served = 0
      for sender in senders {
        if case .success = await sender.result { served += 1 }
      }
      try await full.pool.read { _ in }
      #expect(ran.value == served)
      await full.pool.shutdown()
    }
  }

  @Test("Senders that wait when the pool is shut down throw, and so do later ones")
  func shutdown() async throws {
    let full = try await FullPool()
    let ran = Shared(false)
    let sender = Task { try await full.pool.send { _ in ran.value = true } }
    await full.waitForSenders(1)
    let end = Task { await full.pool.shutdown() }
    await #expect(throws: PoolError.shutDown) { try await sender.value }
    full.release()
    await end.value
    await #expect(throws: PoolError.shutDown) { try await full.pool.send { _ in } }
    #expect(!ran.value)
  }

  @Test("A task on the pool's own thread may wait for room as well")
  func fromTheThread() async throws {
    let pool = try await Pool(name: "own") { Shop(core: $0) }
    let ran = Shared(0)
    try await Task(executorPreference: pool.taskExecutor) {
      for _ in 0..<70_000 { try await pool.send { _ in ran.change { $0 += 1 } } }
    }.value
    try await pool.read { _ in }
    #expect(ran.value == 70_000)
    await pool.shutdown()
  }
}
