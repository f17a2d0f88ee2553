import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Pings members and reports those that failed. Belongs to its pool's thread.
final class FailureDetector {
  private let core: PoolCore
  private let client: RPCClient
  private let pingInterval: Duration
  private let suspectAfter: Duration
  private let failed: (ServerID, String) -> Void
  private var members: [ServerID: Suspicion] = [:]
  private var lastTick: PoolInstant
  private var isClosed = false

  /// - Parameter failed: called for a failed member, again at each interval until `forget`.
  init(
    core: PoolCore, client: RPCClient, pingInterval: Duration, suspectAfter: Duration,
    failed: @escaping (ServerID, String) -> Void
  ) {
    self.core = core
    self.client = client
    self.pingInterval = max(pingInterval, .milliseconds(1))
    self.suspectAfter = suspectAfter
    self.failed = failed
    lastTick = core.now
    client.onUnreachable = { [weak self] key, reason in
      guard case .server(let server) = key else { return }
      self?.note(server, isRefusal(reason) ? .refused(reason) : .disconnected(reason))
    }
    scheduleTick()
  }

  func close() {
    isClosed = true
    members = [:]
    client.close()
  }

  func watch(_ server: ServerID, at address: NetworkAddress) {
    members[server] = Suspicion()
    client.add(.server(server), at: address)
    ping(server)
  }

  func forget(_ server: ServerID) {
    // First, so that the ping that ends now is nobody's.
    members[server] = nil
    client.remove(.server(server))
  }

  private func ping(_ server: ServerID) {
    guard members[server] != nil else { return }
    client.start(.server(server), opcode: LogOperation.ping.rawValue, head: []) { [weak self] rpc in
      self?.pingEnded(server, rpc.outcome)
    }
  }

  private func pingEnded(_ server: ServerID, _ outcome: RPCOutcome?) {
    switch outcome {
    case .ok, .refused, .callerNotMember: note(server, .answered)
    case .targetLeft: return note(server, .replaced)
    case .failed(let failure): note(server, .disconnected("\(failure)"))
    case nil: break
    }
    core.schedule(after: pingInterval) { [weak self] in self?.ping(server) }
  }

  private func note(_ server: ServerID, _ news: Suspicion.News) {
    guard members[server]?.verdict == nil else { return }
    members[server]?.note(news, limit: suspectAfter, step: pingInterval * 2)
    if let reason = members[server]?.verdict { failed(server, reason) }
  }

  private func scheduleTick() {
    core.schedule(after: pingInterval) { [weak self] in
      guard let self, !isClosed else { return }
      tick()
      scheduleTick()
    }
  }

  private func tick() {
    let now = core.now
    defer { lastTick = now }
    for (server, suspicion) in members.sorted(by: { $0.key < $1.key }) {
      if let reason = suspicion.verdict {
        failed(server, reason)
      } else {
        note(server, .nothing(now - lastTick))
      }
    }
  }
}

/// Whether a failure to connect was a refusal. The client reports reasons as text, in the system's
/// words.
private func isRefusal(_ reason: String) -> Bool {
  reason.hasSuffix(SystemError(call: "", errno: ECONNREFUSED).description)
}
