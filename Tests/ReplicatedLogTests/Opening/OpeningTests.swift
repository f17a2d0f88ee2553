import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// How a log is opened, step by step: `LogOwner` over fake servers and a clock that stands still.
@Suite("Opening a log")
struct OpeningTests {
  @Test("A log can be used when it is open, and not before")
  func new() throws {
    let test = OpeningUnderTest()
    let owner = test.open()
    test.append([[1]], id: 1, to: owner)
    #expect(throws: LogError.closed) { try test.appended[1]?.get() }
    #expect(owner.status() == nil)
    test.settle()
    try #require(try test.opened?.get() != nil)
    #expect(owner.status()?.epoch == 1)
    test.append([[1], [2]], id: 2, to: owner)
    test.settle()
    #expect(try test.appended[2]?.get().count == 2)
  }

  @Test("The next owner has what the last one had, and goes on")
  func again() throws {
    let records = OpeningUnderTest.records(200)
    let test = OpeningUnderTest(OpeningUnderTest.servers(records: records))
    let owner = test.open()
    test.settle()
    try #require(try test.opened?.get() != nil)
    #expect(owner.status()?.epoch == 2)
    #expect(owner.status()?.appendedBytes == 200 * 108)
    #expect(owner.status()?.segments.count ?? 0 > 5)
    #expect(test.core.statistics.unexpected == 0 && test.core.statistics.undeclared == 0)
  }

