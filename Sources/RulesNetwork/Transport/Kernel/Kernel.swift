internal import CLinux
internal import Glibc

/// Every system call that the poller and TCP make, one function for each, so that a test can stand in
/// between and have any of them fail.
///
/// A function makes its call once and judges nothing: results below zero are negated errnos, EINTR
/// among them. Whoever calls says what an interrupted call means. Any thread may call.
protocol Kernel: AnyObject, Sendable {
  // MARK: Readiness

  func createQueue() -> Int32
  /// `events`: CLINUX_READ, CLINUX_WRITE; level-triggered. `token` comes back with each event.
  func addToQueue(_ queue: Int32, _ descriptor: Int32, events: UInt32, token: UInt64) -> Int32
  func changeInQueue(_ queue: Int32, _ descriptor: Int32, events: UInt32, token: UInt64) -> Int32
  func removeFromQueue(_ queue: Int32, _ descriptor: Int32) -> Int32
  /// The number of events that are filled in, after at most `milliseconds` (-1: without limit).
  func waitForEvents(
    _ queue: Int32, _ events: UnsafeMutableBufferPointer<clinux_event>, milliseconds: Int32
  ) -> Int32
  /// The same with a finer limit. -ENOSYS where the system has none.
  func waitForEvents(
    _ queue: Int32, _ events: UnsafeMutableBufferPointer<clinux_event>, nanoseconds: Int64
  ) -> Int32

  // MARK: Wakers

  /// A descriptor that is readable from a signal to the next drain.
  func createSignal() -> Int32
  func raiseSignal(_ descriptor: Int32) -> Int32
  func drainSignal(_ descriptor: Int32) -> Int32

  // MARK: Sockets

  /// A TCP socket that does not block.
  func createSocket(isIPv6: Bool) -> Int32
  func setOption(_ descriptor: Int32, _ option: SocketOption, to value: Int32) -> Int32
  func bind(_ descriptor: Int32, to address: SocketAddress) -> Int32
  func listen(_ descriptor: Int32, backlog: Int32) -> Int32
  /// 0: connected at once; -EINPROGRESS: writable when it has ended, either way.
  func connect(_ descriptor: Int32, to address: SocketAddress) -> Int32
  /// The descriptor of the new connection.
  func accept(_ descriptor: Int32, from peer: inout SocketAddress) -> Int32
  func localAddress(of descriptor: Int32, _ address: inout SocketAddress) -> Int32
  func peerAddress(of descriptor: Int32, _ address: inout SocketAddress) -> Int32
  /// Takes the pending error: 0 or a positive errno.
  func pendingError(of descriptor: Int32) -> Int32
  /// The number of bytes that were taken.
  func send(_ descriptor: Int32, _ pieces: UnsafeBufferPointer<iovec>) -> Int
  /// The number of bytes that came, 0 at the end.
  func receive(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int

  /// The descriptor is free again whatever the result says: it must not be closed twice.
  @discardableResult
  func close(_ descriptor: Int32) -> Int32
}

/// What is set on sockets. The raw values are those of CLinux.
enum SocketOption: Int32 {
  /// A restarted server takes its port back although old connections linger in TIME_WAIT.
  case reuseAddress = 0
  case ipv6Only = 1
  /// Small segments leave at once.
  case noDelay = 2
  case keepAlive = 3
  case keepIdleSeconds = 4
  case keepIntervalSeconds = 5
  case keepCount = 6
  /// How long sent data may stay unacknowledged, or the peer's window closed.
  case userTimeoutMilliseconds = 7
}
