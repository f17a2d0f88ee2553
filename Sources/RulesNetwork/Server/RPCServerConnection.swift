import PlantedBugs
internal import RulesRuntime

/// One connection of a client to a server.
final class RPCServerConnection: FrameStreamDelegate {
  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  /// Grows with every connection of its server.
  let number: UInt64
  let stream: FrameStream
  /// Sound: the server closes its connections before it goes, at the latest in its `deinit`, and a
  /// closed stream has no delegate any more.
  private unowned(unsafe) let server: RPCServer
  private let core: PoolCore
  private let limits: RPCLimits
  /// The handshake, and the timer that limits it; nil afterwards.
  private var handshake: ServerHandshake?
  @exclusivity(unchecked) private var timer: PoolTimer?
  /// Whom it serves after the handshake.
  @exclusivity(unchecked) private var session: RPCSession?
  /// Whom the client addressed; nil: whoever is here.
  @exclusivity(unchecked) private var target: ServerID?
  /// What the server knows of `heldBytes`.
  @exclusivity(unchecked) private(set) var accountedBytes = 0
  /// Bytes of a payload for which there is room and that is being received.
  @exclusivity(unchecked) private var incomingBytes = 0
  /// Memory of a large request that was answered, for the next one.
  private var spare: [UInt8] = []
  /// Keeps the memory of the application that a payload is being received into.
  @exclusivity(unchecked) private var destination: RPCMemory?

  init(number: UInt64, stream: FrameStream, server: RPCServer, core: PoolCore) {
    self.number = number
    self.stream = stream
    self.server = server
    self.core = core
    limits = server.limits
    let time = limits.helloTime
    handshake = ServerHandshake(server.endpoint)
    // Sound: cancelled by `close`.
    timer = core.schedule(after: time) { [unowned stream] in
      stream.end(.broken("no hello within \(time)"))
    }
    stream.delegate = self
  }

  var peer: String { stream.peer }

  var isInHandshake: Bool { session == nil }

  /// How long nothing has been received, as of when this was last asked.
  func silence() -> Duration { stream.silence() }

  /// Whether the client waits for an answer.
  var isAwaited: Bool { session.map { $0.unansweredCount > 0 } ?? false }

  /// Bytes of unanswered requests and of what has not been sent.
  private var heldBytes: Int {
    incomingBytes + (session?.unansweredBytes ?? 0) + stream.queuedBytes
  }

  func close() {
    timer?.cancel()
    timer = nil
    destination = nil
    stream.close()
    session?.detach(self)
  }

  /// Closes a connection whose client addressed somebody else than the server is now.
  func close(unless identity: ServerID?) {
    if let target, target != identity {
      stream.end(.broken("it addressed server \(target)"))
    }
  }

  /// Its client has made another connection.
  func giveWay() { stream.end(.broken("its client has another connection")) }

  /// Stops or resumes reading, according to what this client and all together have outstanding.
  func updateReading() {
    guard let session else { return }
    stream.isReading =
      session.unansweredCount < limits.requestsInFlight
      && heldBytes - incomingBytes < limits.heldBytes
      && server.hasRoom
      || planted(.b51)
  }

  /// Tells the server what has changed, which counts for all connections.
  func account() {
    // Of a closed one the server has been told already that nothing is held.
    guard !stream.isClosed else { return }
    let unread = max(session?.answerBytes ?? 0, stream.queuedBytes)
    if unread > limits.queuedReplyBytes {
      return stream.end(.broken("\(unread) bytes of replies are not being read"))
    }
    let change = heldBytes - accountedBytes
    accountedBytes = heldBytes
    if change != 0 { server.heldBytesChanged(by: change) }
    updateReading()
  }

  /// Keeps memory of an answered request for the next one of its size.
  func keep(_ body: [UInt8]) { spare = body }

  // MARK: - The handshake

