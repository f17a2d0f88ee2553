import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// How a log is read in a pool, step by step.
@Suite("Reading a log in a pool")
struct ReadingTests {
  private struct Enough: Error {}

  /// What a reading brought so far.
  private final class Reader {
    var segments: [UInt64] = []
    var records = 0
    var ended: Result<LogReadSummary, LogError>?
  }

  private let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(300))

  @Test("Segments come in order, whatever order their bytes come in")
  func order() throws {
    let test = OpeningUnderTest(servers)
    let reader = Reader()
    let reading = LogReading(
      core: test.core, configuration: test.configuration, calls: test.calls,
      take: { part in
        reader.segments.append(part.id)
        return .taken
      }, ended: { reader.ended = $0 })
    test.turn()
    // The newest call is answered first.
    while let call = test.calls.outstanding.last {
      test.calls.deliver(call)
      test.turn()
    }
    let summary = try #require(try reader.ended?.get())
    #expect(reader.segments == Array(1...UInt64(summary.segments)))
    #expect(summary.records == 300 && summary.bytes == 30_000)
    #expect(summary.segments > 5 && summary.replicasSkipped == 0)
    #expect(test.core.statistics.unexpected == 0 && test.core.statistics.undeclared == 0)
    withExtendedLifetime(reading) {}
  }

  @Test("Bytes that are too few, or are not what was certified, are read again elsewhere")
  func wrongBytes() throws {
    let records = OpeningUnderTest.records(10)
    let test = OpeningUnderTest(OpeningUnderTest.servers(records: records))
    let reader = Reader()
    var found: [[UInt8]] = []
    let reading = LogReading(
      core: test.core, configuration: test.configuration, calls: test.calls,
      take: { part in
        part.image.forEachRecord { found.append($1) }
        return .taken
      }, ended: { reader.ended = $0 })
    test.settle { $0.operation != .readReplica }
    func next() throws -> FakeCalls.Call {
      try #require(test.calls.outstanding.first { $0.operation == .readReplica })
    }
    let length = Int(try ReadReplica(decoding: try next().head).length)
    test.calls.finish(try next(), .ok([1, 2, 3]))
    test.turn()
    test.calls.finish(try next(), .ok([UInt8](repeating: 0, count: length)))
    test.settle()
    #expect(found == records)
    #expect(try reader.ended?.get().replicasSkipped == 2)
    withExtendedLifetime(reading) {}
  }

  @Test("A segment that is lent stops all others until it is taken")
  func lent() throws {
    let test = OpeningUnderTest(servers)
    let reader = Reader()
    let reading = LogReading(
      core: test.core, configuration: test.configuration, calls: test.calls,
      take: { part in
        reader.segments.append(part.id)
        return .lent
      }, ended: { reader.ended = $0 })
    test.settle()
    for count in 1...3 {
      #expect(reader.segments == Array(1...UInt64(count)))
      reading.taken()
      test.settle()
    }
    // Those that are read and wait have a bound too.
    #expect(test.core.statistics.waiting.count { $0.subject.contains("reading") } > 0)
    reading.taken(.consumer("enough"))
    test.settle()
    #expect(throws: LogError.consumer("enough")) { try reader.ended?.get() }
    #expect(reader.segments.count == 4)
  }

  @Test("What the consumer throws ends the reading, and nothing comes after it")
  func consumerThrows() throws {
    let test = OpeningUnderTest(servers)
    let reader = Reader()
    let reading = LogReading(
      core: test.core, configuration: test.configuration, calls: test.calls,
      take: { part in
        do throws(LogError) {
          try part.forEachRecord { _, _ in
            reader.records += 1
            if reader.records == 50 { throw Enough() }
          }
          return .taken
        } catch {
          return .refused(error)
        }
      }, ended: { reader.ended = $0 })
    test.settle()
    #expect(throws: LogError.consumer("Enough()")) { try reader.ended?.get() }
    #expect(reader.records == 50)
    #expect(test.calls.outstanding.isEmpty)
    withExtendedLifetime(reading) {}
  }

  @Test("A reading that is cancelled ends, and reads nothing more")
  func cancelled() {
    let test = OpeningUnderTest(servers)
    let reader = Reader()
    let reading = LogReading(
      core: test.core, configuration: test.configuration, calls: test.calls,
      take: { part in
        reader.segments.append(part.id)
        return .lent
      }, ended: { reader.ended = $0 })
    test.settle()
    reading.cancel()
    test.settle()
    #expect(throws: LogError.cancelled) { try reader.ended?.get() }
    reading.taken()
    reading.cancel()
    test.settle()
    #expect(reader.segments == [1])
  }

  @Test("A log that never had anything is read as an empty one, one that is not there is not")
  func empty() throws {
    let test = OpeningUnderTest()
    let owner = test.open()
    test.settle { $0.operation != .noteMark }
    owner.shutDown()
    let fresh = OpeningUnderTest(test.servers)
    for id in test.servers.all { test.servers.change(id) { $0.replicas = [:] } }
    let reader = Reader()
    let reading = LogReading(
      core: fresh.core, configuration: fresh.configuration, calls: fresh.calls,
      take: { _ in .taken }, ended: { reader.ended = $0 })
    fresh.settle()
    #expect(try reader.ended?.get() == LogReadSummary())
    #expect(fresh.servers.answers(fresh.servers.all).allSatisfy { $0.replicas?.isEmpty == true })
    withExtendedLifetime(reading) {}
  }
}
