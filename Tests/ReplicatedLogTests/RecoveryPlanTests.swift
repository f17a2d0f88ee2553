import RulesNetwork
import Testing

@testable import ReplicatedLog

/// What is read, and what is reported, for what the backups answered.
@Suite struct RecoveryPlanTests {
  private static let header = UInt32(SegmentHeader.size)

  /// `on 1: segment 2, open, 100 bytes` as one call.
  private func replica(
    on slot: UInt32, _ segment: UInt64, _ state: ReplicaList.State, _ certified: UInt32,
    epoch: UInt32 = 1, version: UInt32 = 1, crc: UInt32 = 5
  ) -> BackupAnswer {
    BackupAnswer(
      server: ServerID(slot: slot, generation: 1),
      replicas: [
        .init(
          key: ReplicaKey(log: 1, segment: segment, epoch: epoch), state: state,
          certified: certified, crc: crc, version: version)
      ])
  }

  private func complete(_ answers: [BackupAnswer], mark: LogMark = .none) -> RecoveryPlan? {
    guard case .complete(let plan) = planRecovery(answers, of: 1, mark: mark) else { return nil }
    return plan
  }

  /// What is missing, when all backups answered.
  private func problems(_ answers: [BackupAnswer], mark: LogMark = .none) -> [String] {
    guard case .lost(let segments) = planRecovery(answers, of: 1, mark: mark) else { return [] }
    return segments.map(\.description)
  }

  private func mark(_ epoch: UInt32, _ segment: UInt64, _ version: UInt32) -> LogMark {
    LogMark(epoch: epoch, segment: segment, version: version)
  }

  @Test("Nobody has anything: the log is empty, also when some did not answer")
  func empty() {
    #expect(planRecovery([silent], of: 1, mark: .none) == .empty)
    #expect(planRecovery([replica(on: 1, 1, .open, 100)], of: 2, mark: .none) == .empty)
    // Nothing was acknowledged, and nothing can be read: the log begins anew.
    #expect(planRecovery([replica(on: 1, 1, .open, 0, version: 0)], of: 1, mark: .none) == .empty)
  }

  private let silent = BackupAnswer(server: ServerID(slot: 9, generation: 1), replicas: nil)

  @Test("Nobody has anything of a log that has a mark: its data are lost, it is not empty")
  func emptyWithMark() {
    let missing = [1, 2].map { IncompleteSegment(segment: $0, reason: .missing) }
    #expect(planRecovery([], of: 1, mark: mark(1, 2, 1)) == .lost(missing))
    #expect(planRecovery([silent], of: 1, mark: mark(1, 2, 1)) == .incomplete(missing))
  }

  @Test(
    "What a disk does not give back now may come back: the log is incomplete, never empty or lost")
  func unreadable() {
    let answers = [replica(on: 1, 1, .unreadable, 0)]
    let problem = [IncompleteSegment(segment: 1, reason: .unreadable)]
    #expect(planRecovery(answers, of: 1, mark: .none) == .incomplete(problem))
    #expect(planRecovery(answers, of: 1, mark: mark(1, 1, 1)) == .incomplete(problem))
    let corrupt = answers + [replica(on: 2, 1, .corrupt, 0)]
    #expect(planRecovery(corrupt, of: 1, mark: .none) == .incomplete(problem))
    // Another copy does as well.
    let whole = answers + [replica(on: 2, 1, .open, 100)]
    #expect(complete(whole)?.segments.map { $0.sources.count } == [1])
  }

  @Test("What is missing may be on a backup that did not answer, or every backup said it has not")
  func lostOrUnanswered() {
    let answers = [replica(on: 1, 1, .closed, 100), replica(on: 2, 3, .open, 60)]
    let missing = [IncompleteSegment(segment: 2, reason: .missing)]
    #expect(planRecovery(answers, of: 1, mark: .none) == .lost(missing))
    #expect(planRecovery(answers + [silent], of: 1, mark: .none) == .incomplete(missing))
  }

