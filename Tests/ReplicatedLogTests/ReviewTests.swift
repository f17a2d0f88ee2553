import RulesNetwork
import Testing

@testable import ReplicatedLog

/// What an owner makes of what its backups have.
@Suite struct ReviewTests {
  /// A log of two closed segments and a head, and its review.
  private func makeLog() -> LogUnderTest {
    let log = LogUnderTest(backups: 4)
    for _ in 0..<5 { log.append(bytes: 400) }
    log.settle()
    log.state.review.begin()
    return log
  }

  private func rounds(_ count: Int, of log: LogUnderTest) {
    for _ in 0..<count {
      log.advance(by: ReplicaReview.pause)
      log.settle()
    }
  }

  @Test("A closed replica that its backup found damaged, or has not any more, is made again")
  func damaged() throws {
    let log = makeLog()
    let damaged = log.replica(1, 1)
    let missing = log.replica(2, 2)
    let keys = (damaged.key, missing.key)
    log.servers.change(try #require(damaged.serverID)) { $0.replicas[keys.0]?.isCorrupt = true }
    log.servers.change(try #require(missing.serverID)) { $0.replicas[keys.1] = nil }
    #expect(log.state.status().counters.replicasLost == 0)
    rounds(4, of: log)
    let status = log.state.status()
    #expect(status.counters.replicasLost == 2 && status.counters.replicasRecreated == 2)
    #expect(status.excluded.isEmpty)
    #expect(damaged.footer == .committed && missing.footer == .committed)
    // They were closed: nothing of them could pass for the end of the log.
    #expect(log.servers.mark.version == 1)
    #expect(log.unexpected == 0)
  }

  @Test("An open replica that is damaged while nobody writes is made again, under a new version")
  func damagedHead() throws {
    let log = makeLog()
    let replica = log.replica(3, 1)
    let key = replica.key
    log.servers.change(try #require(replica.serverID)) { $0.replicas[key]?.isCorrupt = true }
    rounds(4, of: log)
    #expect(log.state.status().counters.replicasRecreated == 1)
    #expect(log.servers.mark.version == 2)
    #expect(log.unexpected == 0)
  }

  @Test("What was confirmed after the question is not missing in the answer")
  func confirmedMeanwhile() throws {
    let log = makeLog()
    log.advance(by: ReplicaReview.pause)
    let question = try #require(log.calls.outstanding.first { $0.operation == .listReplicas })
    log.calls.finish(question, .ok(ReplicaList(replicas: []).encoded))
    // All of it is missing in this answer, and was confirmed before.
    log.turn()
    #expect(log.state.status().counters.replicasLost > 0)
    log.settle()
    log.advance(by: ReplicaReview.pause)
    let next = try #require(log.calls.outstanding.first { $0.operation == .listReplicas })
    let lost = log.state.status().counters.replicasLost
    log.append(bytes: 400)
    log.settle { $0.operation != .listReplicas }
    guard case .server(let server) = next.server else { return }
    let known = log.servers.answers([server])[0].replicas ?? []
    log.calls.finish(next, .ok(ReplicaList(replicas: known.filter { $0.key.segment < 4 }).encoded))
    log.settle()
    #expect(log.state.status().counters.replicasLost == lost)
  }

  @Test("What earlier owners left of a segment that is closed on three backups is freed, no more")
  func leftOvers() throws {
    let log = LogUnderTest(backups: 4, epoch: 3)
    for _ in 0..<5 { log.append(bytes: 400) }
    log.settle()
    log.state.review.begin()
    let server = log.servers.all[0]
    let old = ReplicaKey(log: 1, segment: 1, epoch: 2)
    let head = ReplicaKey(log: 1, segment: 3, epoch: 2)
    let own = ReplicaKey(log: 1, segment: 9, epoch: 3)
    let other = ReplicaKey(log: 2, segment: 1, epoch: 1)
    let before = Set(log.servers.keys(on: server))
    log.servers.change(server) { backup in
      for key in [old, head, own, other] { backup.replicas[key] = .init() }
    }
    rounds(4, of: log)
    #expect(Set(log.servers.keys(on: server)) == before.union([head, own, other]))
    #expect(log.state.status().releasing == 0)
    #expect(log.unexpected == 0)
  }

  @Test("A backup that does not answer is asked again in its turn; without any the log waits")
  func unanswered() throws {
    let log = makeLog()
    log.advance(by: ReplicaReview.pause)
    let question = try #require(log.calls.outstanding.first { $0.operation == .listReplicas })
    log.calls.finish(question, .refused(.application(code: LogRefusal.busy.rawValue, message: "")))
    log.turn()
    rounds(4, of: log)
    #expect(log.state.status().counters.replicasLost == 0)
    let alone = LogUnderTest(backups: 0)
    alone.state.review.begin()
    rounds(2, of: alone)
    #expect(alone.state.review.call == .idle && !alone.state.review.due)
    #expect(log.unexpected == 0 && alone.unexpected == 0)
  }
}
