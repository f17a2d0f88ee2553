import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// What happens when no source of a segment gives it back.
@Suite("When nothing of a segment can be read, the coordinator is asked again")
struct AskingAgainTests {
  private let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(300))

  /// What a reading brought so far.
  private final class Reader {
    var segments: [UInt64] = []
    var ended: Result<LogReadSummary, LogError>?
  }

  private func read(_ test: OpeningUnderTest, _ reader: Reader) -> LogReading {
    LogReading(
      core: test.core, configuration: test.configuration, calls: test.calls,
      take: { part in
        reader.segments.append(part.id)
        return .taken
      }, ended: { reader.ended = $0 })
  }

  /// The owner trims the log, and its backups free what was trimmed.
  private func trim(before segment: UInt64) {
    let owning = OpeningUnderTest(servers)
    let owner = owning.open()
    owning.settle()
    owner.trim(before: segment)
    owning.settle()
    #expect(servers.first == segment)
    #expect((1..<segment).allSatisfy { servers.holders(of: $0).isEmpty })
    owner.shutDown()
    owning.turn()
  }

  @Test("A reader that has read nothing yet begins after what was trimmed meanwhile")
  func trimmedBefore() throws {
    let test = OpeningUnderTest(servers)
    let reader = Reader()
    let reading = read(test, reader)
    test.settle { $0.operation != .readReplica }
    trim(before: 3)
    test.settle()
    test.advance(by: CoordinatorInquiry.pause)
    test.settle()
    let summary = try #require(try reader.ended?.get())
    #expect(reader.segments.first == 3 && summary.segments == reader.segments.count)
    #expect(test.core.statistics.unexpected == 0 && test.core.statistics.undeclared == 0)
    withExtendedLifetime(reading) {}
  }

  @Test("One that was overtaken by a trim says where the log begins now")
  func overtaken() {
    let test = OpeningUnderTest(servers)
    let reader = Reader()
    let reading = read(test, reader)
    test.settle { $0.operation != .readReplica }
    // The first segment only.
    test.settle { call in
      call.operation == .readReplica
        && (try? ReadReplica(decoding: call.head))?.key.segment == 1
    }
    #expect(reader.segments == [1])
    trim(before: 5)
    for _ in 0..<10 {
      test.settle()
      test.advance(by: CoordinatorInquiry.pause)
    }
    #expect(reader.segments == [1])
    #expect(throws: LogError.trimmed(first: LogPosition(segment: 5, offset: 40))) {
      try reader.ended?.get()
    }
    withExtendedLifetime(reading) {}
  }

  @Test("An owner asks under its epoch, keeps what it has read, and opens the log")
  func owner() throws {
    let test = OpeningUnderTest(servers)
    let owner = test.open()
    test.settle { $0.operation != .readReplica }
    let epoch = servers.epoch
    // Segment 2 cannot be read anywhere for a while.
    for _ in 0..<3 {
      test.settle { call in
        guard call.operation == .readReplica,
          let key = (try? ReadReplica(decoding: call.head))?.key
        else { return call.operation == .openLog || call.operation == .watch }
        if key.segment != 2 { return true }
        test.calls.finish(call, .refused(.unanswered))
        return false
      }
      #expect(test.opened == nil)
      test.advance(by: CoordinatorInquiry.pause)
    }
    let asked = test.calls.reads(of: 1)
    test.settle()
    #expect(throws: Never.self) { try test.opened?.get() }
    #expect(test.opened != nil)
    #expect(owner.status()?.epoch == epoch && servers.epoch == epoch)
    #expect(owner.status()?.segments.first?.length ?? 0 > 0)
    #expect(test.calls.reads(of: 1) == asked, "what was read is not read again")
    #expect(test.core.statistics.unexpected == 0 && test.core.statistics.undeclared == 0)
  }

  @Test("An owner that was replaced meanwhile is fenced, and does not fence the other one")
  func replaced() {
    let test = OpeningUnderTest(servers)
    let owner = test.open()
    test.settle { $0.operation != .readReplica }
    let other = OpeningUnderTest(servers)
    let next = other.open()
    other.settle()
    let epoch = servers.epoch
    for id in servers.all { servers.change(id) { $0.isDeaf = true } }
    for _ in 0..<40 {
      test.settle()
      test.advance(by: .milliseconds(500))
      if test.opened != nil { break }
    }
    #expect(test.problem == .fenced)
    #expect(servers.epoch == epoch)
    withExtendedLifetime((owner, next)) {}
  }

  @Test("When patience is over, what is missing is said")
  func patience() throws {
    let test = OpeningUnderTest(servers)
    let reader = Reader()
    let reading = read(test, reader)
    test.settle { $0.operation != .readReplica }
    // The lists name it, and nobody gives it.
    var questions = 0
    for _ in 0..<400 where reader.ended == nil {
      test.settle { call in
        if call.operation == .findLog { questions += 1 }
        guard call.operation == .readReplica else { return true }
        test.calls.finish(
          call,
          .refused(.application(code: LogRefusal.noSuchReplica.rawValue, message: "gone")))
        return false
      }
      test.advance(by: CoordinatorInquiry.pause)
    }
    #expect(throws: LogError.self) { try reader.ended?.get() }
    guard case .failure(.incomplete(let segments, let unanswered)) = reader.ended else {
      Issue.record("\(String(describing: reader.ended))")
      return
    }
    #expect(segments == [IncompleteSegment(segment: 1, reason: .missing)] && unanswered.isEmpty)
    #expect((20...110).contains(questions), "\(questions) questions in ten seconds")
    withExtendedLifetime(reading) {}
  }
}
