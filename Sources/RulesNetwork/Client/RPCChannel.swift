internal import RulesRuntime

/// Everything a client has to do with one server: the connection, when it is needed, and the RPCs
/// that have not ended.
final class RPCChannel: FrameStreamDelegate, Flushable {
  private enum State {
    /// There is nothing to send.
    case idle
    /// Connects when the timer fires.
    case waiting(PoolTimer)
    /// Connecting, or connected and waiting for the server's welcome until the timer fires.
    case connecting(FrameStream, PoolTimer, ClientHandshake)
    case ready(FrameStream)
  }

  /// What the channel tells its client.
  struct Reports {
    /// The server could not be reached or the connection to it broke.
    var unreachable: (String) -> Void
    /// The server said that it is another one. The client removes the channel.
    var isAnotherServer: () -> Void
    /// A reply came that nothing waits for.
    var strayReply: () -> Void
    /// A number for an RPC that is asked again as another one.
    var nextID: () -> UInt64
  }

  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  /// Grows with every channel of its client.
  let number: UInt64
  private let key: ServerKey
  /// Where the server may be; it is where a connection succeeds.
  private let addresses: [NetworkAddress]
  /// The one that is tried, or connected.
  @exclusivity(unchecked) private var current = 0
  let core: PoolCore
  private let transport: any Transport
  private let endpoint: RPCEndpoint
  private let buffer: ReceiveBuffer
  private let reports: Reports
  private let session: UInt64
  private var state = State.idle
  private var unfinished = IDTable<RPC>()
  /// RPCs that were started in this turn, and leave at its end unless they are cancelled before.
  private var started: [(rpc: RPC, id: UInt64)] = []
  /// Bytes of the requests that have not ended.
  @exclusivity(unchecked) private(set) var unfinishedBytes = 0
  @exclusivity(unchecked) private var backOff: Duration
  /// Looks after a connection that is ready.
  @exclusivity(unchecked) private var watch: PoolTimer?
  /// Whether `watch` waits for the end of a connection that nobody uses.
  @exclusivity(unchecked) private var isWatchIdle = false
  /// When it was last looked whether there are RPCs, and there were or had been some since.
  @exclusivity(unchecked) private var lastUsed: PoolInstant
  @exclusivity(unchecked) private var isUsed = false
  /// The RPC whose reply is being received into the caller's memory.
  @exclusivity(unchecked) private var placing: UInt64?

  private var limits: RPCLimits { endpoint.limits }
  private var address: NetworkAddress { addresses[current] }

  init(
    number: UInt64, key: ServerKey, addresses: [NetworkAddress], core: PoolCore,
    transport: any Transport, endpoint: RPCEndpoint, buffer: ReceiveBuffer, reports: Reports
  ) {
    self.number = number
    self.key = key
    self.addresses = addresses
    self.core = core
    self.transport = transport
    self.endpoint = endpoint
    self.buffer = buffer
    self.reports = reports
    session = endpoint.random()
    backOff = endpoint.limits.firstBackOff
    lastUsed = core.now
  }

  deinit { disconnect() }

  /// How many RPCs have not ended.
  var unfinishedCount: Int { unfinished.count }

  /// Sends an RPC as soon as it can.
  func start(_ rpc: RPC, id: UInt64) {
    rpc.begin(in: self, id: id)
    unfinished[id] = rpc
    unfinishedBytes += rpc.byteCount
    switch state {
    case .idle: connect(after: .zero)
    case .waiting, .connecting: break
    case .ready(let stream):
      if unfinished.count == 1 { stream.beginSilence() }
      if started.isEmpty { core.flushAtEndOfTurn(self) }
      started.append((rpc, id))
      if isWatchIdle { look(after: limits.probeAfter) }
    }
  }

  /// Sends what was started in this turn.
  func flush() {
    if case .ready(let stream) = state {
      for (rpc, id) in started where unfinished[id] === rpc && rpc.sentEnd == nil {
        rpc.send(over: stream)
      }
    }
    started.removeAll(keepingCapacity: true)
  }

  /// An RPC was cancelled: its payload is not touched any more when this returns.
  func forget(_ rpc: RPC) {
    guard unfinished.remove(rpc.id) != nil else { return }
    unfinishedBytes -= rpc.byteCount
    guard case .ready(let stream) = state, rpc.sentEnd != nil, !rpc.isResting else { return }
    guard placing != rpc.id else {
      // The rest of the reply would be written to memory that is the caller's again.
      disconnect()
      if !unfinished.isEmpty { connect(after: .zero) }
      return
    }
    stream.takeBack(rpc.id)
    var header = FrameHeader(type: .cancel)
    header.id = rpc.id
    stream.send(header)
  }