  @Test("At most four segments are read at a time")
  func bound() {
    let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(300))
    let test = OpeningUnderTest(servers)
    let owner = test.open()
    test.settle { $0.operation != .readReplica }
    #expect(test.calls.outstanding.count { $0.operation == .readReplica } == 4)
    var most = 0
    test.settle { _ in
      most = max(most, test.calls.outstanding.count { $0.operation == .readReplica })
      return true
    }
    #expect(most == 4)
    #expect(owner.status() != nil)
  }

  @Test("A backup that does not answer within two seconds is given up for another one")
  func silentSource() throws {
    let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(10))
    let test = OpeningUnderTest(servers)
    let owner = test.open()
    test.settle { $0.operation != .readReplica }
    let first = try #require(test.calls.outstanding.first { $0.operation == .readReplica })
    test.advance(by: .milliseconds(1_999))
    #expect(test.calls.outstanding.contains { $0 === first })
    test.advance(by: .milliseconds(1))
    #expect(!test.calls.outstanding.contains { $0 === first })
    // An answer that comes after all is dropped.
    test.calls.finish(first, .ok([1, 2, 3]), late: true)
    test.settle()
    #expect(owner.status()?.appendedBytes == 10 * 108)
  }

  @Test("A log whose backups are all silent is incomplete, and they are named")
  func silentSources() throws {
    let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(10))
    let test = OpeningUnderTest(servers)
    let owner = test.open()
    test.settle { $0.operation != .readReplica }
    // Within its patience, it asks again what there is.
    for _ in 0..<20 where test.problem == nil {
      test.advance(by: .seconds(2))
      test.settle { $0.operation != .readReplica }
    }
    let holders = servers.holders(of: 1).map(\.server)
    #expect(holders.count == 3)
    guard case .incomplete(let segments, let unanswered) = test.problem else {
      Issue.record("\(String(describing: test.opened))")
      return
    }
    #expect(segments == [IncompleteSegment(segment: 1, reason: .noAnswer)])
    #expect(unanswered.sorted() == holders.sorted())
    #expect(test.calls.outstanding.isEmpty)
    #expect(owner.status() == nil)
  }

  @Test(
    "What a backup cannot read, what it has not and what is not right are told apart",
    arguments: [
      (LogRefusal.corrupt, IncompleteSegment.Reason.corrupt),
      (.noSuchReplica, .missing), (.storage, .noAnswer),
    ])
  func reasons(refusal: LogRefusal, reason: IncompleteSegment.Reason) {
    let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(10))
    let test = OpeningUnderTest(servers)
    let owner = test.open()
    test.refuseReads(with: refusal)
    guard case .incomplete(let segments, let unanswered) = test.problem else {
      Issue.record("\(String(describing: test.opened))")
      return
    }
    #expect(segments == [IncompleteSegment(segment: 1, reason: reason)])
    #expect(unanswered.isEmpty == (reason != .noAnswer))
    #expect(owner.status() == nil)
  }

  @Test(
    "One segment that nobody can give back makes the log incomplete, wherever it is",
    arguments: 1...3)
  func anySegment(lost: Int) {
    let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(90))
    let test = OpeningUnderTest(servers)
    let owner = test.open()
    test.settle { $0.operation != .readReplica }
    #expect(test.calls.outstanding.count { $0.operation == .readReplica } == 3)
    test.refuseReads(of: UInt64(lost), with: .corrupt)
    let segment = IncompleteSegment(segment: UInt64(lost), reason: .corrupt)
    #expect(test.problem == .incomplete([segment], unanswered: []))
    #expect(test.calls.outstanding.isEmpty && owner.status() == nil)
  }

  @Test("A busy coordinator is asked again")
  func busy() throws {
    let test = OpeningUnderTest()
    test.servers.changeCoordinator {
      $0.outcomes = [
        .refused(.application(code: LogRefusal.busy.rawValue, message: "busy")),
        .refused(.unanswered), .refused(.overloaded),
      ]
    }
    let owner = test.open()
    for _ in 0..<3 {
      test.settle()
      #expect(test.opened == nil)
      test.advance(by: .milliseconds(100))
    }
    test.settle()
    #expect(try test.opened?.get() != nil)
    #expect(owner.status()?.epoch == 1)
  }

  @Test("A coordinator that stays busy is given up when patience is over")
  func busyForEver() {
    let test = OpeningUnderTest()
    let busy = RPCOutcome.refused(.application(code: LogRefusal.busy.rawValue, message: "busy"))
    test.servers.changeCoordinator { $0.outcomes = Array(repeating: busy, count: 1_000) }
    let owner = test.open()
    for _ in 0..<102 {
      test.settle()
      test.advance(by: .milliseconds(100))
    }
    #expect(test.problem == .unreachable([FakeServers.coordinator]))
    #expect(owner.status() == nil)
  }

  @Test("A coordinator that says nothing is given up after patience, a slow one a little later")
  func unreachable() {
    let test = OpeningUnderTest()
    let silent = test.open()
    test.advance(by: .milliseconds(9_999))
    #expect(test.opened == nil)
    test.advance(by: .milliseconds(1))
    #expect(test.problem == .unreachable([FakeServers.coordinator]))
    #expect(test.calls.outstanding.isEmpty && silent.status() == nil)

    let slow = OpeningUnderTest()
    slow.servers.changeCoordinator { $0.isSlow = true }
    let owner = slow.open()
    slow.settle()
    slow.advance(by: .seconds(14))
    #expect(slow.opened == nil)
    slow.advance(by: .seconds(1))
    #expect(slow.problem == .unreachable([FakeServers.coordinator]))
    #expect(slow.calls.outstanding.isEmpty && owner.status() == nil)
  }

  @Test("An owner that is replaced while it opens the log is told so")
  func fenced() {
    let test = OpeningUnderTest()
    test.servers.changeCoordinator {
      $0.outcomes = [.refused(.application(code: LogRefusal.fenced.rawValue, message: "newer"))]
    }
    let owner = test.open()
    test.settle()
    #expect(test.problem == .fenced)
    test.append([[1]], id: 1, to: owner)
    #expect(throws: LogError.fenced) { try test.appended[1]?.get() }
  }

  @Test(
    "An answer that makes no sense is an error of its own",
    arguments: [
      RPCOutcome.ok([1, 2, 3]), .callerNotMember, .failed(.clientClosed), .targetLeft,
    ])
  func nonsense(outcome: RPCOutcome) {
    let test = OpeningUnderTest()
    test.servers.changeCoordinator { $0.outcomes = [outcome] }
    let owner = test.open()
    test.settle()
    guard case .protocolViolation = test.problem else {
      Issue.record("\(String(describing: test.opened))")
      return
    }
    #expect(owner.status() == nil)
  }

  @Test("A plan with a segment larger than any, or more than there is memory for, is refused")
  func foreignPlan() {
    let source = LogSurvey.Source(
      server: ServerID(slot: 1, generation: 1), epoch: 1,
      certificate: Certificate(length: .max, crc: 0))
    var survey = LogSurvey(
      ownership: LogOwnership(log: 1, epoch: 1),
      membership: Membership(cluster: 7, version: 9, backups: []),
      verdict: .complete([.init(id: 1, closed: false, sources: [source])]))
    let large = OpeningUnderTest()
    large.servers.changeCoordinator { $0.outcomes = [.ok(survey.encoded)] }
    let first = large.open()
    large.settle()
    guard case .protocolViolation = large.problem else {
      Issue.record("\(String(describing: large.opened))")
      return
    }
    survey.verdict = .tooLarge(bytes: 77)
    let many = OpeningUnderTest()
    many.servers.changeCoordinator { $0.outcomes = [.ok(survey.encoded)] }
    let second = many.open()
    many.settle()
    #expect(many.problem == .planTooLarge(bytes: 77))

    let full = OpeningUnderTest(
      OpeningUnderTest.servers(records: OpeningUnderTest.records(200)))
    full.configuration.memoryLimit = 8192
    let third = full.open()
    full.settle()
    #expect(full.problem == .full(limit: 8192))
    withExtendedLifetime((first, second, third)) {}
  }

  @Test("Opening that is cancelled, at any step, leaves nothing behind")
  func cancelled() {
    let servers = OpeningUnderTest.servers(records: OpeningUnderTest.records(200))
    for steps in 0..<12 {
      let test = OpeningUnderTest(servers)
      let owner = test.open()
      test.turn()
      for _ in 0..<steps {
        if let call = test.calls.outstanding.last { test.calls.deliver(call) }
        test.turn()
      }
      if test.opened != nil { break }
      owner.shutDown()
      owner.shutDown()
      #expect(test.calls.outstanding.isEmpty)
      test.turn()
      #expect(test.problem == .cancelled)
      test.advance(by: .seconds(60))
      #expect(test.calls.outstanding.isEmpty)
      #expect(test.core.statistics.unexpected == 0 && test.core.statistics.undeclared == 0)
    }
  }

  @Test("Opening that is cancelled before it began, or in a pause, asks nothing more")
  func cancelledInPauses() {
    let test = OpeningUnderTest()
    let first = test.open()
    first.shutDown()
    test.turn()
    #expect(test.problem == .cancelled && test.calls.outstanding.isEmpty)

    let busy = OpeningUnderTest()
    busy.servers.changeCoordinator { $0.outcomes = [.refused(.overloaded)] }
    let second = busy.open()
    busy.settle()
    second.shutDown()
    busy.advance(by: .seconds(60))
    #expect(busy.problem == .cancelled && busy.calls.outstanding.isEmpty)
  }

  @Test("An owner that is dropped while it opens the log ends its calls and says nothing")
  func dropped() {
    let test = OpeningUnderTest(
      OpeningUnderTest.servers(records: OpeningUnderTest.records(20)))
    var owner: LogOwner? = test.open()
    test.settle { $0.operation != .readReplica }
    #expect(!test.calls.outstanding.isEmpty && owner != nil)
    owner = nil
    #expect(test.calls.outstanding.isEmpty)
    test.advance(by: .seconds(60))
    #expect(test.opened == nil && test.calls.outstanding.isEmpty)
  }
}
