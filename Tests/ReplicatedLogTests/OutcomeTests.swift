import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// What the log makes of each end that a write can have, and how many writes it has in flight.
@Suite struct OutcomeTests {
  private func refusal(_ reason: LogRefusal) -> RPCOutcome {
    .refused(.application(code: reason.rawValue, message: "told to"))
  }

  /// The first outstanding write to a replica's server.
  private func write(_ log: LogUnderTest, _ replica: Replica) throws -> FakeCalls.Call {
    let server = try #require(replica.serverID)
    return try #require(log.calls.outstanding.first { $0.server == .server(server) })
  }

  @Test("Every outcome of a call has its value")
  func values() {
    #expect(Rpc(.ok([]), of: .writeReplica) == .ok)
    #expect(Rpc(.targetLeft, of: .openReplica) == .left)
    #expect(Rpc(.callerNotMember, of: .openReplica) == .failed)
    #expect(Rpc(.failed(.clientClosed), of: .openReplica) == .failed)
    #expect(Rpc(refusal(.fenced), of: .openReplica) == .fenced)
    #expect(Rpc(refusal(.storage), of: .openReplica) == .rejected)
    #expect(Rpc(refusal(.storage), of: .writeReplica) == .failed)
    #expect(Rpc(refusal(.badWrite), of: .openReplica) == .failed)
    #expect(Rpc(refusal(.corrupt), of: .writeReplica) == .damaged)
    #expect(Rpc(refusal(.unreadable), of: .closeReplica) == .damaged)
  }

