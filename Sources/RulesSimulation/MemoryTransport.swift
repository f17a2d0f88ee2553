import Glibc
import RulesNetwork
import RulesRuntime

/// Connections through a `MemoryNetwork`, for one core.
public final class MemoryTransport: Transport {
  private let network: MemoryNetwork
  private let core: PoolCore

  init(network: MemoryNetwork, core: PoolCore) {
    self.network = network
    self.core = core
  }

  public func listen(
    at address: NetworkAddress, accept: @escaping (any TransportConnection) -> Void
  ) throws(SystemError) -> any TransportListener {
    var address = address
    if address.port == 0 { address.port = network.freePort(of: address.host) }
    let listener = MemoryListener(
      address: address, network: network, core: core, accept: accept)
    try network.add(listener, at: address)
    return listener
  }

  public func connect(
    to address: NetworkAddress
  ) throws(SystemError) -> any TransportConnection {
    let client = MemoryConnection(
      peer: address.description, network: network, core: core, isOpen: false)
    let refused = SystemError(call: "connect \(address)", errno: ECONNREFUSED)
    guard let listener = network.listener(at: address) else {
      core.schedule(after: network.nextDelay()) { [weak client] in client?.fail(refused) }
      return client
    }
    listener.core.schedule(after: network.nextDelay()) { [weak client, weak listener, network] in
      guard let client else { return }
      let server = listener?.accept(client)
      client.core.schedule(after: network.nextDelay()) { [weak client] in
        if server == nil { client?.fail(refused) } else { client?.open() }
      }
    }
    return client
  }
}
