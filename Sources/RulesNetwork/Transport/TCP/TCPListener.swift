internal import Glibc
internal import RulesRuntime

/// A listening TCP socket.
///
/// Without descriptors it turns away who is waiting, with the help of a spare one, and then pauses.
/// Without memory it pauses only. Both are logged once, until there has been none for a second.
final class TCPListener: TransportListener {
  let address: NetworkAddress
  private let core: PoolCore
  private let poller: EpollPoller
  private let accept: (any TransportConnection) -> Void
  private var socket: TCPSocket?
  private var watch: EpollPoller.Watch?
  private var spare: SpareDescriptor
  private var pause: PoolTimer?
  private var shortage: Shortage?

  /// What has been going on since the process ran out of something.
  private struct Shortage {
    var last: PoolInstant
    var turnedAway = 0
  }

  /// As many connections a wake-up, so that many clients do not hold up the connected ones.
  private static let batch = 64
  /// The kernel's queue of connections not yet accepted.
  private static let backlog: Int32 = 1024
  /// Nothing reports that descriptors or memory are free again; so we look again.
  private static let pauseTime = Duration.milliseconds(100)
  private static let endOfShortage = Duration.seconds(1)

  init(
    core: PoolCore, poller: EpollPoller, address: NetworkAddress, place: SocketAddress,
    accept: @escaping (any TransportConnection) -> Void
  ) throws(SystemError) {
    let call = "bind \(address)"
    let socket = try TCPSocket(for: place, kernel: poller.kernel, call: call)
    let bound = try socket.listen(at: place, backlog: Self.backlog, call: call)
    self.address = NetworkAddress(host: address.host, port: bound.port)
    self.core = core
    self.poller = poller
    self.accept = accept
    self.socket = socket
    spare = SpareDescriptor(kernel: poller.kernel)
    do throws(SystemError) {
      watch = try poller.watch(socket.number, for: .read) { [weak self] _ in self?.acceptBatch() }
    } catch {
      throw SystemError(call: call, errno: error.errno)
    }
  }

  deinit { close() }

  func close() {
    pause?.cancel()
    pause = nil
    if let watch { poller.end(watch) }
    watch = nil
    socket = nil
    spare.release()
  }

  private func acceptBatch() {
    for _ in 0..<Self.batch {
      // The owner may close this listener when it gets a connection.
      guard let socket else { return }
      var peer = SocketAddress()
      let result = poller.kernel.accept(socket.number, from: &peer)
      switch -result {
      case ...0:
        noteEndOfShortage()
        adopt(TCPSocket(owning: result, kernel: poller.kernel), peer: peer)
      case EINTR: continue
      case EAGAIN: return
      case EMFILE, ENFILE:
        noteShortage(errno: -result)
        guard turnAwayOne(socket) else { return pauseAccepting() }
      case ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET,
        ENOPROTOOPT, EOPNOTSUPP, ETIMEDOUT:
        // About this connection, which broke before it was accepted; the next one may be fine.
        core.log.log(.debug, "\(SystemError(call: "accept at \(address)", errno: -result))")
      default:
        // ENOBUFS and ENOMEM; and whatever else it may be, it must not come again at once.
        noteShortage(errno: -result)
        return pauseAccepting()
      }
    }
  }

  private func adopt(_ socket: TCPSocket, peer: SocketAddress) {
    let connection: TCPConnection
    do {
      connection = try TCPConnection(
        socket: socket, peer: peer.description, poller: poller, isOpen: true)
    } catch {
      noteShortage(errno: error.errno)
      shortage?.turnedAway += 1
      return
    }
    accept(connection)
  }

  /// Accepts a client in the place of the spare descriptor, only to close its connection.
  /// - Returns: false when nobody waits any more, or another thread took the place.
  private func turnAwayOne(_ socket: TCPSocket) -> Bool {
    let kernel = poller.kernel
    let wasThere = spare.lend {
      var peer = SocketAddress()
      let result = kernel.accept(socket.number, from: &peer)
      if result >= 0 { kernel.close(result) }
      return result >= 0
    }
    if wasThere { shortage?.turnedAway += 1 }
    return wasThere
  }

  private func pauseAccepting() {
    guard let watch, pause == nil else { return }
    poller.change(watch, to: [])
    pause = core.schedule(after: Self.pauseTime) { [weak self] in
      guard let self, let watch = self.watch else { return }
      pause = nil
      poller.change(watch, to: .read)
    }
  }

  private func noteShortage(errno: Int32) {
    if shortage == nil {
      core.log.log(
        .warning,
        "\(SystemError(call: "accept at \(address)", errno: errno)); new clients are turned away")
      shortage = Shortage(last: core.now)
    }
    shortage?.last = core.now
  }

  private func noteEndOfShortage() {
    guard let shortage, core.now - shortage.last >= Self.endOfShortage else { return }
    self.shortage = nil
    core.log.log(
      .notice, "accepting at \(address) again; \(shortage.turnedAway) clients were turned away")
  }
}
