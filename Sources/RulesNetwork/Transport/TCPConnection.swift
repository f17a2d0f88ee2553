internal import CLinux
internal import Glibc

/// One TCP connection, connecting or open.
final class TCPConnection: TransportConnection {
  let peer: String
  var onEvent: ((TransportEvent) -> Void)?
  private let poller: EpollPoller
  private var socket: TCPSocket?
  private var watch: EpollPoller.Watch?
  private var isOpen: Bool
  private var wanted: EpollPoller.Events

  /// At most so many pieces go into one system call.
  private static let maximumPieces = 64

  init(
    socket: TCPSocket, peer: String, poller: EpollPoller, isOpen: Bool
  ) throws(SystemError) {
    let result = clinux_tcp_configure(socket.number)
    guard result >= 0 else { throw SystemError(call: "configure \(peer)", errno: -result) }
    self.socket = socket
    self.peer = peer
    self.poller = poller
    self.isOpen = isOpen
    wanted = []
    // A socket that connects becomes writable when it has ended, either way.
    watch = try poller.watch(socket.number, for: isOpen ? [] : .write) { [weak self] events in
      self?.handle(events)
    }
  }

  deinit { close() }

  var wantsToReceive: Bool {
    get { wanted.contains(.read) }
    set { want(newValue ? wanted.union(.read) : wanted.subtracting(.read)) }
  }

  var wantsToSend: Bool {
    get { wanted.contains(.write) }
    set { want(newValue ? wanted.union(.write) : wanted.subtracting(.write)) }
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    guard let socket else { return .failed(closedHere) }
    let count = clinux_receive(socket.number, buffer.baseAddress, buffer.count)
    return count == 0 ? .ended : result(count, call: "receive from")
  }

  func send(_ pieces: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult {
    guard let socket else { return .failed(closedHere) }
    let count = min(pieces.count, Self.maximumPieces)
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vector in
      for index in 0..<count {
        vector.initializeElement(
          at: index,
          to: iovec(
            // The kernel only reads through it.
            iov_base: UnsafeMutableRawPointer(mutating: pieces[index].baseAddress),
            iov_len: pieces[index].count))
      }
      return result(
        clinux_send(socket.number, vector.baseAddress, Int32(count)), call: "send to")
    }
  }

  func close() {
    if let watch { poller.end(watch) }
    watch = nil
    socket = nil
    onEvent = nil
  }

  private var closedHere: SystemError { SystemError(call: "use of \(peer)", errno: EBADF) }

  private func result(_ count: Int, call: String) -> TransferResult {
    switch count {
    case 0...: .bytes(count)
    case -Int(EAGAIN): .wouldBlock
    default: .failed(SystemError(call: "\(call) \(peer)", errno: Int32(-count)))
    }
  }

  private func want(_ events: EpollPoller.Events) {
    guard events != wanted else { return }
    wanted = events
    if isOpen, let watch { poller.change(watch, to: events) }
  }

  private func handle(_ events: EpollPoller.Events) {
    guard isOpen else { return finishConnecting() }
    // Receiving or sending finds out what is wrong; only who wants neither has to be told.
    if events.contains(.hangup), wanted.isEmpty {
      onEvent?(.failed(pendingError(otherwise: ECONNRESET)))
      return
    }
    if !events.isDisjoint(with: [.read, .hangup]), wantsToReceive { onEvent?(.readable) }
    if !events.isDisjoint(with: [.write, .hangup]), wantsToSend { onEvent?(.writable) }
  }

  private func finishConnecting() {
    guard let socket, let watch else { return }
    let error = clinux_socket_error(socket.number)
    if error != 0 || isConnectedToItself(socket) {
      onEvent?(
        .failed(SystemError(call: "connect \(peer)", errno: error == 0 ? ECONNREFUSED : error)))
      return
    }
    isOpen = true
    poller.change(watch, to: wanted)
    onEvent?(.opened)
  }

  /// Nobody listens at a port of the ephemeral range, and the kernel gave this socket that very port:
  /// TCP's simultaneous open then connects it to itself, and would keep the port from the server.
  private func isConnectedToItself(_ socket: TCPSocket) -> Bool {
    var local = IPv4Address(bits: 0)
    var remote = IPv4Address(bits: 0)
    var localPort: UInt16 = 0
    var remotePort: UInt16 = 0
    return clinux_tcp_local_address(socket.number, &local.bits, &localPort) >= 0
      && clinux_tcp_peer_address(socket.number, &remote.bits, &remotePort) >= 0
      && local.bits == remote.bits && localPort == remotePort
  }

  private func pendingError(otherwise: Int32) -> SystemError {
    let error = socket.map { clinux_socket_error($0.number) } ?? 0
    return SystemError(call: "connection to \(peer)", errno: error == 0 ? otherwise : error)
  }
}
