import RulesNetwork
import RulesRuntime

/// A place of a `MemoryNetwork` where connections are accepted.
final class MemoryListener: TransportListener {
  let address: NetworkAddress
  let core: PoolCore
  private let network: MemoryNetwork
  private let acceptConnection: (any TransportConnection) -> Void
  private var accepted: [MemoryConnection.End] = []
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
    network.remove(self)
  }

  /// Makes the other end of a client's connection and hands it to the owner.
  /// - Parameter there: what the client sends.
  /// - Returns: false when nobody listens any more.
  func accept(_ client: MemoryConnection, from there: Lane) -> Bool {
    guard accepts else { return false }
    let server = MemoryConnection(
      peer: "client \(nextClientPort) of \(address)", core: core, isOpen: true)
    nextClientPort += 1
    let back = network.lane(
      from: address.host, to: there.link.from, service: address, sender: server,
      receiver: client, receiverCore: client.core)
    server.outgoing = back
    there.receiver = server
    there.link.counters.connections += 1
    accepted.removeAll { $0.connection == nil }
    accepted.append(server.end)
    // Before anything that the owner may send at once.
    back.sendSignal { [end = client.end] in end.connection?.open() }
    acceptConnection(server)
    return true
  }

  func resetConnections() {
    for connection in accepted.compactMap(\.connection) { connection.outgoing?.breakBothEnds() }
    accepted = []
  }
}
