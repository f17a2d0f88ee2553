#if os(Linux)
  internal import CLinux
  internal import Glibc

  /// The kernel of this machine.
  final class SystemKernel: Kernel {
    init() {}

    func createQueue() -> Int32 { clinux_epoll_create() }

    func addToQueue(
      _ queue: Int32, _ descriptor: Int32, events: UInt32, token: UInt64
    ) -> Int32 {
      clinux_epoll_add(queue, descriptor, events, token)
    }

    func changeInQueue(
      _ queue: Int32, _ descriptor: Int32, events: UInt32, token: UInt64
    ) -> Int32 {
      clinux_epoll_change(queue, descriptor, events, token)
    }

    func removeFromQueue(_ queue: Int32, _ descriptor: Int32) -> Int32 {
      clinux_epoll_remove(queue, descriptor)
    }

    func waitForEvents(
      _ queue: Int32, _ events: UnsafeMutableBufferPointer<clinux_event>, milliseconds: Int32
    ) -> Int32 {
      clinux_epoll_wait(queue, events.baseAddress, Int32(events.count), milliseconds)
    }

    func waitForEvents(
      _ queue: Int32, _ events: UnsafeMutableBufferPointer<clinux_event>, nanoseconds: Int64
    ) -> Int32 {
      clinux_epoll_wait_fine(queue, events.baseAddress, Int32(events.count), nanoseconds)
    }

    func createSignal() -> Int32 { clinux_eventfd_create() }
    func raiseSignal(_ descriptor: Int32) -> Int32 { clinux_eventfd_signal(descriptor) }
    func drainSignal(_ descriptor: Int32) -> Int32 { clinux_eventfd_drain(descriptor) }

    func createSocket(isIPv6: Bool) -> Int32 { clinux_tcp_socket(isIPv6 ? 1 : 0) }

    func setOption(_ descriptor: Int32, _ option: SocketOption, to value: Int32) -> Int32 {
      clinux_socket_set(descriptor, option.rawValue, value)
    }

    func bind(_ descriptor: Int32, to address: SocketAddress) -> Int32 {
      withUnsafePointer(to: address.raw) { clinux_socket_bind(descriptor, $0) }
    }

    func listen(_ descriptor: Int32, backlog: Int32) -> Int32 {
      clinux_socket_listen(descriptor, backlog)
    }

    func connect(_ descriptor: Int32, to address: SocketAddress) -> Int32 {
      withUnsafePointer(to: address.raw) { clinux_socket_connect(descriptor, $0) }
    }

    func accept(_ descriptor: Int32, from peer: inout SocketAddress) -> Int32 {
      clinux_socket_accept(descriptor, &peer.raw)
    }

    func localAddress(of descriptor: Int32, _ address: inout SocketAddress) -> Int32 {
      clinux_socket_local_address(descriptor, &address.raw)
    }

    func peerAddress(of descriptor: Int32, _ address: inout SocketAddress) -> Int32 {
      clinux_socket_peer_address(descriptor, &address.raw)
    }

    func pendingError(of descriptor: Int32) -> Int32 { clinux_socket_error(descriptor) }

    func send(_ descriptor: Int32, _ pieces: UnsafeBufferPointer<iovec>) -> Int {
      clinux_send(descriptor, pieces.baseAddress, Int32(pieces.count))
    }

    func receive(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
      clinux_receive(descriptor, buffer.baseAddress, buffer.count)
    }

    @discardableResult
    func close(_ descriptor: Int32) -> Int32 { clinux_close(descriptor) }
  }
#endif  // os(Linux)
