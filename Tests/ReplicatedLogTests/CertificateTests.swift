import RulesNetwork
import Testing

@testable import ReplicatedLog

/// Which writes make a replica visible to recovery.
@Suite struct CertificateTests {
  /// The writes to one server after the first `from` of all writes.
  private func writes(
    _ log: LogUnderTest, to server: ServerID, from: Int
  ) -> [(LogOperation, UInt32?)] {
    log.calls.writes.dropFirst(from).filter { $0.server == .server(server) }
      .map { ($0.operation, $0.write.certificate?.length) }
  }

  @Test("A fresh replica is certified with every write")
  func fresh() throws {
    let log = LogUnderTest()
    log.settle()
    log.append(bytes: 100)
    log.settle()
    let writes = writes(log, to: try #require(log.replica(1, 1).serverID), from: 0)
    #expect(writes.map(\.0) == [.openReplica, .writeReplica])
    #expect(writes.map(\.1) == [40, 148])
  }

  @Test("A replacement is certified in one step, with all that the segment held")
  func replacement() throws {
    let log = LogUnderTest(segmentCapacity: 4_000_000, memoryLimit: 1 << 30)
    for _ in 0..<3 { log.append(bytes: 800_000) }
    log.settle()
    let before = log.calls.writes.count
    log.fail(try #require(log.replica(1, 1).serverID))
    log.turn()
    // Appended while the repair is under way: no part of what had to be there.
    log.append(bytes: 100)
    log.settle()
    let server = try #require(log.replica(1, 1).serverID)
    let writes = writes(log, to: server, from: before)
    #expect(
      writes.map(\.0) == [.openReplica, .writeReplica, .writeReplica, .writeReplica])
    let whole: UInt32 = 40 + 3 * 800_008 + 108
    #expect(writes.map(\.1) == [nil, nil, nil, whole])
    #expect(log.acknowledged == 4)
  }

  @Test("A record is not acknowledged while a replacement that must hold it is uncertified")
  func uncertifiedIsNotDurable() throws {
    let log = LogUnderTest(
      segmentCapacity: 4_000_000, memoryLimit: 1 << 30, appendWindow: 1 << 30)
    log.settle()
    log.append(bytes: 10)
    for _ in 0..<2 { log.append(bytes: 900_000) }
    log.turn()
    log.fail(try #require(log.replica(1, 1).serverID))
    log.turn()
    let server = try #require(log.replica(1, 1).serverID)
    log.settle { $0.server != .server(server) }
    log.settle { $0.operation == .openReplica }
    // The first of two writes: it holds the first record, and is half of what must be there.
    let first = try #require(log.calls.outstanding.first { $0.operation == .writeReplica })
    log.calls.deliver(first)
    log.turn()
    #expect(log.replica(1, 1).committed == 1_000_000)
    #expect(log.acknowledged == 0)
    #expect(log.holders(of: 1, length: 40).count == 2)
    log.settle()
    #expect(log.acknowledged == 3)
    #expect(log.holders(of: 1, length: 40 + 18 + 2 * 900_008).count == 3)
  }

  @Test("A replacement is certified at once when the segment's data were never sent")
  func neverSent() throws {
    let log = LogUnderTest()
    log.turn()
    let before = log.calls.writes.count
    log.fail(try #require(log.replica(1, 1).serverID))
    log.append(bytes: 100)
    log.turn()
    let writes = writes(log, to: try #require(log.replica(1, 1).serverID), from: before)
    #expect(writes.map(\.1) == [40])
  }

  @Test("A segment that was closed is made again without a certificate until its footer")
  func closedOnce() throws {
    let log = LogUnderTest(segmentCapacity: 300)
    for _ in 0..<2 { log.append(bytes: 200) }
    log.settle()
    let before = log.calls.writes.count
    log.fail(try #require(log.replica(1, 1).serverID))
    log.settle()
    let closing = log.calls.writes.dropFirst(before).filter { $0.write.key.segment == 1 }
    #expect(closing.map(\.operation) == [.openReplica, .writeReplica, .closeReplica])
    #expect(closing.map(\.write.certificate?.length) == [nil, nil, 248])
  }

  @Test("A segment that is finalized and was never closed is certified while it is open")
  func finalizedOnly() throws {
    let log = LogUnderTest(segmentCapacity: 300)
    log.append(bytes: 200)
    log.settle()
    log.append(bytes: 200)
    log.settle { $0.operation != .closeReplica && $0.operation != .openReplica }
    let before = log.calls.writes.count
    log.fail(try #require(log.replica(1, 1).serverID))
    log.settle { $0.operation != .closeReplica }
    let server = try #require(log.replica(1, 1).serverID)
    let mine = log.calls.writes.dropFirst(before).filter {
      $0.server == .server(server) && $0.write.key.segment == 1 && $0.operation != .closeReplica
    }
    #expect(mine.map(\.write.certificate?.length) == [nil, 248])
  }

  @Test("The certificate policy of a new replica follows from the segment's history")
  func policy() {
    #expect(Certification(appended: 9, dataWasSent: false, wasClosed: false) == .always)
    #expect(Certification(appended: 9, dataWasSent: true, wasClosed: false) == .from(9))
    #expect(Certification(appended: 9, dataWasSent: true, wasClosed: true) == .atClose)
    #expect(!Certification.from(9).allows(length: 8, closing: false))
    #expect(Certification.from(9).allows(length: 9, closing: false))
    #expect(!Certification.atClose.allows(length: 9, closing: false))
  }
}
