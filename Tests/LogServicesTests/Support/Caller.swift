import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

/// Somebody who calls the servers over real sockets.
final class Caller: Sendable {
  private final class State {
    let core: PoolCore
    let client: RPCClient

    init(core: PoolCore) throws {
      self.core = core
      let poller = try EpollPoller()
      core.poller = poller
      client = RPCClient(core: core, transport: TCPTransport(core: core, poller: poller))
    }

    /// Whoever is not answered for ten minutes will not be: the test shall fail, not hang.
    func start(
      _ server: ServerKey, opcode: UInt16, _ body: [UInt8], done: @escaping (RPCOutcome) -> Void
    ) {
      var patience: PoolTimer?
      let rpc = client.start(server, opcode: opcode, head: body) { rpc in
        patience?.cancel()
        done(rpc.outcome ?? .failed(.notAccepted("no outcome")))
      }
      patience = core.schedule(after: .seconds(600)) {
        guard !rpc.isReady else { return }
        rpc.cancel()
        done(.failed(.notAccepted("no answer")))
      }
    }
  }

  private let pool: Pool<State>

  init() async throws {
    pool = try await Pool(name: "caller") { core in try State(core: core) }
  }

  func close() async {
    pool.post { $0.client.close() }
    await pool.shutdown()
  }

  func call(
    _ server: ServerKey, opcode: UInt16, _ body: [UInt8]
  ) async -> RPCOutcome {
    await withCheckedContinuation { continuation in
      let isPosted = pool.post { state in
        state.start(server, opcode: opcode, body) { continuation.resume(returning: $0) }
      }
      if !isPosted { continuation.resume(returning: .failed(.clientClosed)) }
    }
  }

  /// Two calls that leave together, in this order.
  func callTogether(
    _ server: NetworkAddress, _ first: (operation: LogOperation, body: [UInt8]),
    _ second: (operation: LogOperation, body: [UInt8])
  ) async -> (RPCOutcome, RPCOutcome) {
    await withCheckedContinuation { continuation in
      let isPosted = pool.post { state in
        var outcomes: [Int: RPCOutcome] = [:]
        for (index, call) in [first, second].enumerated() {
          state.start(.address(server), opcode: call.operation.rawValue, call.body) { outcome in
            outcomes[index] = outcome
            guard let first = outcomes[0], let second = outcomes[1] else { return }
            continuation.resume(returning: (first, second))
          }
        }
      }
      if !isPosted {
        continuation.resume(returning: (.failed(.clientClosed), .failed(.clientClosed)))
      }
    }
  }

  func call(
    _ address: NetworkAddress, _ operation: LogOperation, _ body: [UInt8]
  ) async -> RPCOutcome {
    await call(.address(address), opcode: operation.rawValue, body)
  }

  func add(_ server: ServerID, at address: NetworkAddress) {
    pool.post { $0.client.add(.server(server), at: address) }
  }

  /// The reply to a call that is expected to succeed.
  func ask<Reply: WireMessage>(
    _ address: NetworkAddress, _ operation: LogOperation, _ message: some WireMessage,
    _ reply: Reply.Type = Reply.self
  ) async throws -> Reply {
    let outcome = await call(address, operation, message.encoded)
    guard case .ok(let body) = outcome else { throw Unexpected(outcome: outcome) }
    return try Reply(decoding: body)
  }

  struct Unexpected: Error { var outcome: RPCOutcome }

  /// The membership once it fulfils a condition. Waits by long polls, as everybody does.
  func membership(
    at coordinator: NetworkAddress, until isFine: (Membership) -> Bool
  ) async throws -> Membership {
    var membership: Membership = try await ask(coordinator, .watch, Watch(after: 0))
    while !isFine(membership) {
      membership = try await ask(coordinator, .watch, Watch(after: membership.version))
    }
    return membership
  }
}

extension RPCOutcome {
  var refusal: LogRefusal? {
    guard case .refused(.application(let code, _)) = self else { return nil }
    return LogRefusal(rawValue: code)
  }

  var body: [UInt8]? {
    guard case .ok(let body) = self else { return nil }
    return body
  }
}

let anyPort = NetworkAddress(host: "127.0.0.1", port: 0)