  /// Disconnects and gives up all RPCs, in the order of start, to be ended by the caller.
  func abandon() -> [RPC] {
    disconnect()
    defer {
      unfinished = IDTable()
      unfinishedBytes = 0
    }
    return inOrder
  }

  private var inOrder: [RPC] { unfinished.sortedIDs.compactMap { unfinished[$0] } }

  private func disconnect() {
    watch?.cancel()
    watch = nil
    isWatchIdle = false
    placing = nil
    switch state {
    case .idle: break
    case .waiting(let timer): timer.cancel()
    case .connecting(let stream, let timer, _):
      timer.cancel()
      stream.close()
    case .ready(let stream): stream.close()
    }
    state = .idle
  }

  private func connect(after delay: Duration) {
    // Sound, here and below: every timer of a channel is cancelled by `disconnect`, at the latest in
    // `deinit`.
    state = .waiting(core.schedule(after: delay) { [unowned self] in connect() })
  }

  private func connect() {
    guard !unfinished.isEmpty else {
      state = .idle
      return
    }
    do {
      let stream = FrameStream(
        connection: try transport.connect(to: address), isOpen: false, core: core, limits: limits,
        buffer: buffer)
      stream.delegate = self
      let timer = core.schedule(after: limits.connectTime) { [unowned self, unowned stream] in
        stream.end(.broken("no welcome from \(address) within \(limits.connectTime)"))
      }
      state = .connecting(
        stream, timer, ClientHandshake(endpoint, target: key.target, session: session))
    } catch {
      lost(reason: error.description)
    }
  }

  /// The connection is gone or was never there: the server may be elsewhere.
  private func lost(reason: String) {
    disconnect()
    current = (current + 1) % addresses.count
    if !unfinished.isEmpty {
      connect(after: backOff)
      backOff = min(backOff * 2, limits.longestBackOff)
    }
    reports.unreachable(reason)
  }

  // MARK: - A connection that is ready

  private func ready(_ stream: FrameStream, _ welcome: ClientHandshake.Accepted) {
    stream.endHandshake(session: welcome.nonce)
    state = .ready(stream)
    lastUsed = core.now
    for rpc in inOrder {
      rpc.sentEnd = nil
      if !rpc.isResting { rpc.send(over: stream) }
    }
    if welcome.isResumed { stream.send(.resumed) }
    look(after: limits.probeAfter)
  }

  private func look(after delay: Duration) {
    watch?.cancel()
    isWatchIdle = unfinished.isEmpty
    watch = core.schedule(after: delay) { [unowned self] in look() }
  }

  /// Asks a silent server whether it is there, and gives an unused connection up.
  private func look() {
    guard case .ready(let stream) = state else { return }
    if isUsed { lastUsed = core.now }
    isUsed = !unfinished.isEmpty
    if unfinished.isEmpty {
      let rest = lastUsed + limits.idleTime - core.now
      guard rest > .zero else { return disconnect() }
      if stream.untoldFrames > 0 { stream.send(.pong) }
      return look(after: rest)
    }
    let silence = stream.silence()
    guard silence < limits.silenceTime else {
      return stream.end(.broken("silent for \(limits.silenceTime)"))
    }
    if silence >= limits.probeAfter || stream.untoldFrames > 0 { stream.send(.ping) }
    look(after: limits.probeAfter)
  }

  // MARK: - Frames

  func streamOpened(_ stream: FrameStream) {
    guard case .connecting(_, _, let handshake) = state else { return }
    stream.send(.hello, body: handshake.hello.encoded)
  }

  /// The RPC whose reply needs memory.
  @exclusivity(unchecked) private var receiving: RPC?

  func placement(_ header: FrameHeader, head: UnsafeRawBufferPointer) -> FramePlacement {
    receiving = nil
    guard header.type == .reply else { return .body }
    guard let rpc = unfinished[header.id] else { return .discard }
    guard let memory = rpc.destination, memory.count >= Int(header.length) else {
      receiving = rpc
      return .body
    }
    placing = header.id
    return .memory(memory)
  }

  func memory(of count: Int) -> [UInt8] {
    defer { receiving = nil }
    return receiving?.memory(of: count) ?? [UInt8](unwritten: count)
  }