  private func greet(_ header: FrameHeader, _ body: [UInt8]) {
    switch handshake?.answer(header.type, body, identity: server.identity) {
    case nil: break
    case .challenge(let challenge): stream.send(.challenge, body: challenge)
    case .accepted(let hello, _) where stream.peerIdentity.map { $0.role != hello.role } ?? false:
      // The certificate says another role than the client does.
      reject(.notAuthenticated)
    case .accepted(let hello, let nonce):
      timer?.cancel()
      timer = nil
      handshake = nil
      let key = RPCSession.Key(session: hello.session, role: hello.role, keyID: hello.keyID)
      let (session, isKnown) = server.session(key)
      let other = session.connection
      session.attach(self, member: hello.member)
      self.session = session
      target = hello.target
      other?.giveWay()
      let isSecret = !hello.keyID.isEmpty
      let welcome = Welcome(
        nonce: isSecret ? 0 : nonce, isResumed: isKnown, helloNonce: hello.nonce)
      stream.send(.welcome, body: welcome.encoded)
      stream.endHandshake(session: nonce)
    case .rejected(let reason): reject(reason)
    case .broken(let reason): stream.end(.broken(reason))
    }
  }

  private func reject(_ reason: Rejection.Reason) {
    guard reason == .notAuthenticated else {
      core.log.log(.info, "connection from \(peer) rejected: \(reason)")
      return close(saying: reason)
    }
    // Whoever guesses keys does not get to guess often, nor to fill the log.
    let verdict = server.proofFailed()
    if verdict.isReported {
      core.log.log(.warning, "connection from \(peer) rejected: \(reason)")
    }
    guard verdict.delay > .zero else { return close(saying: reason) }
    stream.isReading = false
    timer?.cancel()
    timer = core.schedule(after: verdict.delay) { [weak self] in self?.close(saying: reason) }
  }

  private func close(saying reason: Rejection.Reason) {
    timer?.cancel()
    timer = nil
    let rejection = Rejection(reason, helloNonce: handshake?.clientNonce ?? [])
    stream.close(sendingLast: .rejection, body: rejection.encoded)
    server.connectionClosed(self)
  }

  // MARK: - Frames

  func streamOpened(_ stream: FrameStream) {}

  func placement(_ header: FrameHeader, head: UnsafeRawBufferPointer) -> FramePlacement {
    guard let session, header.type == .request else { return .body }
    let payload = Int(header.length) - head.count
    guard server.hasRoom(for: payload) else { return .discard }
    if let memory = server.placePayload?(header.code, head, payload),
      memory.bytes.count >= payload, session.isNew(header.id)
    {
      destination = memory
      return .memory(memory.bytes)
    }
    incomingBytes = Int(header.length)
    account()
    return .body
  }

  func memory(of count: Int) -> [UInt8] {
    guard spare.count == count else { return [UInt8](unwritten: count) }
    defer { spare = [] }
    return spare
  }

  func stream(_ stream: FrameStream, received header: FrameHeader, _ content: FrameContent) {
    incomingBytes = 0
    destination = nil
    guard let session else {
      guard header.type == .hello || header.type == .proof else {
        return stream.end(.broken("unexpected \(header.type)"))
      }
      return greet(header, content.array)
    }
    session.clientReceived(header.received)
    guard !stream.isClosed else { return }
    switch header.type {
    case .request: request(session, header, content)
    case .cancel: session.cancel(header.id)
    case .resumed: session.resumed(number)
    case .ping: stream.send(.pong)
    case .pong: break
    default: stream.end(.broken("unexpected \(header.type)"))
    }
  }

  private func request(_ session: RPCSession, _ header: FrameHeader, _ content: FrameContent) {
    switch session.arrived(header, content, over: stream, connection: number) {
    case .new(let record):
      server.unansweredChanged(by: 1)
      if case .discarded = content { return session.fail(record, .overloaded) }
      if server.isOverloaded() { return session.fail(record, .overloaded) }
      account()
      server.handle(record, session)
    case .known: server.repeatedRequest()
    case .ended: stream.end(.broken("request \(header.id) again"))
    }
  }

  func streamSent(_ stream: FrameStream) { account() }

  func lastWord(_ end: FrameStream.End) -> (FrameType, [UInt8])? {
    guard isInHandshake, case .badFrame(.version) = end else { return nil }
    return (.rejection, Rejection(.version).encoded)
  }

  func streamEnded(_ stream: FrameStream, _ end: FrameStream.End) {
    core.log.log(
      end.isBreach ? .warning : .debug, "connection from \(stream.peer) closed: \(end)")
    close()
    server.connectionClosed(self, session)
  }
}
