import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// What an append promises, and when.
@Suite struct AppendTests {
  @Test("An append completes only when all three backups hold the record")
  func allThree() throws {
    let log = LogUnderTest()
    log.append(bytes: 1)
    log.settle()
    log.append(bytes: 50)
    log.turn()
    for replica in 1...3 {
      #expect(log.acknowledged == 1, "before replica \(replica)")
      let server = try #require(log.replica(1, replica).serverID)
      log.settle { $0.server == .server(server) }
    }
    #expect(log.acknowledged == 2)
    #expect(log.holders(of: 1, length: SegmentHeader.size + 9 + 58).count == 3)
  }

  @Test("Records of one call keep their order and get positions, also across segments")
  func positions() throws {
    let log = LogUnderTest(segmentCapacity: 300)
    log.append([[1], [], [UInt8](repeating: 2, count: 200), [UInt8](repeating: 3, count: 200)])
    log.settle()
    let positions = try #require(log.results.first).get()
    #expect(
      positions == [
        LogPosition(segment: 1, offset: 40), LogPosition(segment: 1, offset: 49),
        LogPosition(segment: 1, offset: 57), LogPosition(segment: 2, offset: 40),
      ])
  }

  @Test("A record that is too large is refused, and the log goes on")
  func tooLarge() {
    let log = LogUnderTest(segmentCapacity: 300)
    log.append(bytes: 252)
    log.append(bytes: 253)
    log.settle()
    #expect(log.acknowledged == 1)
    #expect(throws: LogError.recordTooLarge(size: 253, limit: 252)) {
      try log.results[0].get()
    }
  }

  @Test("No record is larger than a megabyte with its entry")
  func largestRecord() {
    #expect(LogState.maximumRecord(segmentCapacity: 8 << 20) == (1 << 20) - 8)
    #expect(LogState.maximumRecord(segmentCapacity: 4096) == 4096 - 48)
  }

  @Test("When memory is used up appends fail, and what was acknowledged stays")
  func full() {
    let log = LogUnderTest(segmentCapacity: 300, memoryLimit: 600)
    for _ in 0..<3 { log.append(bytes: 200) }
    log.settle()
    #expect(log.acknowledged == 2)
    #expect(log.results.count == 3)
    #expect(throws: LogError.full(limit: 600)) {
      for result in log.results { _ = try result.get() }
    }
    #expect(log.unexpected == 0)
  }

  @Test("A segment has no successor before it was open on three backups")
  func successorAfterOpen() {
    let log = LogUnderTest(segmentCapacity: 300)
    for _ in 0..<2 { log.append(bytes: 200) }
    log.turn()
    #expect(log.state.segments.count == 1)
    log.settle()
    #expect(log.state.segments.count == 2)
    #expect(log.acknowledged == 2)
  }

  @Test("Appends beyond the window wait, in their order, until earlier ones are durable")
  func backPressure() {
    let log = LogUnderTest(segmentCapacity: 1000, appendWindow: 150)
    for size in 1...6 { log.append(bytes: 100 + size) }
    log.turn()
    #expect(log.state.status().waitingAppends == 4)
    #expect(log.state.appendedBytes == 101 + 102 + 16)
    log.settle()
    #expect(log.acknowledged == 6)
    let positions = log.results.compactMap { try? $0.get() }.flatMap { $0 }
    #expect(positions == positions.sorted())
    #expect(log.state.status().waitingAppends == 0)
  }

  @Test("An append that is cancelled while it waits is not in the log")
  func cancelWaiting() {
    let log = LogUnderTest(appendWindow: 50)
    log.append(bytes: 100)
    let second = log.append(bytes: 200)
    log.state.cancelAppend(id: second)
    #expect(throws: CancellationError.self) { try log.results[0].get() }
    log.settle()
    #expect(log.acknowledged == 1)
    #expect(log.state.durableBytes == 108)
  }

  @Test("An append that is cancelled after it was written does not hold up the next")
  func cancelWritten() {
    let log = LogUnderTest()
    let first = log.append(bytes: 100)
    log.append(bytes: 100)
    log.turn()
    log.state.cancelAppend(id: first)
    log.settle()
    #expect(log.results.count == 2)
    #expect(log.acknowledged == 1)
    #expect(log.state.durableBytes == 216)
  }

  @Test("What was acknowledged stays acknowledged when a replica is lost")
  func durableNeverShrinks() throws {
    let log = LogUnderTest(backups: 3)
    log.append(bytes: 100)
    log.settle()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.append(bytes: 100)
    log.settle()
    #expect(log.acknowledged == 1)
    #expect(log.state.durableBytes == 108)
  }

  @Test("A log that was fenced acknowledges nothing more, now or later")
  func fenced() {
    let log = LogUnderTest()
    log.append(bytes: 10)
    log.settle()
    _ = log.servers.handle(
      .server(log.servers.all[0]), .listReplicas, ListReplicas(log: 1, fence: 2).encoded)
    for id in log.servers.all.dropFirst() {
      _ = log.servers.handle(.server(id), .listReplicas, ListReplicas(log: 1, fence: 2).encoded)
    }
    log.append(bytes: 10)
    log.settle()
    log.append(bytes: 10)
    log.settle()
    #expect(log.acknowledged == 1)
    for result in log.results.dropFirst() {
      #expect(throws: LogError.fenced) { try result.get() }
    }
    #expect(log.calls.outstanding.isEmpty)
    #expect(log.unexpected == 0)
  }

  @Test("A backup that refuses a write is not used any more; its replicas are made elsewhere")
  func refusal() throws {
    let log = LogUnderTest()
    log.settle()
    let server = try #require(log.replica(1, 2).serverID)
    log.servers.change(server) { $0.refusal = .storage }
    log.append(bytes: 10)
    log.settle()
    #expect(log.acknowledged == 1)
    #expect(log.replica(1, 2).serverID != server)
    #expect(log.state.status().excluded == [server])
    #expect(
      log.firings("segment 1, replica 2").suffix(6) == ["F1open", "R1", "R2", "R3", "R4", "R5"])
    #expect(log.unexpected == 0)
  }

  @Test("When a backup is given up, all writes to it are")
  func refusalCancels() throws {
    let log = LogUnderTest(backups: 3, segmentCapacity: 300)
    log.append(bytes: 200)
    log.settle()
    log.append(bytes: 200)
    log.settle { $0.operation == .openReplica }
    let server = try #require(log.replica(1, 1).serverID)
    log.append(bytes: 200)
    log.turn()
    let writes = log.calls.outstanding.filter { $0.server == .server(server) }
    #expect(writes.count == 2)
    log.calls.finish(
      try #require(writes.first), .failed(.notAccepted("the peer broke the protocol")))
    log.turn()
    #expect(!log.calls.outstanding.contains { $0.server == .server(server) })
    #expect(log.unexpected == 0)
  }

  @Test("A membership that is not newer, or of another cluster, changes nothing")
  func staleMembership() {
    let log = LogUnderTest()
    log.settle()
    let before = log.state.status().members
    log.state.membershipChanged(Membership(cluster: 7, version: 1, backups: []))
    log.state.membershipChanged(Membership(cluster: 8, version: 99, backups: []))
    #expect(log.state.status().members == before)
  }

  @Test("The choice of a backup prefers those with the fewest replicas and is random among them")
  func choice() {
    let ids = (1...4).map { ServerID(slot: $0, generation: 1) }
    var random = SplitMix64(seed: 1)
    let load = [ids[0]: 2, ids[1]: 1, ids[2]: 1, ids[3]: 3]
    let chosen = (0..<100).map { _ in
      chooseBackup(among: ids, replicas: load, using: &random)
    }
    #expect(Set(chosen) == [ids[1], ids[2]])
    #expect(chooseBackup(among: [], replicas: load, using: &random) == nil)
  }

  @Test("Durable is what every replica has certified")
  func durable() {
    #expect(durableLength(certified: [5, 3, 9]) == 3)
    #expect(durableLength(certified: [Int]()) == 0)
  }
}