  func stream(_ stream: FrameStream, received header: FrameHeader, _ content: FrameContent) {
    placing = nil
    switch (state, header.type) {
    case (.connecting(_, let timer, var handshake), .challenge),
      (.connecting(_, let timer, var handshake), .welcome):
      do throws(ClientHandshake.Problem) {
        switch try handshake.answer(header.type, content.array) {
        case .proof(let proof):
          state = .connecting(stream, timer, handshake)
          stream.send(.proof, body: proof)
        case .accepted(let welcome):
          timer.cancel()
          ready(stream, welcome)
        }
      } catch {
        stream.end(.broken(error.description))
      }
    case (.connecting(_, _, let handshake), .rejection):
      rejected(stream, handshake.hello, content.array)
    case (.ready, .reply):
      finish(header) {
        $0.succeed(content, length: Int(header.length), checksum: header.bodyChecksum)
      }
    case (.ready, .refusal):
      let refusal = RPCRefusal.application(code: header.code, message: content.text)
      finish(header) { $0.end(.refused(refusal)) }
    case (.ready, .failure):
      guard let refusal = RPCRefusal(wireCode: header.code) else {
        return stream.end(.broken("failure \(header.code)"))
      }
      finish(header) { $0.end(.refused(refusal)) }
    case (.ready, .notMember): finish(header) { $0.end(.callerNotMember) }
    case (.ready, .retry): rest(stream, header, content.array)
    case (.ready, .ping): stream.send(.pong)
    case (.ready, .pong): break
    default: stream.end(.broken("unexpected \(header.type)"))
    }
    // The server keeps its answers until it knows that they have come.
    if !stream.isClosed,
      stream.untoldFrames >= Self.framesToTell || stream.untoldBytes >= Self.bytesToTell
    {
      stream.send(.pong)
    }
  }

  private static let framesToTell = 256
  private static let bytesToTell = 4 << 20

  func streamSent(_ stream: FrameStream) {}

  func lastWord(_ end: FrameStream.End) -> (FrameType, [UInt8])? { nil }

  func streamEnded(_ stream: FrameStream, _ end: FrameStream.End) {
    if end.isBreach { core.log.log(.warning, "connection to \(key) closed: \(end)") }
    lost(reason: "\(end)")
  }

  /// The RPC that a frame is about, if its request has left on this connection.
  private func rpc(_ header: FrameHeader) -> RPC? {
    guard case .ready(let stream) = state, let rpc = unfinished[header.id],
      let end = rpc.sentEnd, stream.sentBytes >= end
    else {
      reports.strayReply()
      return nil
    }
    return rpc
  }

  private func finish(_ header: FrameHeader, _ end: (RPC) -> Void) {
    guard let rpc = rpc(header) else { return }
    // Only a server that answers has earned a quick reconnect.
    backOff = limits.firstBackOff
    isUsed = true
    unfinished[header.id] = nil
    unfinishedBytes -= rpc.byteCount
    end(rpc)
  }

  /// The server says "not now": the RPC is asked again, as another one, after the time it says and
  /// up to half of it more, so that not all who were sent away come back at once.
  private func rest(_ stream: FrameStream, _ header: FrameHeader, _ body: [UInt8]) {
    var reader = WireReader(body)
    guard let microseconds = try? reader.uint32(), (try? reader.finish()) != nil else {
      return stream.end(.broken("malformed retry"))
    }
    guard let rpc = rpc(header) else { return }
    backOff = limits.firstBackOff
    rpc.isResting = true
    let jitter = endpoint.random() % (UInt64(microseconds) / 2 + 1)
    core.schedule(after: .microseconds(Int64(microseconds) + Int64(jitter))) { [weak self] in
      guard let self, unfinished[header.id] === rpc, rpc.isResting else { return }
      unfinished[header.id] = nil
      unfinishedBytes -= rpc.byteCount
      start(rpc, id: reports.nextID())
    }
  }

  private func rejected(_ stream: FrameStream, _ hello: Hello, _ body: [UInt8]) {
    do {
      let rejection = try Rejection(decoding: body)
      guard rejection.answers(hello) else {
        return stream.end(.broken("a rejection of another hello"))
      }
      switch rejection.reason {
      case .otherServer:
        core.log.log(.info, "\(key) is gone: \(rejection) at \(address)")
        reports.isAnotherServer()
      case .version where rejection.versions.contains(FrameHeader.version):
        // It is not the version that the server did not understand, but a hello damaged on the way.
        lost(reason: "the server did not understand the hello")
      case .notEnlisted, .tooManyConnections:
        core.log.log(.debug, "\(key) at \(address): \(rejection)")
        lost(reason: rejection.description)
      case .version, .otherCluster, .notAuthenticated:
        core.log.log(.warning, "\(key) at \(address): \(rejection)")
        for rpc in abandon() { rpc.end(.failed(.notAccepted(rejection.description))) }
      }
    } catch {
      stream.end(.broken("\(error)"))
    }
  }
}

extension FrameContent {
  /// The body of a frame that is kept whole.
  var array: [UInt8] {
    switch self {
    case .inPlace(let bytes), .placed(let bytes): [UInt8](copying: bytes)
    case .owned(let bytes): bytes
    case .discarded: []
    }
  }

  var text: String { String(decoding: array, as: UTF8.self) }
}
