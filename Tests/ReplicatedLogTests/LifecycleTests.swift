import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// Opening, closing, taking over and reading, over pools with threads and backups in memory.
@Suite struct LifecycleTests {
  private let servers = FakeServers(backups: 5)

  private func configuration(
    capacity: Int = 4096, patience: Duration = .milliseconds(50)
  ) -> LogConfiguration {
    LogConfiguration(
      coordinator: FakeServers.coordinator, segmentCapacity: capacity, patience: patience, seed: 1)
  }

  private var makeCalls: MakeCalls {
    let servers = servers
    return { core in FakeCalls(servers, deliversOn: core) }
  }

  private func open(_ configuration: LogConfiguration? = nil) async throws -> ReplicatedLog {
    try await ReplicatedLog.open(configuration ?? self.configuration(), makeCalls: makeCalls)
  }

  private func read(
    _ configuration: LogConfiguration? = nil
  ) async throws -> (records: [[UInt8]], summary: LogReadSummary) {
    var records: [[UInt8]] = []
    var last: LogPosition?
    let summary = try await LogReader.read(
      configuration ?? self.configuration(), makeCalls: makeCalls
    ) { position, record in
      if let last { #expect(last < position) }
      last = position
      records.append(record)
    }
    return (records, summary)
  }

  private func records(_ count: Int, of size: Int = 100, from first: Int = 0) -> [[UInt8]] {
    (first..<first + count).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: size) }
  }

  @Test("What was appended is read back, by somebody else, while its owner lives and after")
  func appendAndRead() async throws {
    let log = try await open()
    let appended = records(200)
    let positions = try await log.append(appended)
    #expect(positions.count == 200)
    #expect(positions == positions.sorted())
    #expect(try await read().records == appended)
    try await log.close()
    let (again, summary) = try await read()
    #expect(again == appended)
    #expect(summary.records == 200)
    #expect(summary.bytes == 20_000)
    #expect(summary.segments == positions[199].segment)
    #expect(summary.replicasSkipped == 0)
  }

  @Test("A task on the log's own thread appends as any other does, and may close the log")
  func ownThread() async throws {
    let log = try await open()
    let appended = records(20)
    let positions = try await Task(executorPreference: log.taskExecutor) {
      var positions: [LogPosition] = []
      for record in appended { positions.append(try await log.append(record)) }
      try await log.close()
      return positions
    }.value
    #expect(positions == positions.sorted() && positions.count == 20)
    #expect(try await read().records == appended)
  }

  @Test("The next owner goes on where the last one ended")
  func takeOver() async throws {
    let first = try await open()
    _ = try await first.append(records(100))
    try await first.close()
    let second = try await open()
    #expect(await second.status().epoch == 2)
    _ = try await second.append(records(100, from: 100))
    try await second.close()
    #expect(try await read().records == records(200))
    let third = try await open()
    try await third.close()
    #expect(try await read().records == records(200))
  }

  @Test("An owner that was replaced is told so and loses nothing that it had acknowledged")
  func fencing() async throws {
    let old = try await open()
    _ = try await old.append(records(60))
    let new = try await open()
    await #expect(throws: LogError.fenced) { try await old.append([1]) }
    await #expect(throws: LogError.fenced) { try await old.append([1]) }
    _ = try await new.append(records(60, from: 60))
    try await new.close()
    #expect(try await read().records == records(120))
    await #expect(throws: LogError.fenced) { try await old.close() }
    try await old.close()
  }

  @Test("After taking over, every segment is on three backups again")
  func repairAtTakeOver() async throws {
    let first = try await open()
    _ = try await first.append(records(200))
    try await first.close()
    servers.kill(servers.all[0])
    servers.declareDead()
    let second = try await open()
    _ = try await second.append(records(1, from: 200))
    while await !second.status().segments.allSatisfy(\.isReplicated) { await Task.yield() }
    let counters = await second.status().counters
    #expect(counters.replicasLost > 0)
    #expect(counters.replicasLost == counters.replicasRecreated)
    try await second.close()
    servers.kill(servers.all[1])
    servers.kill(servers.all[2])
    servers.declareDead()
    #expect(try await read().records == records(201))
  }

  @Test("A corrupt replica is never read; another one is")
  func corruptReplica() async throws {
    let log = try await open()
    _ = try await log.append(records(100))
    try await log.close()
    // One says so itself, one lies.
    let answers = servers.answers(servers.all)
    let holders = answers.filter { $0.replicas?.contains { $0.key.segment == 1 } ?? false }
    let key = try #require(holders[0].replicas?.first { $0.key.segment == 1 }).key
    servers.change(holders[0].server) { $0.replicas[key]?.bytes[50] ^= 1 }
    servers.change(holders[1].server) { $0.replicas[key]?.isCorrupt = true }
    let (found, summary) = try await read()
    #expect(found == records(100))
    #expect(summary.replicasSkipped <= 1)
    servers.change(holders[2].server) { $0.replicas[key]?.bytes[50] ^= 1 }
    await #expect(
      throws: LogError.incomplete(
        [IncompleteSegment(segment: 1, reason: .corrupt)], unanswered: [])
    ) { try await read() }
  }

  @Test("A log whose segments are gone is reported as lost, by positions, and is not opened")
  func incomplete() async throws {
    let log = try await open()
    _ = try await log.append(records(200))
    try await log.close()
    for id in servers.all {
      servers.change(id) { backup in
        backup.replicas = backup.replicas.filter { $0.key.segment != 2 }
      }
    }
    let missing = LogError.lost([IncompleteSegment(segment: 2, reason: .missing)])
    #expect(
      missing.description
        == "data of the log are lost, unless a server brings them back that is no member now: "
        + "segment 2 is missing (positions 2:40 up to 3:0)")
    await #expect(throws: missing) { try await read() }
    await #expect(throws: missing) { try await open() }
    for id in servers.all { servers.change(id) { $0.replicas = [:] } }
    await #expect(throws: LogError.vanished(name: "main", epoch: 2)) { try await read() }
    await #expect(throws: LogError.vanished(name: "main", epoch: 3)) { try await open() }
  }

  @Test("Without any backup a log is not opened, and nothing is held against the next attempt")
  func noBackups() async throws {
    for id in servers.all { servers.kill(id) }
    servers.declareDead()
    await #expect(throws: LogError.noBackups) { try await open() }
    for slot in 6...8 { servers.add(slot: UInt32(slot)) }
    let log = try await open()
    _ = try await log.append([1])
    try await log.close()
  }

  @Test("A backup that fails while the log is in use is replaced, without anybody's help")
  func failureInUse() async throws {
    let log = try await open()
    _ = try await log.append(records(100))
    let lost = try #require(await log.status().segments.first?.replicas.first?.server)
    servers.kill(lost)
    servers.declareDead()
    _ = try await log.append(records(100, from: 100))
    while await !log.status().segments.allSatisfy(\.isReplicated) { await Task.yield() }
    let status = await log.status()
    #expect(!status.members.contains(lost))
    #expect(status.counters.replicasLost > 0)
    #expect(status.counters.replicasLost == status.counters.replicasRecreated)
    #expect(await log.statistics().leaves.contains { $0.leaf == "F1" && $0.count > 0 })
    try await log.close()
    #expect(try await read().records == records(200))
  }

  @Test("A log that does not exist cannot be read")
  func noSuchLog() async {
    await #expect(throws: LogError.noSuchLog("main")) { try await read() }
  }

  @Test("Values that cannot work are refused with a reason")
  func configurations() async {
    var configuration = configuration()
    configuration.name = ""
    await #expect(throws: LogError.self) { try await open(configuration) }
    configuration.name = "x"
    configuration.segmentCapacity = 100
    await #expect(throws: LogError.self) { try await open(configuration) }
    configuration.segmentCapacity = 8 << 20
    configuration.memoryLimit = 8 << 20
    await #expect(throws: LogError.self) { try await open(configuration) }
  }

  @Test("What the reader's caller throws ends the reading")
  func consumerThrows() async throws {
    struct Enough: Error {}
    let log = try await open()
    _ = try await log.append(records(3))
    try await log.close()
    await #expect(throws: LogError.consumer("Enough()")) {
      try await LogReader.read(configuration(), makeCalls: makeCalls) { _, _ in throw Enough() }
    }
  }

  @Test("A log that is closed says so, and its last picture stays")
  func closed() async throws {
    let log = try await open()
    _ = try await log.append(records(3))
    try await log.close()
    try await log.close()
    await #expect(throws: LogError.closed) { try await log.append([1]) }
    #expect(await log.status().durableBytes == 3 * 108)
    #expect(await log.statistics().leaves.contains { $0.leaf == "R7" })
  }

  @Test("Closing waits for what was appended before")
  func closeWaits() async throws {
    let log = try await open()
    async let position = log.append(records(1)[0])
    async let more = log.append(records(50, from: 1))
    _ = try await (position, more)
    try await log.close()
    #expect(try await read().records.count == 51)
  }

  @Test("An append that waits can be cancelled")
  func cancellation() async throws {
    for id in servers.all.dropFirst(2) { servers.kill(id) }
    servers.declareDead()
    let log = try await open()
    let append = Task { try await log.append([1, 2, 3]) }
    let close = Task { try await log.close() }
    append.cancel()
    close.cancel()
    await #expect(throws: CancellationError.self) { try await append.value }
    await #expect(throws: (any Error).self) { try await close.value }
    await #expect(throws: LogError.closed) { try await log.append([1]) }
  }

  @Test("Opening and reading can be cancelled while they wait for the coordinator")
  func cancelledOpening() async throws {
    servers.changeCoordinator { $0.isSlow = true }
    let configuration = configuration(patience: .seconds(3_600))
    let opening = Task { try await open(configuration) }
    let reading = Task { try await read(configuration) }
    while servers.unansweredQuestions < 2 { await Task.yield() }
    opening.cancel()
    reading.cancel()
    await #expect(throws: LogError.cancelled) { try await opening.value }
    await #expect(throws: LogError.cancelled) { try await reading.value }
    servers.changeCoordinator { $0.isSlow = false }
    try await open().close()
  }

  @Test("Many appends at once each get their own position")
  func concurrentAppends() async throws {
    let log = try await open()
    let positions = try await withThrowingTaskGroup(of: LogPosition.self) { group in
      for number in 0..<300 {
        group.addTask { try await log.append([UInt8(truncatingIfNeeded: number)]) }
      }
      var positions: Set<LogPosition> = []
      for try await position in group { positions.insert(position) }
      return positions
    }
    #expect(positions.count == 300)
    try await log.close()
    #expect(try await read().summary.records == 300)
  }

  @Test("A reader that finds no coordinator gives up after its patience")
  func unreachable() async {
    let silent: MakeCalls = { _ in FakeCalls(FakeServers(backups: 0)) }
    await #expect(throws: LogError.unreachable([FakeServers.coordinator])) {
      try await LogReader.read(configuration(), makeCalls: silent) { _, _ in }
    }
  }
}
