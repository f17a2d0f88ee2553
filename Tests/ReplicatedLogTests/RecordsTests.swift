import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// Reading a log as a sequence, over pools with threads and backups in memory.
@Suite("The records of a log as a sequence")
struct RecordsTests {
  private let servers = FakeServers(backups: 5)

  private func open() async throws -> ReplicatedLog {
    let configuration = LogConfiguration(
      coordinator: FakeServers.coordinator, segmentCapacity: 4096, patience: .seconds(600), seed: 1)
    let servers = servers
    return try await ReplicatedLog.open(configuration) { core in
      FakeCalls(servers, deliversOn: core)
    }
  }

  private func problem(of iterator: inout LogRecords.AsyncIterator) async -> LogError? {
    do {
      _ = try await iterator.next()
      return nil
    } catch {
      return error
    }
  }

  private func record(_ number: Int) -> [UInt8] { Array("record \(number)".utf8) }

  @Test("A range has the records from its first position up to its last one, which it has not")
  func range() async throws {
    let log = try await open()
    let positions = try await log.append((0..<500).map(record))
    var all: [LogRecord] = []
    for try await record in log.records() { all.append(record) }
    #expect(all.map(\.position) == positions && all.map(\.bytes) == (0..<500).map(record))

    var part: [LogRecord] = []
    for try await record in log.records(from: positions[17], to: positions[430]) {
      part.append(record)
    }
    #expect(part == Array(all[17..<430]))
    // Positions at which no record begins.
    part = []
    let (from, to) = (positions[3], positions[7])
    let inside = log.records(
      from: LogPosition(segment: from.segment, offset: from.offset + 1),
      to: LogPosition(segment: to.segment, offset: to.offset + 1))
    for try await record in inside { part.append(record) }
    #expect(part == Array(all[4...7]))
    let after = LogPosition(segment: 1000, offset: 0)
    for try await record in log.records(from: after) { Issue.record("\(record)") }
    try await log.close()
    // The log is there without its owner.
    var count = 0
    for try await _ in log.records() { count += 1 }
    #expect(count == 500)
  }

  @Test("Who follows gets every record once, in order, while others append")
  func follow() async throws {
    let log = try await open()
    let follower = Task {
      var numbers: [[UInt8]] = []
      for try await record in log.follow() {
        numbers.append(record.bytes)
        if numbers.count == 300 { break }
      }
      return numbers
    }
    for number in 0..<300 { _ = try await log.append(record(number)) }
    #expect(try await follower.value == (0..<300).map(record))
    try await log.close()
  }

  @Test("Who follows and is cancelled is told so, once")
  func cancelled() async throws {
    let log = try await open()
    _ = try await log.append(record(0))
    let follower = Task { () async throws -> Void in
      var iterator = log.follow().makeAsyncIterator()
      let first = try await iterator.next()
      #expect(first?.bytes == record(0))
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(await problem(of: &iterator) == .cancelled)
      let more = try await iterator.next()
      #expect(more == nil)
    }
    try await follower.value
    try await log.close()
  }

  @Test("A position is SEGMENT or SEGMENT:OFFSET, and nothing else")
  func positions() {
    #expect(LogPosition("3") == LogPosition(segment: 3, offset: 0))
    #expect(LogPosition("3:4096") == LogPosition(segment: 3, offset: 4096))
    for text in ["", "0", "0:40", ":", "3:", ":4", "3:4:5", "-1", "3:x", "3:4294967296"] {
      #expect(LogPosition(text) == nil, "\(text)")
    }
  }
}
