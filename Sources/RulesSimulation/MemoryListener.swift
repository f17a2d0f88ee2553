import RulesNetwork
import RulesRuntime

/// A place of a `MemoryNetwork` where connections are accepted.
final class MemoryListener: TransportListener {
  let address: NetworkAddress
  let core: PoolCore
  private let network: MemoryNetwork
  private let acceptConnection: (any TransportConnection) -> Void
  private var accepted: [() -> MemoryConnection?] = []
  private var accepts = true
  private var nextClientPort: UInt32 = 1

  init(
    address: NetworkAddress, network: MemoryNetwork, core: PoolCore,
    accept: @escaping (any TransportConnection) -> Void
  ) {
    self.address = address
    self.network = network
    self.core = core
    acceptConnection = accept
  }

  deinit { close() }

  func close() {
    guard accepts else { return }
    accepts = false
    network.removeListener(at: address)
  }

  /// Makes the other end of a client's connection and hands it to the owner.
  /// - Returns: nil when nobody listens any more.
  func accept(_ client: MemoryConnection) -> MemoryConnection? {
    guard accepts else { return nil }
    let server = MemoryConnection(
      peer: "client \(nextClientPort) of \(address)", network: network, core: core, isOpen: true)
    nextClientPort += 1
    server.link(to: client)
    client.link(to: server)
    accepted.removeAll { $0() == nil }
    accepted.append({ [weak server] in server })
    acceptConnection(server)
    return server
  }

  func resetConnections() {
    for connection in accepted.compactMap({ $0() }) { connection.resetBothEnds() }
    accepted = []
  }
}