  @Test("An open replica below the mark was given up: it is no source, whatever its length")
  func belowMark() throws {
    let answers = [
      replica(on: 1, 1, .open, 150, version: 1), replica(on: 2, 1, .open, 100, version: 2),
    ]
    let plan = try #require(complete(answers, mark: mark(1, 1, 2)))
    #expect(plan.segments[0].sources.map(\.server.slot) == [2])
    #expect(complete(answers, mark: mark(1, 1, 1))?.segments[0].sources.count == 2)
    #expect(
      problems([answers[0]], mark: mark(1, 1, 2))
        == ["segment 1 has no closed replica, so its end may be missing"])
  }

  @Test("A closed replica below the mark counts: closed ones have all that a segment ever got")
  func closedBelowMark() throws {
    let answers = [replica(on: 1, 1, .closed, 100), replica(on: 2, 2, .open, 60, version: 3)]
    let plan = try #require(complete(answers, mark: mark(1, 2, 3)))
    #expect(plan.segments.map(\.closed) == [true, false])
  }

  @Test("A stale open replica before the mark does not become the end of the log")
  func staleBeforeMark() {
    #expect(
      problems([replica(on: 1, 1, .open, 100)], mark: mark(1, 2, 1)) == [
        "segment 1 has no closed replica, so its end may be missing", "segment 2 is missing",
      ])
  }

  @Test("Of the marked segment an earlier owner's replicas count for nothing, not even closed ones")
  func earlierOwner() throws {
    let old = replica(on: 1, 2, .closed, 100, epoch: 1)
    let older = replica(on: 1, 1, .closed, 100, epoch: 1)
    let leftover = replica(on: 2, 3, .open, Self.header, epoch: 1)
    let new = replica(on: 3, 2, .open, 80, epoch: 2)
    let plan = try #require(complete([old, older, leftover, new], mark: mark(2, 2, 1)))
    #expect(plan.segments.map(\.id) == [1, 2])
    #expect(plan.segments[1].sources.map(\.server.slot) == [3])
    #expect(
      problems([old, older, leftover], mark: mark(2, 2, 1))
        == ["segment 2 has no closed replica, so its end may be missing"])
  }

  @Test("A segment with a closed replica of its newest epoch is not where the log goes on")
  func closedIsNoHead() {
    #expect(
      problems([replica(on: 1, 1, .open, 100), replica(on: 2, 1, .closed, 100)])
        == ["segment 2 is missing"])
  }

  @Test("Of the open replicas of the last segment the longest is read first")
  func staleShorterReplica() throws {
    let plan = try #require(
      complete([
        replica(on: 1, 1, .open, 60), replica(on: 2, 1, .open, 100),
        replica(on: 3, 1, .open, 80),
      ]))
    #expect(plan.segments.count == 1)
    #expect(plan.segments[0].sources.map(\.server.slot) == [2, 3, 1])
  }

  @Test("A replica of a newer epoch goes before a longer one of an older owner")
  func newerEpoch() throws {
    let plan = try #require(
      complete([replica(on: 1, 1, .open, 90, epoch: 1), replica(on: 2, 1, .open, 80, epoch: 2)]))
    #expect(plan.segments[0].sources.map(\.server.slot) == [2])
  }

  @Test("A replica of a newer epoch goes before one that a fenced owner closed")
  func newerEpochBeforeClosed() throws {
    let plan = try #require(
      complete([replica(on: 1, 1, .closed, 80, epoch: 1), replica(on: 2, 1, .open, 90, epoch: 2)]))
    #expect(plan.segments[0].sources.map(\.server.slot) == [2])
    #expect(!plan.segments[0].closed)
  }

  @Test(
    "A closed replica goes before an open one; replicas with other bytes do not stand in for it")
  func closedFirst() throws {
    let plan = try #require(
      complete([
        replica(on: 1, 1, .open, 100), replica(on: 2, 1, .closed, 100),
        replica(on: 3, 1, .closed, 100), replica(on: 4, 1, .closed, 100, crc: 6),
        replica(on: 5, 2, .open, 60),
      ]))
    #expect(plan.segments[0].closed)
    #expect(plan.segments[0].sources.map(\.server.slot) == [2, 3])
    #expect(plan.segments[1].sources.map(\.server.slot) == [5])
  }

  @Test("A missing segment in the middle or at the beginning is named")
  func missingSegment() {
    #expect(
      problems([replica(on: 1, 1, .closed, 100), replica(on: 2, 3, .open, 60)])
        == ["segment 2 is missing"])
    #expect(
      problems([replica(on: 1, 3, .open, 60)])
        == ["segment 1 is missing", "segment 2 is missing"])
  }

  @Test("When all segments are closed, the last one is missing")
  func missingHead() {
    #expect(
      problems([replica(on: 1, 1, .closed, 100), replica(on: 2, 2, .closed, 60)])
        == ["segment 3 is missing"])
  }

  @Test("A segment of which only corrupt replicas are left is not the same as a missing one")
  func corruptOnly() {
    #expect(
      problems([
        replica(on: 1, 1, .closed, 100), replica(on: 2, 2, .corrupt, 100),
        replica(on: 3, 3, .open, 60),
      ]) == ["segment 2 has only corrupt replicas"])
  }

  @Test("A corrupt replica does not matter where a good one is")
  func corruptAndGood() throws {
    let plan = try #require(
      complete([replica(on: 1, 1, .corrupt, 200), replica(on: 2, 1, .open, 60)]))
    #expect(plan.segments[0].sources.map(\.server.slot) == [2])
  }

  @Test("A replacement that was never certified is no source, but shows that there was a segment")
  func uncertifiedReplacement() throws {
    let plan = try #require(
      complete([replica(on: 1, 1, .open, 0, crc: 0), replica(on: 2, 1, .open, 60)]))
    #expect(plan.segments[0].sources.map(\.server.slot) == [2])
    #expect(
      problems([replica(on: 1, 1, .closed, 100), replica(on: 1, 2, .open, 0)])
        == ["segment 2 has only unfinished replicas"])
  }

  @Test("An open segment before one with data lost its end")
  func notClosed() {
    #expect(
      problems([replica(on: 1, 1, .open, 100), replica(on: 2, 2, .open, 60)])
        == ["segment 1 has no closed replica, so its end may be missing"])
    #expect(
      problems([
        replica(on: 1, 1, .open, 100), replica(on: 2, 2, .closed, 60),
        replica(on: 2, 3, .open, Self.header),
      ]) == ["segment 1 has no closed replica, so its end may be missing"])
    #expect(
      problems([
        replica(on: 1, 1, .open, 100), replica(on: 2, 2, .corrupt, 0),
        replica(on: 3, 3, .open, 60),
      ]) == [
        "segment 1 has no closed replica, so its end may be missing",
        "segment 2 has only corrupt replicas",
      ])
    // The mark tells of a later segment.
    #expect(
      problems([replica(on: 1, 1, .open, 100)], mark: mark(1, 2, 1))
        == [
          "segment 1 has no closed replica, so its end may be missing",
          "segment 2 is missing",
        ])
  }

  @Test(
    "What cannot be read behind the first open segment is not needed: nobody wrote data into it",
    arguments: [ReplicaList.State.unreadable, .corrupt])
  func unreadableBehindHead(state: ReplicaList.State) throws {
    let answers = [replica(on: 1, 1, .open, 100), replica(on: 2, 2, state, 0)]
    #expect(complete(answers)?.segments.map(\.id) == [1])
    #expect(complete(answers, mark: mark(1, 1, 1))?.segments.map(\.id) == [1])
    // Nor what was made and never finished, nor one that nobody has.
    let more = answers + [replica(on: 1, 3, .open, 0), replica(on: 1, 5, .open, Self.header)]
    #expect(complete(more)?.segments.map(\.id) == [1])
    // A closed one may have had a successor with data.
    #expect(complete([replica(on: 1, 1, .closed, 100), answers[1]]) == nil)
  }

  @Test("Empty segments after the first open one are not needed: the log goes on there")
  func emptyHead() throws {
    let plan = try #require(
      complete([
        replica(on: 1, 1, .closed, 100), replica(on: 1, 2, .open, 80),
        replica(on: 2, 3, .open, Self.header), replica(on: 2, 4, .open, Self.header),
      ]))
    #expect(plan.segments.map(\.id) == [1, 2])
    #expect(!plan.segments[1].closed)
  }

  @Test("An id that nobody could have given makes no long list and no long loop")
  func absurdID() {
    #expect(problems([replica(on: 1, .max, .open, 100)]).count <= incompleteSegmentLimit + 2)
  }
}
