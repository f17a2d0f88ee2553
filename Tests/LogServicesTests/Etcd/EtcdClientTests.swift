import Foundation
import RulesNetwork
import RulesRuntime
import TestSupport
import Testing

@testable import LogServices

@Suite("A client of etcd", .enabled(if: EtcdServer.isExpected), .timeLimit(.minutes(20)))
struct EtcdClientTests {
  @Test("puts a key only while there is none, and replaces it only while its lease lives")
  func transactions() async throws {
    let server = try OwnEtcd()
    try await withClient([server.address]) { client in
      let lease: EtcdLease = try await client.postUntilUp(
        "/v3/lease/grant", EtcdLeaseGrant(seconds: 36_000))
      let claim = EtcdTransaction(
        compare: [.isAbsent("leader")],
        success: [.put("leader", [1, 2], lease: lease.id), .read("state")],
        failure: [.read("leader"), .read("state")])
      let first: EtcdTransactionResult = try await client.post("/v3/kv/txn", claim)
      #expect(first.succeeded == true)
      #expect(first.found(at: 1) == nil)
      let second: EtcdTransactionResult = try await client.post("/v3/kv/txn", claim)
      #expect(second.succeeded == nil)
      #expect(second.found(at: 0)?.value.map(Array.init) == [1, 2])
      #expect(second.found(at: 0)?.lease == lease.id)

      let save = EtcdTransaction(
        compare: [.isHeld("leader", by: lease.id)], success: [.put("state", [3])],
        failure: [.read("state")])
      #expect(
        try await client.post("/v3/kv/txn", save, as: EtcdTransactionResult.self).succeeded == true)
      let alive: EtcdKeptAlive = try await client.post(
        "/v3/lease/keepalive", EtcdLeaseID(id: lease.id))
      #expect(alive.result.seconds == "36000")

      _ = try await client.post(
        "/v3/lease/revoke", EtcdLeaseID(id: lease.id), as: EtcdIgnored.self)
      let late: EtcdTransactionResult = try await client.post("/v3/kv/txn", save)
      #expect(late.succeeded == nil)
      #expect(late.found(at: 0)?.value.map(Array.init) == [3])
      let dead: EtcdKeptAlive = try await client.post(
        "/v3/lease/keepalive", EtcdLeaseID(id: lease.id))
      #expect(dead.result.seconds == nil)
    }
  }

  @Test("asks another member when one refuses, is silent, or makes no sense")
  func failover() async throws {
    let server = try OwnEtcd()
    let (closed, silent) = (ClosedPort(), ClosedPort())
    silent.listenSilently()
    try await withClient([closed.address, silent.address, server.address]) { client in
      let lease: EtcdLease = try await client.postUntilUp(
        "/v3/lease/grant", EtcdLeaseGrant(seconds: 36_000))
      #expect(!lease.id.isEmpty)
    }
    try await withClient([closed.address, silent.address]) { client in
      do {
        let lease: EtcdLease = try await client.post(
          "/v3/lease/grant", EtcdLeaseGrant(seconds: 36_000))
        Issue.record("a lease of nobody: \(lease)")
      } catch let problem as HTTPProblem {
        #expect(problem.description.contains("etcd at \(closed.address): "), "\(problem)")
        #expect(
          problem.description.contains("etcd at \(silent.address): no answer within"), "\(problem)")
      }
    }
  }

  private func withClient(
    _ endpoints: [NetworkAddress], _ body: (Asking) async throws -> Void
  ) async throws {
    let pool = try await Pool(name: "etcd") { core in
      EtcdClient(
        core: core, transport: try NetworkHost.system.makeTransport(core), endpoints: endpoints)
    }
    let result: Result<Void, any Error>
    do { result = .success(try await body(Asking(pool: pool))) } catch { result = .failure(error) }
    await pool.shutdown()
    try result.get()
  }

  /// The client, for asynchronous code.
  struct Asking: Sendable {
    let pool: Pool<EtcdClient>

    func post<Reply: Decodable & Sendable>(
      _ path: String, _ request: some Encodable & Sendable, as type: Reply.Type = Reply.self
    ) async throws -> Reply {
      try await withCheckedThrowingContinuation { continuation in
        let isPosted = pool.post { client in
          client.post(path, request, as: type) { continuation.resume(with: $0) }
        }
        if !isPosted { continuation.resume(throwing: HTTPProblem(description: "closed")) }
      }
    }

    /// Asks again while etcd is starting.
    func postUntilUp<Reply: Decodable & Sendable>(
      _ path: String, _ request: some Encodable & Sendable
    ) async throws -> Reply {
      while true {
        do { return try await post(path, request) } catch is HTTPProblem {
          try await Task.sleep(for: .milliseconds(50))
        }
      }
    }
  }
}
