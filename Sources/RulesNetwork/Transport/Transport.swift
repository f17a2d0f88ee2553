/// Ordered byte streams between processes, so that RPCs run over TCP (`TCPTransport`) or over a
/// simulated network. Nothing blocks; every closure runs on the pool's thread, never inside the call
/// that asked for it.
public protocol Transport: AnyObject {
  /// Accepts connections at `address` (port 0: any free port) until the listener is closed.
  /// - Throws: a `SystemError` such as `EADDRINUSE`.
  func listen(
    at address: NetworkAddress, accept: @escaping (any TransportConnection) -> Void
  ) throws(SystemError) -> any TransportListener

  /// Begins to connect. `opened` or `failed` follows.
  /// - Throws: when it fails at once, so that nothing follows.
  func connect(to address: NetworkAddress) throws(SystemError) -> any TransportConnection
}

/// A place where connections are accepted. Whoever got it owns it: it is closed when it is released.
public protocol TransportListener: AnyObject {
  /// Where it listens really, also when it was asked for port 0.
  var address: NetworkAddress { get }
  /// Accepts no more; accepted connections stay. Idempotent.
  func close()
}

/// One end of a byte stream. Whoever got it owns it: it is closed when it is released.
public protocol TransportConnection: AnyObject {
  /// The other end's address, for log lines.
  var peer: String { get }
  /// Set by the owner before anything is wanted. Not called after `close`.
  var onEvent: ((TransportEvent) -> Void)? { get set }
  /// Whether `readable` is delivered; false at first.
  var wantsToReceive: Bool { get set }
  /// Whether `writable` is delivered; false at first.
  var wantsToSend: Bool { get set }
  /// Receives at least one byte into `buffer`, which is not empty.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult
  /// Sends the pieces (at most 64) in order, as much of them as fits at once; copies none that it
  /// keeps. Never ends with `ended`.
  func send(_ pieces: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult
  /// Drops what has not left yet as the system likes. Idempotent.
  func close()
}

/// News of a connection.
public enum TransportEvent {
  /// Connecting succeeded. An accepted connection is open from the start and does not say so.
  case opened
  /// There is something to receive. Comes again until it is received.
  case readable
  /// There is room to send. Comes again until it is used or not wanted.
  case writable
  /// Connecting failed or the connection is broken. The owner closes it; nothing else comes.
  case failed(SystemError)
}

/// How a transfer ended.
public enum TransferResult {
  /// So many bytes, more than zero.
  case bytes(Int)
  /// Nothing now; an event says when.
  case wouldBlock
  /// The other end closed in good order and everything it sent has been received.
  case ended
  case failed(SystemError)
}
