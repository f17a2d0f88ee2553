import Glibc
import RulesNetwork
import RulesRuntime

/// Connections through a `MemoryNetwork`, for one core.
public final class MemoryTransport: Transport {
  private let network: MemoryNetwork
  private let core: PoolCore
  private let host: String

  init(network: MemoryNetwork, core: PoolCore, host: String) {
    self.network = network
    self.core = core
    self.host = host
  }

  public func listen(
    at address: NetworkAddress, accept: @escaping (any TransportConnection) -> Void
  ) throws(SystemError) -> any TransportListener {
    var address = address
    if address.port == 0 { address.port = network.freePort(of: address.host) }
    let listener = MemoryListener(
      address: address, network: network, core: core, accept: accept)
    try network.add(listener)
    return listener
  }

  public func connect(
    to address: NetworkAddress
  ) throws(SystemError) -> any TransportConnection {
    let client = MemoryConnection(peer: address.description, core: core, isOpen: false)
    let listener = network.listener(at: address)
    let there = network.lane(
      from: host, to: address.host, service: address, sender: client, receiver: nil,
      receiverCore: listener?.core ?? core)
    client.outgoing = there
    there.sendSignal { [end = client.end, weak listener, network] in
      guard let client = end.connection, listener?.accept(client, from: there) != true else {
        return
      }
      network.refuse(client, from: there.link)
    }
    return client
  }
}
