public import RulesRuntime

/// Answers RPCs. One closure handles them all; it may answer at once or keep the request and answer
/// later (a long poll), on the pool's thread, to which the server belongs.
///
/// What a client does wrong closes that client's connection with one line in the log. A client that
/// asks for more than the limits is not read from until it has been answered.
public final class RPCServer {
  /// Which server this is; a client that addresses another `ServerID` is refused in the handshake.
  /// nil (the default): not enlisted yet; only clients that address it by its address are served,
  /// others try again.
  public var identity: ServerID? {
    didSet {
      guard identity != oldValue else { return }
      for connection in inOrder { connection.close(unless: identity) }
    }
  }
  /// Whether the requests and replies of all clients together leave room for more.
  private(set) var hasRoom = true
  private let core: PoolCore
  private let limits: RPCLimits
  private var handler: ((RPCRequest) -> Void)?
  private var listener: (any TransportListener)?
  /// By number; whatever is done to all is done in that order, so that a simulation repeats itself.
  private var connections: [UInt64: RPCServerConnection] = [:]
  private var nextNumber: UInt64 = 1
  /// Bytes of unanswered requests and unsent replies of all clients.
  private(set) var heldBytes = 0
  private let boundAddress: NetworkAddress
  /// Whether the log has been told that there are too many connections.
  private var isFull = false

  /// Listens at `address` (port 0: any free port).
  /// - Parameter handler: released by `close`.
  /// - Throws: a `SystemError` such as `EADDRINUSE`.
  public init(
    core: PoolCore, transport: any Transport, address: NetworkAddress,
    limits: RPCLimits = RPCLimits(), handler: @escaping (RPCRequest) -> Void
  ) throws(SystemError) {
    self.core = core
    self.limits = limits
    self.handler = handler
    let acceptor = Acceptor()
    let listener = try transport.listen(at: address) { acceptor.server?.accept($0) }
    self.listener = listener
    boundAddress = listener.address
    acceptor.server = self
  }

  /// Lets the transport's closure exist before the server does.
  private final class Acceptor {
    weak var server: RPCServer?
  }

  deinit { close() }

  /// Where it listens really.
  public var address: NetworkAddress { boundAddress }

  /// How many clients are connected.
  public var connectionCount: Int { connections.count }

  /// Stops listening and closes all connections; answers that come later are dropped. Idempotent.
  public func close() {
    listener?.close()
    listener = nil
    let closing = inOrder
    connections = [:]
    for connection in closing { connection.close() }
    heldBytes = 0
    handler = nil
  }

  private var inOrder: [RPCServerConnection] {
    connections.values.sorted { $0.number < $1.number }
  }

  private func accept(_ connection: any TransportConnection) {
    let stream = FrameStream(connection: connection, isOpen: true, core: core, limits: limits)
    guard connections.count < limits.connections else {
      if !isFull { core.log.log(.warning, "\(connections.count) connections: no more accepted") }
      isFull = true
      stream.close(
        sendingLast: OutgoingFrame(
          type: .rejection, body: Rejection(.tooManyConnections).encoded))
      return
    }
    isFull = false
    connections[nextNumber] = RPCServerConnection(
      number: nextNumber, stream: stream, server: self, core: core, limits: limits)
    nextNumber += 1
  }

  /// Called by a connection that has closed itself.
  func connectionClosed(_ connection: RPCServerConnection) {
    guard connections.removeValue(forKey: connection.number) != nil else { return }
    heldBytesChanged(by: -connection.accountedBytes)
  }

  /// Called by a connection for each request.
  func handle(_ request: RPCRequest) { handler?(request) }

  /// Called by a connection when it holds more or less than before.
  func heldBytesChanged(by change: Int) {
    heldBytes += change
    // Room again only at half: else each reply would wake all connections for one request.
    let hadRoom = hasRoom
    hasRoom = heldBytes < (hadRoom ? limits.heldBytesOfServer : limits.heldBytesOfServer / 2)
    if hasRoom != hadRoom { for connection in inOrder { connection.updateReading() } }
  }
}
