internal import RulesRuntime

/// Everything a client has to do with one server: the connection, when it is needed, and the RPCs
/// that have not ended.
final class RPCChannel: FrameStreamDelegate {
  private enum State {
    /// There is nothing to send.
    case idle
    /// Connects when the timer fires.
    case waiting(PoolTimer)
    /// Connecting, or connected and waiting for the server's welcome until the timer fires.
    case connecting(FrameStream, PoolTimer)
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
  }

  /// Grows with every channel of its client.
  let number: UInt64
  private let key: ServerKey
  private let address: NetworkAddress
  private let core: PoolCore
  private let transport: any Transport
  private let limits: RPCLimits
  private let reports: Reports
  private var state = State.idle
  private var unfinished: [UInt64: RPC] = [:]
  private var backOff: Duration

  init(
    number: UInt64, key: ServerKey, address: NetworkAddress, core: PoolCore,
    transport: any Transport, limits: RPCLimits, reports: Reports
  ) {
    self.number = number
    self.key = key
    self.address = address
    self.core = core
    self.transport = transport
    self.limits = limits
    self.reports = reports
    backOff = limits.firstBackOff
  }

  deinit { disconnect() }

  /// How many RPCs have not ended.
  var unfinishedCount: Int { unfinished.count }

  /// Sends an RPC as soon as it can.
  func start(_ rpc: RPC) {
    rpc.channel = self
    unfinished[rpc.id] = rpc
    switch state {
    case .idle: connect(after: .zero)
    case .waiting, .connecting: break
    case .ready(let stream): stream.send(rpc.makeFrame())
    }
  }

  /// An RPC was cancelled.
  func forget(_ rpc: RPC) { unfinished[rpc.id] = nil }

  /// Disconnects and gives up all RPCs, in the order of start, to be ended by the caller.
  func abandon() -> [RPC] {
    disconnect()
    defer { unfinished = [:] }
    return inOrder
  }

  private var inOrder: [RPC] { unfinished.values.sorted { $0.id < $1.id } }

  private func disconnect() {
    switch state {
    case .idle: break
    case .waiting(let timer): timer.cancel()
    case .connecting(let stream, let timer):
      timer.cancel()
      stream.close()
    case .ready(let stream): stream.close()
    }
    state = .idle
  }

  private func connect(after delay: Duration) {
    state = .waiting(core.schedule(after: delay) { [weak self] in self?.connect() })
  }

  private func connect() {
    guard !unfinished.isEmpty else {
      state = .idle
      return
    }
    do {
      let stream = FrameStream(
        connection: try transport.connect(to: address), isOpen: false, core: core, limits: limits)
      stream.delegate = self
      let timer = core.schedule(after: limits.connectTime) { [weak self, weak stream] in
        guard let self, let stream else { return }
        stream.end(.broken("no welcome from \(address) within \(limits.connectTime)"))
      }
      state = .connecting(stream, timer)
    } catch {
      lost(reason: error.description)
    }
  }

  /// The connection is gone or was never there.
  private func lost(reason: String) {
    disconnect()
    if !unfinished.isEmpty {
      connect(after: backOff)
      backOff = min(backOff * 2, limits.longestBackOff)
    }
    reports.unreachable(reason)
  }

  // MARK: Frames

  func streamOpened(_ stream: FrameStream) {
    stream.send(OutgoingFrame(type: .hello, body: Hello(target: key.target).encoded))
  }

  func stream(_ stream: FrameStream, received frame: Frame) {
    switch (state, frame.header.type) {
    case (.connecting(_, let timer), .welcome):
      timer.cancel()
      stream.endHandshake()
      state = .ready(stream)
      for rpc in inOrder { stream.send(rpc.makeFrame()) }
    case (.connecting, .rejection): rejected(stream, frame.body)
    case (.ready, .reply): finish(frame, .ok(frame.body))
    case (.ready, .refusal):
      finish(
        frame,
        .refused(
          code: frame.header.code, message: String(decoding: frame.body, as: UTF8.self)))
    default: stream.end(.broken("unexpected \(frame.header.type)"))
    }
  }

  func streamSent(_ stream: FrameStream) {}

  func lastWord(_ end: FrameStream.End) -> OutgoingFrame? { nil }

  func streamEnded(_ stream: FrameStream, _ end: FrameStream.End) {
    if end.isBreach { core.log.log(.warning, "connection to \(key) closed: \(end)") }
    lost(reason: "\(end)")
  }

  private func finish(_ frame: Frame, _ outcome: RPCOutcome) {
    guard let rpc = unfinished[frame.header.id], rpc.isSent else {
      reports.strayReply()
      return
    }
    // Only a server that answers has earned a quick reconnect.
    backOff = limits.firstBackOff
    unfinished[rpc.id] = nil
    rpc.end(outcome)
  }

  private func rejected(_ stream: FrameStream, _ body: [UInt8]) {
    do {
      let rejection = try Rejection(decoding: body)
      switch rejection.reason {
      case .otherServer:
        core.log.log(.info, "\(key) is gone: \(rejection) at \(address)")
        reports.isAnotherServer()
      case .notEnlisted, .tooManyConnections:
        core.log.log(.debug, "\(key) at \(address): \(rejection)")
        lost(reason: rejection.description)
      case .version:
        core.log.log(.warning, "\(key) at \(address): \(rejection)")
        for rpc in abandon() { rpc.end(.failed(rejection.description)) }
      }
    } catch {
      stream.end(.broken("\(error)"))
    }
  }
}
