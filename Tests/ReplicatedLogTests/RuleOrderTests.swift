import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// Which rules fire for a replica, and in which order.
@Suite struct RuleOrderTests {
  @Test("A replica gets its server, its header, its data and its footer, in this order")
  func wholeLife() {
    let log = LogUnderTest(segmentCapacity: 300)
    log.settle()
    #expect(log.firings("segment 1, replica 1") == ["R1", "R2", "R3"])
    log.append(bytes: 100)
    log.settle()
    log.append(bytes: 100)
    log.settle()
    // Does not fit: segment 1 gets its footer.
    log.append(bytes: 100)
    log.settle()
    for replica in 1...3 {
      #expect(
        log.firings("segment 1, replica \(replica)")
          == ["R1", "R2", "R3", "R4", "R5", "R4", "R5", "R6", "R7"])
      #expect(log.firings("segment 2, replica \(replica)") == ["R1", "R2", "R3", "R4", "R5"])
    }
    #expect(log.acknowledged == 3)
    #expect(log.unexpected == 0)
  }

  @Test("A segment's data wait for the footers of the segment before")
  func dataWaitForPriorFooter() {
    let log = LogUnderTest(segmentCapacity: 300)
    log.append(bytes: 200)
    log.append(bytes: 200)
    log.settle { $0.operation != .closeReplica }
    #expect(log.replica(1, 1).committed == 208)
    #expect(log.replica(2, 1).header == .committed)
    #expect(log.replica(2, 1).sent == 0)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W2" })
    log.settle()
    #expect(log.replica(2, 1).committed == 208)
    #expect(log.unexpected == 0)
  }

  @Test("A segment's footer waits for the header of the segment after")
  func footerWaitsForFollowingHeader() {
    let log = LogUnderTest(segmentCapacity: 300)
    log.append(bytes: 200)
    log.settle()
    log.append(bytes: 200)
    log.settle { $0.operation != .openReplica }
    #expect(log.replica(1, 1).footer == .unsent)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W3" })
    log.settle()
    #expect(log.replica(1, 1).footer == .committed)
    #expect(log.unexpected == 0)
  }

  @Test("A server that fails before anything was sent to it is replaced")
  func failureBeforeHeader() throws {
    let log = LogUnderTest()
    _ = log.core.step()  // R1 of all three
    let server = try #require(log.replica(1, 1).serverID)
    #expect(log.replica(1, 1).header == .unsent)
    log.fail(server)
    log.settle()
    #expect(
      log.firings("segment 1, replica 1").suffix(4) == ["F1", "R1", "R2", "R3"])
    #expect(log.replica(1, 1).serverID != server)
    #expect(log.unexpected == 0)
  }

  @Test("A server that fails with the header in flight is replaced")
  func failureWithHeaderInFlight() throws {
    let log = LogUnderTest()
    log.turn()
    #expect(log.replica(1, 2).rpc == .flying)
    log.fail(try #require(log.replica(1, 2).serverID))
    log.settle()
    #expect(
      log.firings("segment 1, replica 2") == ["R1", "R2", "F1open", "R1", "R2", "R3"])
    #expect(log.unexpected == 0)
  }

  @Test("A server that fails with data in flight is replaced, and the append completes")
  func failureWithDataInFlight() throws {
    let log = LogUnderTest()
    log.settle()
    log.append(bytes: 100)
    log.turn()
    #expect(log.replica(1, 3).committed < log.replica(1, 3).sent)
    log.fail(try #require(log.replica(1, 3).serverID))
    log.settle()
    #expect(
      log.firings("segment 1, replica 3")
        == ["R1", "R2", "R3", "R4", "F1open", "R1", "R2", "R3", "R4", "R5"])
    #expect(log.acknowledged == 1)
    #expect(log.unexpected == 0)
  }

  @Test("A server that fails after its replica was closed is replaced")
  func failureAfterFooter() throws {
    let log = LogUnderTest(segmentCapacity: 300)
    for _ in 0..<2 { log.append(bytes: 200) }
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.settle()
    #expect(
      log.firings("segment 1, replica 1").suffix(8)
        == ["F1", "R1", "R2", "R3", "R4", "R5", "R6", "R7"])
    #expect(log.state.segments[0].closed)
    #expect(log.state.status().counters.replicasRecreated >= 1)
    #expect(log.unexpected == 0)
  }

  @Test("A server that fails during the repair it was chosen for is replaced again")
  func failureDuringRepair() throws {
    let log = LogUnderTest(backups: 6)
    log.append(bytes: 300)
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.turn()
    #expect(log.replica(1, 1).rpc == .flying)
    log.fail(try #require(log.replica(1, 1).serverID))
    log.settle()
    #expect(
      log.firings("segment 1, replica 1").suffix(8)
        == ["R1", "R2", "F1", "R1", "R2", "R3", "R4", "R5"])
    let counters = log.state.status().counters
    #expect(counters.replicasLost == 1)
    #expect(counters.replicasRecreated == 1)
    #expect(log.unexpected == 0)
  }

  @Test("All replicas of a failed server are made again, and each segment has three servers")
  func failureOfMany() throws {
    let log = LogUnderTest(backups: 4, segmentCapacity: 300)
    for _ in 0..<6 { log.append(bytes: 200) }
    log.settle()
    let server = try #require(log.replica(1, 1).serverID)
    let lost = log.state.replicas(using: server).count
    log.fail(server)
    log.settle()
    #expect(log.state.replicas(using: server).isEmpty)
    for segment in log.state.segments {
      #expect(Set(segment.replicas.compactMap(\.serverID)).count == 3)
    }
    #expect(log.state.status().counters.replicasRecreated == lost)
    #expect(log.unexpected == 0)
  }

  @Test("With too few backups the log waits, says so, and goes on when one is added")
  func tooFewBackups() {
    let log = LogUnderTest(backups: 2)
    log.append(bytes: 10)
    log.settle()
    #expect(log.acknowledged == 0)
    let waiting = log.core.statistics.waiting
    #expect(waiting.contains { $0.leaf == "R1" && $0.subject.hasPrefix("segment 1, replica") })
    log.servers.add(slot: 9)
    log.state.membershipChanged(log.servers.membership)
    log.settle()
    #expect(log.acknowledged == 1)
    #expect(log.unexpected == 0)
  }

  @Test("A reply to a write that was given up changes nothing")
  func lateReply() throws {
    let log = LogUnderTest()
    log.settle()
    log.append(bytes: 100)
    log.turn()
    let server = try #require(log.replica(1, 1).serverID)
    let late = try #require(log.calls.outstanding.first { $0.server == .server(server) })
    log.fail(server)
    log.turn()
    #expect(log.replica(1, 1).rpc == .flying)
    log.calls.finish(late, .ok([]), late: true)
    log.calls.finish(late, .failed(.notAccepted("broken")), late: true)
    #expect(log.replica(1, 1).rpc == .flying)
    #expect(log.state.status().excluded.isEmpty)
    log.settle()
    #expect(log.acknowledged == 1)
    #expect(log.unexpected == 0)
  }

  @Test(
    "A segment's data on the way stay on the way while the segment before loses its footer",
    arguments: [false, true])
  func priorReopenedWithDataInFlight(isFollowingOpened: Bool) throws {
    let log = LogUnderTest(
      backups: 8, segmentCapacity: 2_600_000, memoryLimit: 1 << 25, appendWindow: 1 << 25)
    log.state.writes.limit = 8
    // Segments 1 and 2 are full, 3 is begun; of segment 2, whose data take three writes, no data
    // have arrived, and segment 3 has its header or not.
    for _ in 0..<5 { log.append(bytes: 1_000_000) }
    log.settle { call in
      let segment = call.write?.key.segment
      return segment == nil || segment == 1
        || call.operation == .openReplica && (segment == 2 || isFollowingOpened)
    }
    let (prior, middle) = (log.state.segments[0], log.state.segments[1])
    #expect(prior.closed && middle.finalized)
    #expect((middle.following?.opened ?? false) == isFollowingOpened)
    #expect(middle.replicas.allSatisfy { $0.committed < $0.sent && $0.sent < $0.appended })

    let users = Set(middle.replicas.compactMap(\.serverID))
    log.fail(try #require(prior.replicas.compactMap(\.serverID).first { !users.contains($0) }))
    log.turn()
    #expect(!prior.closed)
    // One replica has its reply; of the others nothing has changed.
    let reply = try #require(log.calls.outstanding.first { $0.write?.key.segment == 2 })
    log.calls.deliver(reply)
    log.turn()
    #expect(middle.replicas.count { $0.committed < $0.sent } == 2)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W2" })
    log.settle()
    #expect(log.acknowledged == 5)
    #expect(log.unexpected == 0)
  }
}
