internal import CLinux
internal import Glibc
internal import RulesRuntime

/// A listening TCP socket.
final class TCPListener: TransportListener {
  let address: NetworkAddress
  private let core: PoolCore
  private let poller: EpollPoller
  private let accept: (any TransportConnection) -> Void
  private var socket: TCPSocket?
  private var watch: EpollPoller.Watch?
  private var pause: PoolTimer?

  /// As many connections a wake-up, so that many clients do not hold up the connected ones.
  private static let batch = 64
  /// The kernel's queue of connections not yet accepted.
  private static let backlog: Int32 = 1024
  /// Without descriptors an accept fails until one is closed. Nothing reports that; so we look again.
  private static let pauseWithoutDescriptors = Duration.milliseconds(100)

  init(
    core: PoolCore, poller: EpollPoller, address: NetworkAddress, ip: IPv4Address,
    accept: @escaping (any TransportConnection) -> Void
  ) throws(SystemError) {
    let call = "bind \(address)"
    let socket = try TCPSocket(call: call)
    var result = clinux_tcp_listen(socket.number, ip.bits, address.port, Self.backlog)
    guard result >= 0 else { throw SystemError(call: call, errno: -result) }
    var bound = ip
    var port: UInt16 = 0
    result = clinux_tcp_local_address(socket.number, &bound.bits, &port)
    guard result >= 0 else { throw SystemError(call: call, errno: -result) }

    self.address = NetworkAddress(host: address.host, port: port)
    self.core = core
    self.poller = poller
    self.accept = accept
    self.socket = socket
    watch = try poller.watch(socket.number, for: .read) { [weak self] _ in self?.acceptBatch() }
  }

  deinit { close() }

  func close() {
    pause?.cancel()
    pause = nil
    if let watch { poller.end(watch) }
    watch = nil
    socket = nil
  }

  private func acceptBatch() {
    for _ in 0..<Self.batch {
      guard let socket else { return }
      var peer = IPv4Address(bits: 0)
      var port: UInt16 = 0
      let result = clinux_tcp_accept(socket.number, &peer.bits, &port)
      switch result {
      case 0...: adopt(TCPSocket(owning: result), peer: "\(peer):\(port)")
      case -EAGAIN: return
      case -EMFILE, -ENFILE, -ENOBUFS, -ENOMEM: return pauseAccepting(errno: -result)
      default:
        // The connection broke before it was accepted; the next one may be fine.
        core.log.log(.debug, "\(SystemError(call: "accept at \(address)", errno: -result))")
      }
    }
  }

  private func adopt(_ socket: TCPSocket, peer: String) {
    do {
      accept(try TCPConnection(socket: socket, peer: peer, poller: poller, isOpen: true))
    } catch {
      core.log.log(.warning, "\(error)")
    }
  }

  private func pauseAccepting(errno: Int32) {
    core.log.log(
      .warning, "\(SystemError(call: "accept at \(address)", errno: errno)); accepting pauses")
    if let watch { poller.change(watch, to: []) }
    pause = core.schedule(after: Self.pauseWithoutDescriptors) { [weak self] in
      guard let self, let watch else { return }
      poller.change(watch, to: .read)
    }
  }
}
