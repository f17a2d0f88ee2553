public import RulesRuntime

/// Memory of the application for the payload of a request, and whoever owns it.
public final class RPCMemory {
  public let bytes: UnsafeMutableRawBufferPointer
  private let owner: AnyObject?

  /// - Parameter owner: kept as long as this object: `bytes` is valid as long as it lives.
  public init(_ bytes: UnsafeMutableRawBufferPointer, owner: AnyObject?) {
    self.bytes = bytes
    self.owner = owner
  }
}

/// Answers RPCs. One closure handles them all; it may answer at once or keep the request and answer
/// later (a long poll), on the pool's thread, to which the server belongs.
///
/// A request that a client sends again, because its connection broke, is not handled again: it gets
/// the answer that the first one got or gets, refusals included.
///
/// What a client does wrong closes that client's connection with one line in the log. A client that
/// asks for more than the limits is not read from until it has been answered.
public final class RPCServer {
  /// What happened so far.
  public struct Statistics: Hashable, Sendable {
    /// Requests that were handled.
    public var handled: UInt64 = 0
    /// Requests that came again and were not.
    public var repeated: UInt64 = 0
    /// Requests that were refused because there was too much to do.
    public var overloads: UInt64 = 0
    /// Connections whose client did not prove a key.
    public var failedProofs: UInt64 = 0
  }

  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  /// Which server this is; a client that addresses another `ServerID` is refused in the handshake.
  /// nil (the default): not enlisted yet; only clients that address it by its address are served,
  /// others try again.
  @exclusivity(unchecked) public var identity: ServerID? {
    didSet {
      guard identity != oldValue else { return }
      for connection in inOrder { connection.close(unless: identity) }
    }
  }

  /// Says where the payload of a request goes, given its opcode, its head (never to be trusted) and
  /// the payload's bytes: large ones are received there. nil: it is a part of the request's body.
  /// What has been received there counts only when the request is handled: it may be damaged till then.
  @exclusivity(unchecked) public var placePayload:
    ((UInt16, UnsafeRawBufferPointer, Int) -> RPCMemory?)?

  /// Counts, as of now.
  public private(set) var statistics = Statistics()
  /// Whether the requests and replies of all clients together leave room for more.
  @exclusivity(unchecked) private(set) var hasRoom = true
  let endpoint: RPCEndpoint
  private let core: PoolCore
  private let buffer = ReceiveBuffer()
  @exclusivity(unchecked) private var handler: ((RPCRequest) -> Void)?
  private var listener: (any TransportListener)?
  private let acceptor = Acceptor()
  /// By number; whatever is done to all is done in that order, so that a simulation repeats itself.
  private var connections: [UInt64: RPCServerConnection] = [:]
  private var nextNumber: UInt64 = 1
  /// The numbers of connections in their handshake, oldest first, and of some that are not any more.
  private var newcomers: [UInt64] = []
  private var sessions: [RPCSession.Key: RPCSession] = [:]
  /// Bytes of unanswered requests and unsent replies of all clients.
  @exclusivity(unchecked) private(set) var heldBytes = 0
  @exclusivity(unchecked) private var unansweredCount = 0
  private var freeRecords: [RPCRecord] = []
  @exclusivity(unchecked) private var freeRequest: RPCRequest?
  private var failures = FailureLimiter(limit: 100)
  private let boundAddress: NetworkAddress
  /// Whether the log has been told that there are too many connections.
  private var isFull = false
  /// Looks for connections that are not used.
  private var watch: PoolTimer?

  /// Listens at `address` (port 0: any free port).
  /// - Parameter handler: released by `close`.
  /// - Throws: a `SystemError` such as `EADDRINUSE`.
  public init(
    core: PoolCore, transport: any Transport, address: NetworkAddress,
    endpoint: RPCEndpoint = RPCEndpoint(role: .server), handler: @escaping (RPCRequest) -> Void
  ) throws(SystemError) {
    self.core = core
    self.endpoint = endpoint
    self.handler = handler
    let acceptor = acceptor
    let listener = try transport.listen(at: address) { acceptor.server?.accept($0) }
    self.listener = listener
    boundAddress = listener.address
    acceptor.server = self
  }

  /// Lets the transport's closure exist before the server does.
  private final class Acceptor {
    // Sound: the server takes itself out when it is released. A weak reference would make counting all
    // others of the server slow.
    unowned(unsafe) var server: RPCServer?
  }

  deinit {
    acceptor.server = nil
    close()
  }

  var limits: RPCLimits { endpoint.limits }
  var log: RuleLog { core.log }

  /// Where it listens really.
  public var address: NetworkAddress { boundAddress }

  /// How many clients are connected.
  public var connectionCount: Int { connections.count }

  /// How many clients are connected or may come back.
  public var sessionCount: Int { sessions.count }

  /// Stops listening and closes all connections; answers that come later are dropped. Idempotent.
  public func close() {
    listener?.close()
    listener = nil
    watch?.cancel()
    watch = nil
    handler = nil
    placePayload = nil
    let closing = inOrder
    connections = [:]
    newcomers = []
    for connection in closing { connection.close() }
    for session in sessions.values.sorted(by: { $0.number < $1.number }) { session.end() }
    sessions = [:]
    heldBytes = 0
  }

