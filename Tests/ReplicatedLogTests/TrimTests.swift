import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// Giving up the beginning of the log, and what becomes of its replicas.
@Suite struct TrimTests {
  /// A log of so many segments, each full.
  private func log(segments: Int, backups: Int = 5) -> LogUnderTest {
    let log = LogUnderTest(backups: backups, segmentCapacity: 300)
    for _ in 0..<segments { log.append(bytes: 200) }
    log.settle()
    return log
  }

  private func plan(_ log: LogUnderTest) -> RecoveryVerdict {
    planRecovery(
      log.servers.answers(log.servers.live), of: 1, mark: log.servers.mark,
      first: log.servers.first)
  }

  /// The segments that any backup has a replica of.
  private func kept(_ log: LogUnderTest) -> Set<UInt64> {
    Set(log.servers.answers(log.servers.all).flatMap { $0.replicas ?? [] }.map(\.key.segment))
  }

  @Test("Trimmed segments are freed on every backup, and the rest is recovered")
  func trim() throws {
    let log = log(segments: 5)
    log.state.trim(before: 4)
    log.settle()
    #expect(log.servers.first == 4)
    #expect(kept(log) == [4, 5])
    #expect(log.state.segments.map(\.id) == [4, 5])
    guard case .complete(let plan) = plan(log) else {
      Issue.record("not recovered: \(plan(log))")
      return
    }
    #expect(plan.segments.map(\.id) == [4, 5])
    log.append(bytes: 200)
    log.settle()
    #expect(log.acknowledged == 6)
    #expect(log.state.durableBytes == log.state.appendedBytes)
    #expect(log.state.releases.isEmpty)
    #expect(log.unexpected == 0)
  }

  @Test("Who still holds a trimmed segment finds no neighbour there, which may be gone before it")
  func neighbours() {
    let log = log(segments: 5)
    let trimmed = Array(log.state.segments[..<2])
    log.state.trim(before: 3)
    log.settle()
    #expect(trimmed[0].following === trimmed[1] && trimmed[1].prior === trimmed[0])
    #expect(trimmed[1].following == nil && log.state.segments[0].prior == nil)
  }

  @Test("Nothing is freed before the coordinator knows that the log begins later")
  func freedTooSoon() throws {
    let log = log(segments: 4)
    log.state.trim(before: 3)
    log.settle { $0.operation != .noteMark }
    #expect(kept(log) == [1, 2, 3, 4])
    guard case .complete(let before) = plan(log) else {
      Issue.record("not recovered")
      return
    }
    #expect(before.segments.count == 4)
    // The mark arrives, and the frees do not: what is left of the segments does not matter.
    log.settle { $0.operation == .noteMark }
    let victim = try #require(log.servers.all.first)
    log.servers.change(victim) { $0.replicas = $0.replicas.filter { $0.key.segment != 2 } }
    guard case .complete(let after) = plan(log) else {
      Issue.record("not recovered: \(plan(log))")
      return
    }
    #expect(after.segments.map(\.id) == [3, 4])
  }

  @Test("Without the first segment that the coordinator has, a trimmed log would be incomplete")
  func firstMatters() {
    let log = log(segments: 4)
    log.state.trim(before: 3)
    log.settle()
    let answers = log.servers.answers(log.servers.live)
    let missing = [1, 2].map { IncompleteSegment(segment: $0, reason: .missing) }
    #expect(planRecovery(answers, of: 1, mark: log.servers.mark) == .lost(missing))
  }

  @Test("What is not durable and closed is not given up, however much is asked for")
  func tooMuch() throws {
    let log = log(segments: 3)
    log.append(bytes: 200)
    log.settle { $0.operation != .closeReplica }
    log.state.trim(before: 100)
    log.settle { $0.operation != .closeReplica }
    // Segment 3 is full and open, segment 4 its empty successor.
    #expect(log.state.segments.map(\.id) == [3, 4])
    log.settle()
    #expect(log.state.segments.map(\.id) == [4])
    #expect(kept(log) == [4])
    #expect(log.acknowledged == 4)
    #expect(log.unexpected == 0)
  }

  @Test("At most three frees are in flight, and a backup that refuses one is not asked again")
  func throttle() throws {
    let log = log(segments: 6, backups: 4)
    log.state.trim(before: 6)
    log.settle { $0.operation == .noteMark }
    log.turn()
    let frees = log.calls.outstanding.filter { $0.operation == .freeReplica }
    #expect(frees.count == 3)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "X2" })
    log.calls.finish(
      frees[0], .refused(.application(code: LogRefusal.storage.rawValue, message: "told to")))
    log.calls.finish(frees[1], .targetLeft)
    log.settle()
    #expect(log.state.frees.inUse == 0 && log.state.frees.highWater == 3)
    #expect(log.state.releases.isEmpty)
    // The two that did not free theirs keep them, and nobody misses anything.
    let count = log.servers.answers(log.servers.all).flatMap { $0.replicas ?? [] }
      .count { $0.key.segment < 6 }
    #expect(count == 2)
    #expect(log.unexpected == 0)
  }

  @Test("Trimming gives room to a log that is full")
  func full() throws {
    let log = LogUnderTest(segmentCapacity: 300, memoryLimit: 900)
    for _ in 0..<4 { log.append(bytes: 200) }
    log.settle()
    #expect(log.acknowledged == 3)
    log.state.trim(before: 3)
    log.settle()
    log.append(bytes: 200)
    log.settle()
    #expect(log.acknowledged == 4)
  }

  @Test("A segment that is trimmed while it is repaired is repaired no more")
  func duringRepair() throws {
    let log = log(segments: 3)
    let prior = log.state.segments[0]
    log.fail(try #require(prior.replicas[0].serverID))
    log.state.trim(before: 2)
    log.turn()
    log.settle { $0.operation == .noteMark }
    log.settle()
    #expect(log.state.segments.map(\.id) == [2, 3])
    log.append(bytes: 200)
    log.settle()
    #expect(log.acknowledged == 4)
    #expect(log.state.copies.inUse == 0 && log.state.writes.inUse == 0)
    #expect(log.unexpected == 0)
  }

  @Test("The next owner begins where the log begins, and trims on")
  func nextOwner() throws {
    let first = log(segments: 4)
    first.state.trim(before: 3)
    first.settle()
    first.servers.fence(below: 2)
    guard case .complete(let plan) = plan(first) else {
      Issue.record("not recovered")
      return
    }
    let images = try #require(first.servers.images(plan, capacity: 300))
    let second = LogUnderTest(
      segmentCapacity: 300, recovered: plan.recovered(images, replicas: 3), servers: first.servers,
      epoch: 2)
    second.state.trim(before: 4)
    second.append(bytes: 200)
    second.settle()
    #expect(second.acknowledged == 1)
    #expect(first.servers.first == 4)
    #expect(second.state.segments.map(\.id) == [4, 5])
    #expect(second.unexpected == 0)
  }

  @Test("Segments may be given up between two turns of the failure of their server")
  func trimmedWhileAServerFails() throws {
    let log = log(segments: 4)
    let server = try #require(log.replica(1, 1).serverID)
    log.fail(server)
    // One turn: F1 has visited replicas of the first segment, and will look once more.
    _ = log.core.step()
    log.state.releaseSegments(before: 3)
    log.settle()
    #expect(log.firings("segment 1, replica 1").contains("F1"))
    #expect(log.state.segments.first?.id == 3)
    #expect(log.unexpected == 0)
  }
}
