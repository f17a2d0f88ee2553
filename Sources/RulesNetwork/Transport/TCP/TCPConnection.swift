internal import CLinux
internal import Glibc

/// One TCP connection, connecting or open.
///
/// Errors of the kernel's memory (`ENOBUFS`, `ENOMEM`) end it like errors of the network do: its owner
/// connects again later. An interrupted transfer moved nothing and is reported as `wouldBlock`; the
/// poller tells again that it is possible.
final class TCPConnection: TransportConnection {
  let peer: String
  var onEvent: ((TransportEvent) -> Void)?
  private let poller: EpollPoller
  private var socket: TCPSocket?
  private var watch: EpollPoller.Watch?
  private var isOpen: Bool
  private var wanted: EpollPoller.Events = []

  /// At most so many pieces go into one system call.
  private static let maximumPieces = 64

  init(
    socket: TCPSocket, peer: String, poller: EpollPoller, isOpen: Bool
  ) throws(SystemError) {
    self.socket = socket
    self.peer = peer
    self.poller = poller
    self.isOpen = isOpen
    // A socket that connects becomes writable when it has ended, either way. An accepted one is
    // nearly always wanted for receiving at once; the kernel is told otherwise only if it is not.
    let first: EpollPoller.Events = isOpen ? .read : .write
    do throws(SystemError) {
      let watch = try poller.watch(socket.number, for: first) { [weak self] events in
        self?.handle(events)
      }
      self.watch = watch
      if isOpen { poller.change(watch, to: []) }
    } catch {
      throw SystemError(call: "watch \(peer)", errno: error.errno)
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
    let count = socket.kernel.receive(socket.number, into: buffer)
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
        socket.kernel.send(socket.number, UnsafeBufferPointer(vector)), call: "send to")
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
    case -Int(EAGAIN), -Int(EINTR): .wouldBlock
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
    let error = socket.kernel.pendingError(of: socket.number)
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
    var local = SocketAddress()
    var remote = SocketAddress()
    return socket.kernel.localAddress(of: socket.number, &local) >= 0
      && socket.kernel.peerAddress(of: socket.number, &remote) >= 0
      && local == remote
  }

  private func pendingError(otherwise: Int32) -> SystemError {
    let error = socket.map { $0.kernel.pendingError(of: $0.number) } ?? 0
    return SystemError(call: "connection to \(peer)", errno: error == 0 ? otherwise : error)
  }
}
