import ReplicatedLog
import RulesNetwork
import Testing

@testable import LogServices

@Suite("Who watches the membership", .timeLimit(.minutes(20)))
struct MembershipPollTests {
  @Test("is told each version once and in order, a server's end before its next life")
  func order() throws {
    let cluster = try SimulatedCluster()
    var seen = try cluster.membership(after: 0)
    #expect(seen.version == 1)
    // Each life of the server ends when the next one enlists at its address.
    let address = try cluster.silentAddress()
    let lives = try (1...5).map { _ in try cluster.enlist(address) }
    for (index, life) in lives.enumerated() {
      if index > 0 {
        let down = try cluster.membership(after: seen.version)
        #expect(down.version == seen.version + 1 && down.backups.isEmpty)
        seen = down
      }
      let up = try cluster.membership(after: seen.version)
      #expect(up.version == seen.version + 1 && up.backups.map(\.server) == [life])
      seen = up
    }
    #expect(cluster.unexpected == 0)
  }

  @Test("goes on where it was when the coordinator is another process")
  func restart() throws {
    let directory = try TemporaryDirectory()
    let cluster = try SimulatedCluster(directory: directory.path)
    let address = try cluster.silentAddress()
    let first = try cluster.enlist(address)
    let seen = try cluster.membership(after: 0)
    #expect(seen.backups.map(\.server) == [first])
    let second = try cluster.enlist(address)
    cluster.killCoordinator()
    try cluster.startCoordinator()
    let down = try cluster.membership(after: seen.version)
    #expect(down.version == seen.version + 1 && down.backups.isEmpty)
    let up = try cluster.membership(after: down.version)
    #expect(up.version == down.version + 1 && up.backups.map(\.server) == [second])
  }

  @Test("waits for a change, and is told all when it is too far behind, or of another history")
  func waits() throws {
    let cluster = try SimulatedCluster()
    let newest = try cluster.membership(after: 0)
    let poll = cluster.poll(after: newest.version)
    cluster.run(for: .seconds(1))
    #expect(poll.value == nil && cluster.polls == 1)
    let address = try cluster.silentAddress()
    for _ in 1...MembershipHistory.limit { _ = try cluster.enlist(address) }
    #expect(cluster.wait(for: poll) != nil && cluster.polls == 0)
    let all = try cluster.membership(after: 0)
    #expect(all.version == UInt64(2 * MembershipHistory.limit))
    #expect(try cluster.membership(after: newest.version) == all)
    #expect(try cluster.membership(after: all.version + 1) == all)
    #expect(cluster.unexpected == 0)
  }

  @Test("is forgotten when it hangs up, and told again when too many wait")
  func bounds() throws {
    let cluster = try SimulatedCluster()
    let version = try cluster.membership(after: 0).version
    let (first, second) = (cluster.poll(after: version), cluster.poll(after: version))
    cluster.run(for: .seconds(1))
    // One client has no more than 1,024 calls under way.
    let clients = try (0..<5).map { try cluster.makeClient($0) }
    func pollAsMany(as count: Int) {
      for number in 0..<count {
        clients[number % clients.count].start(
          .address(SimulatedCluster.address), opcode: LogOperation.watch.rawValue,
          head: Watch(after: version).encoded
        ) { _ in }
      }
      cluster.run(for: .seconds(1))
    }
    pollAsMany(as: MembershipPolls.limit - 2)
    #expect(cluster.polls == MembershipPolls.limit)
    #expect(first.value == nil && second.value == nil)
    pollAsMany(as: 1)
    #expect(cluster.polls == MembershipPolls.limit)
    #expect(first.value != nil && second.value == nil)
    for client in clients { client.close() }
    cluster.run(for: RPCLimits().sessionTime * 2)
    let last = cluster.poll(after: version)
    cluster.run(for: .seconds(1))
    #expect(cluster.polls == 2 && second.value == nil && last.value == nil)
    #expect(cluster.unexpected == 0)
  }
}

extension SimulatedCluster {
  fileprivate func membership(after version: UInt64) throws -> Membership {
    let outcome = try #require(wait(for: start(.watch, Watch(after: version).encoded)))
    return try Membership(decoding: try #require(outcome.body))
  }

  /// Enlists a server that is silent.
  fileprivate func enlist(_ address: String) throws -> ServerID {
    let outcome = try #require(wait(for: start(.enlist, Enlist(address: address).encoded)))
    return try Enlisted(decoding: try #require(outcome.body)).server
  }

  fileprivate func poll(after version: UInt64) -> Outcome {
    start(.watch, Watch(after: version).encoded)
  }

  fileprivate func makeClient(_ number: Int) throws -> RPCClient {
    let (core, host) = (makeCore("client"), host(100 + UInt64(number)))
    return RPCClient(
      core: core, transport: try host.makeTransport(core),
      endpoint: RPCEndpoint(random: host.random))
  }

  /// Where somebody takes connections who is no member.
  fileprivate func silentAddress() throws -> String {
    let core = makeCore("silent")
    let silent = try ScriptedBackup(
      core: core, transport: network.transport(for: core), random: host(99).random, .silent)
    bystanders.append(silent)
    return silent.address.description
  }

  fileprivate var polls: Int { coordinator?.leading?.polls.count ?? 0 }
}
