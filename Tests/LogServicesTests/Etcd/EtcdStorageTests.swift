import Dispatch
import Foundation
import FoundationNetworking
import RulesNetwork
import RulesRuntime
import TestSupport
import Testing

@testable import LogServices

@Suite("A cluster's state in etcd", .enabled(if: EtcdServer.isExpected), .timeLimit(.minutes(20)))
struct EtcdStorageTests {
  @Test("belongs to one coordinator at a time, and passes on when that one gives it up")
  func passesOn() async throws {
    let server = try OwnEtcd()
    let first = try await Candidate(server)
    #expect(await first.lead() == nil)
    try await first.save([1])
    try await first.save([2])
    let second = try await Candidate(server)
    async let state = second.lead()
    // It asks, and finds it taken.
    var seat: Seat? = .unseen
    while seat == .unseen {
      try await Task.sleep(for: .milliseconds(20))
      seat = try await second.pool.read { $0.seat }
    }
    #expect(seat == .taken)
    try await first.save([3])
    await first.end()
    #expect(await state == [3])
    try await second.save([4])
    await second.end()
    let third = try await Candidate(server)
    #expect(await third.lead() == [4])
    await third.end()
  }

  @Test("passes on when its leader is stopped, and what that one saves later is refused")
  func stopped() async throws {
    let server = try OwnEtcd()
    let first = try await Candidate(server)
    #expect(await first.lead() == nil)
    try await first.save([1])
    let second = try await Candidate(server)
    // As if the process had been stopped: its lease is not renewed, its timers do not fire.
    let (stopped, goOn) = (Promise<Void>(), Promise<Void>())
    let block = Task.detached {
      first.pool.post { _ in
        stopped.fulfil(())
        // A pool's thread may block here for once.
        let woken = DispatchSemaphore(value: 0)
        Task.detached {
          await goOn.value
          woken.signal()
        }
        woken.wait()
      }
    }
    await stopped.value
    #expect(await second.lead() == [1])
    try await second.save([2])
    first.pool.post { storage in
      storage.save([9]) { result in
        if case .success = result { Issue.record("it was saved, or said so") }
      }
    }
    goOn.fulfil(())
    _ = await block.value
    #expect(await first.ending.value.contains("lease"))
    try await second.save([3])
    await second.end()
    await first.end()
    let third = try await Candidate(server)
    #expect(await third.lead() == [3])
    await third.end()
  }

  @Test("is given up when etcd does not answer for as long as a lease lives")
  func silent() async throws {
    let server = try OwnEtcd()
    let leader = try await Candidate(server)
    #expect(await leader.lead() == nil)
    server.suspend()
    #expect(await leader.ending.value.contains("the lease was not renewed in time"))
    server.resume()
    await leader.end()
  }

  @Test("is not replaced by a save that etcd hears late, and later saves go on")
  func lateSave() async throws {
    let server = try OwnEtcd()
    let leader = try await Candidate(server)
    #expect(await leader.lead() == nil)
    try await leader.save([1])
    // As if etcd had been asked for this one before, and its answer had been lost.
    try await leader.put([2])
    try await leader.save([3])
    #expect(leader.lines.contains("etcd heard an earlier save late"))
    try await leader.save([4])
    await leader.end()
    let next = try await Candidate(server)
    #expect(await next.lead() == [4])
    await next.end()
  }

  @Test("has a bounded size")
  func tooLarge() async throws {
    let server = try OwnEtcd()
    let leader = try await Candidate(server)
    #expect(await leader.lead() == nil)
    await #expect(throws: StorageProblem.self) {
      try await leader.save([UInt8](repeating: 0, count: EtcdStorage.stateLimit + 1))
    }
    try await leader.save([UInt8](repeating: 7, count: EtcdStorage.stateLimit))
    await leader.end()
    let next = try await Candidate(server)
    #expect(await next.lead()?.count == EtcdStorage.stateLimit)
    await next.end()
  }
}

/// A coordinator's storage on a pool of its own, for asynchronous code.
private struct Candidate: Sendable {
  let pool: Pool<EtcdStorage>
  private let state = Promise<[UInt8]?>()
  let ending = Promise<String>()
  let lines = LogLines()
  private let address: NetworkAddress

  /// - Parameter leaseTime: in seconds; long enough for a thread that has to wait for its turn.
  init(_ server: OwnEtcd, leaseTime: Int = 10) async throws {
    address = server.address
    let (state, ending, address) = (state, ending, server.address)
    pool = try await Pool(name: "candidate", log: lines.log) { core in
      let storage = EtcdStorage(
        core: core, transport: try NetworkHost.system.makeTransport(core), endpoints: [address],
        cluster: "test", name: "candidate", leaseTime: leaseTime)
      storage.begin(
        standsBy: { _ in }, leads: { state.fulfil($0) }, ended: { ending.fulfil($0) })
      return storage
    }
  }

  func lead() async -> [UInt8]? { await state.value }

  func save(_ content: [UInt8]) async throws {
    try await withCheckedThrowingContinuation { continuation in
      pool.post { $0.save(content) { continuation.resume(with: $0) } }
    }
  }

  /// Changes the state in etcd without the leader's knowledge.
  func put(_ content: [UInt8]) async throws {
    let put = EtcdTransaction(compare: [], success: [.put("swift-rules/test/state", content)])
    let url = try #require(URL(string: "http://\(address)/v3/kv/txn"))
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.httpBody = try JSONEncoder().encode(put)
    let (_, response) = try await URLSession.shared.data(for: request)
    try #require((response as? HTTPURLResponse)?.statusCode == 200)
  }

  func end() async {
    let closed = Promise<Void>()
    if pool.post({ $0.close { closed.fulfil(()) } }) { await closed.value }
    await pool.shutdown()
  }
}