  private var inOrder: [RPCServerConnection] {
    connections.values.sorted { $0.number < $1.number }
  }

  // MARK: - Connections

  private func accept(_ connection: any TransportConnection) {
    let stream = FrameStream(
      connection: connection, isOpen: true, core: core, limits: limits, buffer: buffer)
    guard connections.count < limits.connections else {
      if !isFull { core.log.log(.warning, "\(connections.count) connections: no more accepted") }
      isFull = true
      stream.close(
        sendingLast: .rejection, body: Rejection(.tooManyConnections).encoded)
      return
    }
    isFull = false
    makeRoomForNewcomer()
    connections[nextNumber] = RPCServerConnection(
      number: nextNumber, stream: stream, server: self, core: core)
    newcomers.append(nextNumber)
    nextNumber += 1
    if watch == nil { look() }
  }

  /// Whoever connects and says nothing does not keep others out.
  private func makeRoomForNewcomer() {
    guard newcomers.count >= limits.handshakes else { return }
    newcomers.removeAll { connections[$0].map { !$0.isInHandshake } ?? true }
    guard newcomers.count >= limits.handshakes, let oldest = connections[newcomers[0]] else {
      return
    }
    oldest.stream.end(.broken("no hello, and others wait"))
  }

  /// Closes connections that are not used, as long as there are any.
  private func look() {
    for connection in inOrder
    where connection.silence() >= limits.idleTime * 2 && !connection.isAwaited {
      connection.stream.end(.failed(SystemError(call: "idle for \(limits.idleTime * 2)", errno: 0)))
    }
    watch =
      connections.isEmpty
      // Sound, here and below: cancelled by `close`, at the latest in `deinit`.
      ? nil : core.schedule(after: limits.idleTime) { [unowned self] in look() }
  }

  /// Called by a connection that has closed itself.
  func connectionClosed(_ connection: RPCServerConnection, _ session: RPCSession? = nil) {
    guard connections.removeValue(forKey: connection.number) != nil else { return }
    heldBytesChanged(by: -connection.accountedBytes)
    guard let session, session.connection == nil, sessions[session.key] === session else { return }
    if session.isEmpty { return end(session) }
    let broken = sessions.values.filter { $0.connection == nil }
    if broken.count > limits.brokenSessions, let oldest = broken.min(by: { $0.number < $1.number })
    {
      end(oldest)
    }
    session.expiry = core.schedule(after: limits.sessionTime) { [unowned self, unowned session] in
      if session.connection == nil { end(session) }
    }
  }

  /// A client has not proved its key.
  func proofFailed() -> FailureLimiter.Verdict {
    statistics.failedProofs += 1
    return failures.recordFailure(at: core.now)
  }

  // MARK: - Sessions

  /// The session of a client that connects, and whether the client was known.
  func session(_ key: RPCSession.Key) -> (RPCSession, isKnown: Bool) {
    if let session = sessions[key] {
      session.expiry?.cancel()
      session.expiry = nil
      return (session, true)
    }
    let session = RPCSession(key, number: nextNumber, server: self)
    nextNumber += 1
    sessions[key] = session
    return (session, false)
  }

  private func end(_ session: RPCSession) {
    sessions[session.key] = nil
    session.end()
  }

  // MARK: - Requests

  /// Called by a connection for each request that is new.
  func handle(_ record: RPCRecord, _ session: RPCSession) {
    guard let handler else { return }
    statistics.handled += 1
    var request = freeRequest ?? RPCRequest()
    freeRequest = nil
    request.begin(record, session)
    handler(request)
    // One that the handler has not kept is used again.
    guard isKnownUniquelyReferenced(&request) else { return }
    request.end()
    freeRequest = request
  }

  func repeatedRequest() { statistics.repeated += 1 }

  /// Memory for a request.
  func takeRecord() -> RPCRecord? { freeRecords.popLast() }

  /// A request has ended; its memory is used again.
  func keep(_ record: RPCRecord, _ connection: RPCServerConnection?) {
    if record.body.count >= FrameDecoder.directSize { connection?.keep(record.body) }
    answerMemory.keep(record.answer)
    record.reset()
    if freeRecords.count < Self.keptRecords { freeRecords.append(record) }
  }

  private static let keptRecords = 1024

  /// Of all clients.
  var answerMemory = AnswerMemory()

  func unansweredChanged(by change: Int) { unansweredCount += change }

  /// Whether the newest request is one too many.
  func isOverloaded() -> Bool {
    guard unansweredCount > limits.requestsOfServer else { return false }
    statistics.overloads += 1
    return true
  }

  /// Whether there is room for a payload; small ones are always taken.
  func hasRoom(for payload: Int) -> Bool {
    guard payload > Self.smallPayload, heldBytes + payload > limits.heldBytesOfServer else {
      return true
    }
    statistics.overloads += 1
    return false
  }

  private static let smallPayload = 64 << 10

  /// Called by a connection when it holds more or less than before.
  func heldBytesChanged(by change: Int) {
    heldBytes += change
    // Room again only at half: else each reply would wake all connections for one request.
    let hadRoom = hasRoom
    hasRoom = heldBytes < (hadRoom ? limits.heldBytesOfServer : limits.heldBytesOfServer / 2)
    if hasRoom != hadRoom { for connection in inOrder { connection.updateReading() } }
  }
}