  @Test("A server that left keeps its replica until F1: what was sent may have arrived")
  func left() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.settle()
    log.append(bytes: 10)
    log.turn()
    let replica = log.replica(1, 1)
    let server = try #require(replica.serverID)
    log.calls.finish(try write(log, replica), .targetLeft)
    log.turn()
    #expect(replica.serverID == server && replica.rpc == .left)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W9" })
    #expect(log.state.status().excluded.isEmpty)
    log.fail(server)
    log.settle()
    #expect(replica.serverID != server)
    #expect(log.acknowledged == 2)
    #expect(log.servers.mark.version == 2)
    #expect(log.unexpected == 0)
  }

  @Test("A full backup rejects an open: another one is chosen, and it is asked again much later")
  func rejected() throws {
    let log = LogUnderTest(backups: 4)
    log.turn()
    let replica = log.replica(1, 1)
    let server = try #require(replica.serverID)
    log.calls.finish(try write(log, replica), refusal(.storage))
    log.settle()
    #expect(replica.serverID != server && replica.header == .committed)
    #expect(log.firings("segment 1, replica 1") == ["R1", "R2", "E1", "R1", "R2", "R3"])
    // It is no failure: nothing was lost, and nobody is excluded.
    #expect(log.state.status().counters.replicasLost == 0)
    #expect(log.state.status().excluded.isEmpty)
    #expect(log.state.backup(excluding: Set(log.servers.all.filter { $0 != server })) == nil)
    log.advance(by: .milliseconds(200))
    #expect(log.state.backup(excluding: Set(log.servers.all.filter { $0 != server })) == server)
    #expect(log.unexpected == 0)
  }

  @Test("A replica that is damaged is made again, and nobody is excluded for it")
  func damaged() throws {
    let log = LogUnderTest(backups: 3)
    log.append(bytes: 10)
    log.settle()
    log.append(bytes: 10)
    log.turn()
    let replica = log.replica(1, 1)
    let server = try #require(replica.serverID)
    log.calls.finish(try write(log, replica), refusal(.corrupt))
    log.servers.change(server) { $0.replicas = [:] }
    log.settle()
    #expect(replica.serverID == server && replica.header == .committed)
    #expect(log.firings("segment 1, replica 1").contains("E4"))
    // It was open: what is left of it must not pass for the end of the log.
    #expect(log.servers.mark.version == 2)
    #expect(log.acknowledged == 2)
    let status = log.state.status()
    #expect(status.excluded.isEmpty)
    #expect(status.counters.replicasLost == 1 && status.counters.replicasRecreated == 1)
    #expect(log.unexpected == 0)
  }

  @Test("A replacement whose open is rejected stays a replacement: it is certified in one step")
  func rejectedReplacement() throws {
    let log = LogUnderTest(
      backups: 5, segmentCapacity: 4_000_000, memoryLimit: 1 << 30, appendWindow: 1 << 30)
    for _ in 0..<2 { log.append(bytes: 800_000) }
    log.settle()
    let replica = log.replica(1, 1)
    log.fail(try #require(replica.serverID))
    log.turn()
    let full = try #require(replica.serverID)
    log.calls.finish(try write(log, replica), refusal(.storage))
    let before = log.calls.writes.count
    log.settle()
    let server = try #require(replica.serverID)
    #expect(server != full)
    let writes = log.calls.writes.dropFirst(before).filter { $0.server == .server(server) }
    #expect(writes.map(\.write.certificate?.length) == [nil, nil, 40 + 2 * 800_008])
    let counters = log.state.status().counters
    #expect(counters.replicasLost == 1 && counters.replicasRecreated == 1)
  }

  @Test("When every backup is full the log waits, and goes on once one has room")
  func allFull() throws {
    let log = LogUnderTest(backups: 3)
    for server in log.servers.all { log.servers.change(server) { $0.refusal = .storage } }
    log.append(bytes: 10)
    for _ in 0..<20 {
      log.settle()
      log.advance(by: .milliseconds(500))
    }
    #expect(log.acknowledged == 0)
    let attempts = log.calls.writes.count
    #expect(attempts > 3 && attempts < 40, "\(attempts) attempts in ten seconds")
    for server in log.servers.all { log.servers.change(server) { $0.refusal = nil } }
    for _ in 0..<80 {
      log.advance(by: .milliseconds(500))
      log.settle()
    }
    #expect(log.acknowledged == 1)
    #expect(log.unexpected == 0)
  }

  @Test("A backup that knows a newer owner ends this one")
  func fenced() throws {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.turn()
    log.calls.finish(try write(log, log.replica(1, 1)), refusal(.fenced))
    log.settle()
    #expect(log.state.failure == .fenced)
    #expect(log.results.count == 1 && log.acknowledged == 0)
    #expect(log.calls.outstanding.isEmpty)
    #expect(log.state.writes.inUse == 0)
    #expect(log.unexpected == 0)
  }

  @Test("A write that fails otherwise excludes its backup, and F1 makes the replica elsewhere")
  func failed() throws {
    let log = LogUnderTest()
    log.settle()
    log.append(bytes: 10)
    log.turn()
    let replica = log.replica(1, 1)
    let server = try #require(replica.serverID)
    log.calls.finish(try write(log, replica), .failed(.notAccepted("broken")))
    log.settle()
    #expect(log.state.status().excluded == [server])
    #expect(
      log.firings("segment 1, replica 1").dropFirst(3)
        == ["R4", "E2", "F1open", "R1", "R2", "R3", "R4", "R5"])
    #expect(log.acknowledged == 1)
    #expect(log.unexpected == 0)
  }

  @Test("No more than eight writes are in flight, and a reset gives leave back")
  func throttle() throws {
    let log = LogUnderTest(backups: 8, segmentCapacity: 300)
    for _ in 0..<12 { log.append(bytes: 200) }
    log.settle()
    let server = try #require(log.state.backup(excluding: []))
    let lost = try #require(log.replica(1, 1).serverID)
    for victim in Set([server, lost]) { log.servers.kill(victim) }
    log.append(bytes: 200)
    log.servers.declareDead()
    log.state.membershipChanged(log.servers.membership)
    log.turn()
    let writes = log.calls.outstanding.filter { $0.write != nil }.count
    #expect(writes <= 8)
    #expect(log.state.writes.inUse + log.state.copies.inUse == writes)
    #expect(log.state.copies.waiting > 0)
    #expect(log.core.statistics.waiting.contains { $0.leaf == "W8" })
    // Whoever had leave to write to this one has lost it.
    log.fail(
      try #require(
        log.calls.outstanding.lazy.compactMap { call in
          if case .server(let id) = call.server { id } else { nil }
        }.first))
    log.settle()
    #expect(log.state.writes.inUse == 0 && log.state.copies.inUse == 0)
    #expect(log.state.writes.highWater <= 5 && log.state.copies.highWater == 3)
    #expect(log.acknowledged == 13)
    #expect(log.unexpected == 0)
  }

  @Test("Leave that is not needed any more is given back")
  func leaveNotNeeded() throws {
    let log = LogUnderTest(
      backups: 8, segmentCapacity: 2_600_000, memoryLimit: 1 << 25, appendWindow: 1 << 25)
    log.state.writes.limit = 2
    for _ in 0..<5 { log.append(bytes: 1_000_000) }
    // Segment 2 has its header, and segment 1 is closed: its data may be sent, as far as there is
    // leave.
    log.settle { call in
      let segment = call.write?.key.segment
      return segment == nil || segment == 1 || call.operation == .openReplica
    }
    let prior = log.state.segments[0]
    let middle = log.state.segments[1]
    try #require(prior.closed)
    try #require(middle.replicas.contains { $0.leave == .waiting })
    let users = Set(middle.replicas.compactMap(\.serverID))
    log.fail(try #require(prior.replicas.compactMap(\.serverID).first { !users.contains($0) }))
    log.turn()
    #expect(!prior.closed)
    #expect(!middle.replicas.contains { $0.leave == .waiting && $0.rpc == .idle })
    log.settle()
    #expect(log.acknowledged == 5)
    #expect(log.unexpected == 0)
  }
}
