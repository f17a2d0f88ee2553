import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import replog

/// What replog status makes of a coordinator's answers, one after the other.
@Suite struct ClusterInspectorTests {
  /// A coordinator of a cluster without backups, whose log is trimmed while somebody asks.
  private final class ScriptedCoordinator {
    let server: RPCServer

    /// - Parameter firsts: where the log begins, for each time that it is asked for; then the last.
    init(_ core: PoolCore, firsts: [UInt64]) throws {
      let poller = try EpollPoller()
      core.poller = poller
      var firsts = firsts
      server = try RPCServer(
        core: core, transport: TCPTransport(core: core, poller: poller),
        address: NetworkAddress(host: "127.0.0.1", port: 0)
      ) { request in
        guard request.opcode != LogOperation.watch.rawValue else {
          return request.reply(Membership(cluster: 1, version: 1, backups: []).encoded)
        }
        let first = firsts.count > 1 ? firsts.removeFirst() : firsts[0]
        // Its newest segment is newer each time, too.
        let ownership = LogOwnership(
          log: 1, epoch: 1, mark: LogMark(epoch: 1, segment: first + 2, version: 1), first: first)
        request.reply(
          request.opcode == LogOperation.nameLog.rawValue
            ? ownership.encoded
            : LogList(logs: [NamedLog(name: "main", ownership: ownership)], hasMore: false).encoded)
      }
    }
  }

  private func missing(firsts: [UInt64], log: String?) async throws -> [UInt64] {
    let pool = try await Pool(name: "coordinator") { try ScriptedCoordinator($0, firsts: firsts) }
    let address = try await pool.read { $0.server.address }
    let picture: ClusterPicture = try await ClusterInspector.answer(
      from: [address], patience: .seconds(120)
    ) { $0.inspect(log: log, completion: $1) }
    await pool.shutdown()
    return picture.segments.filter(\.isMissing).map(\.id)
  }

  @Test("What was trimmed while servers were asked is not missing", arguments: [nil, "main"])
  func trimmed(log: String?) async throws {
    #expect(try await missing(firsts: [1, 4], log: log).isEmpty)
    #expect(try await missing(firsts: [1, 3], log: log) == [3])
    #expect(try await missing(firsts: [1], log: log) == [1, 2, 3])
  }
}
