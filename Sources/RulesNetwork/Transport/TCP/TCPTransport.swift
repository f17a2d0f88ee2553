internal import Glibc
public import RulesRuntime

/// TCP over IPv4 and IPv6.
///
/// Host names are looked up by the system's resolver, which may block the pool; numeric addresses
/// and `localhost` do not leave the machine. A name with addresses of both kinds stands for its first
/// IPv4 one. Peers are not authenticated and nothing is encrypted, so it listens at loopback addresses
/// only, unless its owner allows more.
public final class TCPTransport: Transport {
  private let core: PoolCore
  private let poller: EpollPoller
  private let allowsRemotePeers: Bool

  /// `poller` must be (or become) the poller of `core`; that is left to the caller.
  /// - Parameter allowsRemotePeers: listening at addresses that other machines can reach is allowed:
  ///   the network is trusted.
  public init(core: PoolCore, poller: EpollPoller, allowsRemotePeers: Bool = false) {
    self.core = core
    self.poller = poller
    self.allowsRemotePeers = allowsRemotePeers
  }

  public func listen(
    at address: NetworkAddress, accept: @escaping (any TransportConnection) -> Void
  ) throws(SystemError) -> any TransportListener {
    let place = try SocketAddress(resolving: address)
    guard place.isLoopback || allowsRemotePeers else {
      throw SystemError(
        call: "bind \(address): not a loopback address, and peers are not authenticated", errno: 0)
    }
    return try TCPListener(
      core: core, poller: poller, address: address, place: place, accept: accept)
  }

  public func connect(
    to address: NetworkAddress
  ) throws(SystemError) -> any TransportConnection {
    let call = "connect \(address)"
    let place = try SocketAddress(resolving: address)
    let socket = try TCPSocket(for: place, kernel: poller.kernel, call: call)
    try socket.configure(call: call)
    try socket.connect(to: place, call: call)
    return try TCPConnection(
      socket: socket, peer: address.description, poller: poller, isOpen: false)
  }
}
