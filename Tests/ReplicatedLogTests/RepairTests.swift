import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// What happens when an open replica is lost, and what its backup cannot do when it comes back.
@Suite struct RepairTests {
  private func isMark(_ call: FakeCalls.Call) -> Bool { call.operation == .noteMark }

  /// What recovery says when only these answer.
  private func verdict(_ log: LogUnderTest, from servers: [ServerID]) -> RecoveryVerdict {
    planRecovery(log.servers.answers(servers), of: 1, mark: log.servers.mark)
  }

  /// A backup that died comes back, under a new id, with what it had.
  private func comeBack(_ log: LogUnderTest, _ server: ServerID) -> ServerID {
    log.servers.restart(server)
    return ServerID(slot: server.slot, generation: server.generation + 1)
  }

  @Test(
    "An owner's first acknowledgement waits until the coordinator knows that the log was opened")
  func firstMark() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.settle { !isMark($0) }
    #expect(log.holders(of: 1, length: 58).count == 3)
    #expect(log.acknowledged == 0)
    #expect(log.servers.mark == .none)
    log.settle()
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 1, version: 1))
    #expect(log.acknowledged == 1)
    // All is lost: that is not the same as a log that was never begun.
    #expect(
      verdict(log, from: []) == .lost([IncompleteSegment(segment: 1, reason: .missing)]))
  }

  @Test("A lost open replica that comes back is not taken for the log, however long the log waits")
  func staleReplica() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.settle()
    let lost = try #require(log.replica(1, 1).serverID)
    log.fail(lost)
    log.settle()
    log.append(bytes: 20)
    log.settle()
    #expect(log.acknowledged == 2)
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 1, version: 2))
    let back = comeBack(log, lost)
    guard case .lost = verdict(log, from: [back]) else {
      Issue.record("taken for the log: \(verdict(log, from: [back]))")
      return
    }
    let other = try #require(log.replica(1, 2).serverID)
    guard case .complete(let plan) = verdict(log, from: [back, other]) else {
      Issue.record("one good replica is enough")
      return
    }
    #expect(plan.segments[0].sources.map(\.server) == [other])
  }

  @Test("Nothing is acknowledged between the loss of an open replica and the mark")
  func noAcknowledgement() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.append(bytes: 20)
    log.settle { !isMark($0) }
    #expect(log.holders(of: 1, length: 76).count == 3)
    #expect(log.acknowledged == 1)
    #expect(log.state.segments[0].repair == .marking)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W7" })
    log.settle()
    #expect(log.acknowledged == 2)
    #expect(log.state.segments[0].repair == .none)
    #expect(log.unexpected == 0)
  }

  @Test("The replicas that are left get the new version, without their data once more")
  func survivors() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.settle()
    let before = log.calls.writes.count
    log.fail(try #require(log.replica(1, 1).serverID))
    log.settle()
    for replica in 2...3 {
      let server = try #require(log.replica(1, replica).serverID)
      let writes = log.calls.writes.dropFirst(before).filter { $0.server == .server(server) }
      #expect(writes.map(\.write.version) == [2])
      #expect(writes.map(\.write.offset) == [58])
      #expect(writes.map(\.write.certificate?.length) == [58])
      #expect(log.firings("segment 1, replica \(replica)").suffix(2) == ["V2", "V3"])
    }
    #expect(log.firings("segment 1") == ["V4", "V1", "V4"])
  }

  @Test("The loss of a replacement that was certified counts as much as that of a first replica")
  func replacementLost() throws {
    let log = LogUnderTest(backups: 7)
    log.append(bytes: 10)
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.settle()
    let replacement = try #require(log.replica(1, 1).serverID)
    log.fail(replacement)
    log.settle()
    log.append(bytes: 20)
    log.settle()
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 1, version: 3))
    guard case .lost = verdict(log, from: [comeBack(log, replacement)]) else {
      Issue.record("the replacement is taken for the log")
      return
    }
  }

  @Test("A replacement whose certificate was sent and not confirmed counts too")
  func replacementInFlight() throws {
    let log = LogUnderTest(backups: 7)
    log.append(bytes: 10)
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.turn()
    let replacement = try #require(log.replica(1, 1).serverID)
    log.settle { $0.server != .server(replacement) || $0.operation == .openReplica }
    #expect(log.replica(1, 1).visible == .sent)
    log.fail(replacement)
    log.settle()
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 1, version: 3))
  }

  @Test("A replacement that recovery cannot see yet is lost without a new version")
  func hiddenReplacementLost() throws {
    let log = LogUnderTest(backups: 7)
    log.append(bytes: 10)
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.turn()
    let replacement = try #require(log.replica(1, 1).serverID)
    #expect(log.replica(1, 1).visible == .unsent)
    log.fail(replacement)
    log.settle()
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 1, version: 2))
    #expect(log.firings("segment 1, replica 1").contains("F1"))
  }

  @Test("A version that is lost on its way is sent again, under the next version")
  func lossDuringRepair() throws {
    let log = LogUnderTest(backups: 7)
    log.append(bytes: 10)
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.turn()
    #expect(log.replica(1, 2).stamp == .sent)
    log.fail(try #require(log.replica(1, 2).serverID))
    log.turn()
    // The third replica's version is still on its way: a higher one waits for it.
    #expect(log.replica(1, 3).stamp == .sent)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W4" })
    log.settle()
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 1, version: 3))
    #expect(log.replica(1, 3).certifiedVersion == 3)
    #expect(log.unexpected == 0)
  }

  @Test("The loss of a closed replica needs no version and no mark")
  func closedReplicaLost() throws {
    let log = LogUnderTest(segmentCapacity: 300)
    for _ in 0..<2 { log.append(bytes: 200) }
    log.settle()
    let users = Set(log.state.segments[1].replicas.compactMap(\.serverID))
    let first = log.state.segments[0].replicas.compactMap(\.serverID)
    guard let only = first.first(where: { !users.contains($0) }) else { return }
    log.fail(only)
    log.settle()
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 1, version: 1))
    #expect(log.state.segments[0].closed)
  }

  @Test("A segment gets no data while the one before it is under repair, closed or not")
  func successorWaitsForRepair() throws {
    let log = LogUnderTest(backups: 7, segmentCapacity: 300)
    log.append(bytes: 200)
    log.settle()
    log.append(bytes: 200)
    log.settle { $0.operation != .closeReplica }
    // Segment 1 is open and full: it loses a replica, and closes before the mark is there.
    log.fail(try #require(log.replica(1, 1).serverID))
    log.settle { !isMark($0) }
    let prior = log.state.segments[0]
    #expect(prior.replicas.allSatisfy { $0.footer == .committed })
    #expect(prior.repair == .marking)
    #expect(log.replica(2, 1).sent == 0 && log.replica(2, 2).sent == 0)
    #expect(log.acknowledged == 1)
    log.settle()
    #expect(log.acknowledged == 2)
    #expect(log.unexpected == 0)
  }

  @Test("The mark of a segment waits until the one before it is closed: it would give that up")
  func marksInOrder() throws {
    let log = LogUnderTest(backups: 7, segmentCapacity: 300)
    log.append(bytes: 200)
    log.settle()
    log.append(bytes: 200)
    log.settle { $0.operation != .closeReplica }
    // Of the new head a header is lost, while the segment before it is open.
    let users = Set(log.state.segments[0].replicas.compactMap(\.serverID))
    let head = log.state.segments[1].replicas.compactMap(\.serverID)
    let server = try #require(head.first { !users.contains($0) })
    log.fail(server)
    log.settle { $0.operation != .closeReplica }
    #expect(log.state.segments[1].repair == .renewing)
    #expect(log.servers.mark.segment == 1)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W6" })
    log.settle()
    #expect(log.servers.mark == LogMark(epoch: 1, segment: 2, version: 2))
    #expect(log.acknowledged == 2)
  }

  @Test("A segment that was closed is closed again although its successor has no header there")
  func closedAgain() throws {
    let log = LogUnderTest(backups: 3, segmentCapacity: 300)
    for _ in 0..<2 { log.append(bytes: 200) }
    log.settle()
    #expect(log.state.segments[0].wasClosed)
    log.fail(try #require(log.replica(1, 1).serverID))
    log.servers.add(slot: 9)
    log.state.membershipChanged(log.servers.membership)
    log.advance(by: .milliseconds(100))
    // No header of segment 2 arrives any more.
    log.settle { !($0.operation == .openReplica && $0.write?.key.segment == 2) }
    #expect(!log.state.segments[1].opened)
    #expect(log.state.segments[0].closed)
    log.settle()
    #expect(log.unexpected == 0)
  }

  @Test("The next owner's mark waits until its own replicas have all that was there")
  func nextOwner() throws {
    let first = LogUnderTest()
    first.append(bytes: 10)
    first.settle()
    first.servers.fence(below: 2)
    let answers = first.servers.answers(first.servers.live)
    guard case .complete(let plan) = planRecovery(answers, of: 1, mark: first.servers.mark) else {
      Issue.record("not recovered")
      return
    }
    let images = try #require(first.servers.images(plan, capacity: 1000))
    let second = LogUnderTest(
      recovered: plan.recovered(images, replicas: 3), servers: first.servers, epoch: 2)
    second.append(bytes: 20)
    second.settle { $0.operation == .openReplica || isMark($0) }
    #expect(first.servers.mark == LogMark(epoch: 1, segment: 1, version: 1))
    second.settle { !isMark($0) }
    #expect(second.acknowledged == 0)
    second.settle()
    #expect(second.acknowledged == 1)
    #expect(first.servers.mark == LogMark(epoch: 2, segment: 1, version: 1))
    // What the first owner left counts for nothing now.
    let holders = second.state.segments[0].replicas.compactMap(\.serverID)
    for holder in holders {
      first.servers.change(holder) { $0.replicas = $0.replicas.filter { $0.key.epoch == 1 } }
    }
    guard case .lost = verdict(first, from: first.servers.all) else {
      Issue.record("the first owner's replicas are taken for the log")
      return
    }
  }

  @Test("A coordinator that does not take the mark is asked again, after a pause")
  func coordinatorFails() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.settle { !isMark($0) }
    for _ in 0..<3 {
      let call = try #require(log.calls.outstanding.first(where: isMark))
      log.calls.finish(
        call, .refused(.application(code: LogRefusal.storage.rawValue, message: "full")))
      log.turn()
      #expect(log.calls.outstanding.isEmpty)
      log.advance(by: .milliseconds(500))
    }
    log.advance(by: .seconds(1))
    log.settle()
    #expect(log.acknowledged == 1)
    #expect(log.unexpected == 0)
  }

  @Test("An owner whose mark is refused because there is a newer one ends")
  func fencedAtCoordinator() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.servers.fence(below: 2)
    for server in log.servers.all { log.servers.change(server) { $0.fences = [:] } }
    log.settle()
    #expect(log.state.failure == .fenced)
    #expect(log.acknowledged == 0 && log.results.count == 1)
    #expect(log.unexpected == 0)
  }
}
