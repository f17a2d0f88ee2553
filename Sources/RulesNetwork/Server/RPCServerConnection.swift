internal import RulesRuntime

/// One client of a server.
final class RPCServerConnection: FrameStreamDelegate {
  private enum State {
    /// Waiting for the client's hello, until the timer fires.
    case new(PoolTimer)
    /// Serving a client that addressed this server, or whoever is here (nil).
    case serving(ServerID?)
  }

  /// Grows with every connection of its server.
  let number: UInt64
  private let stream: FrameStream
  private weak var server: RPCServer?
  private let core: PoolCore
  private let limits: RPCLimits
  private var state: State
  private var requestsInFlight = 0
  /// Bytes of requests that are not answered.
  private var requestBytes = 0
  /// What the server knows of `heldBytes`.
  private(set) var accountedBytes = 0

  init(
    number: UInt64, stream: FrameStream, server: RPCServer, core: PoolCore, limits: RPCLimits
  ) {
    self.number = number
    self.stream = stream
    self.server = server
    self.core = core
    self.limits = limits
    state = .new(
      core.schedule(after: limits.helloTime) { [weak stream] in
        stream?.end(.broken("no hello within \(limits.helloTime)"))
      })
    stream.delegate = self
  }

  var peer: String { stream.peer }

  /// Bytes of unanswered requests and unsent replies.
  var heldBytes: Int { requestBytes + stream.queuedBytes }

  func close() {
    if case .new(let timer) = state { timer.cancel() }
    stream.close()
  }

  /// Closes a connection whose client addressed somebody else than the server is now.
  func close(unless identity: ServerID?) {
    if case .serving(let target?) = state, target != identity {
      stream.end(.broken("it addressed server \(target)"))
    }
  }

  /// Stops or resumes reading, according to what this client and all together have outstanding.
  func updateReading() {
    stream.isReading =
      requestsInFlight < limits.requestsInFlight && heldBytes < limits.heldBytes
      && server?.hasRoom ?? false
  }

  /// Sends an answer, of whose request `requestBytes` are no longer held.
  func answer(_ type: FrameType, code: UInt16, id: UInt64, body: [UInt8], requestBytes: Int) {
    guard body.count <= limits.body else {
      let problem = "reply of \(body.count) bytes, limit \(limits.body)"
      core.log.log(.error, "\(problem), to \(peer)")
      return answer(
        .refusal, code: 0, id: id, body: [UInt8](problem.utf8), requestBytes: requestBytes)
    }
    requestsInFlight -= 1
    self.requestBytes -= requestBytes
    stream.send(OutgoingFrame(type: type, code: code, id: id, body: body))
    if stream.queuedBytes > limits.queuedReplyBytes {
      stream.end(.broken("\(stream.queuedBytes) bytes of replies are not being read"))
    }
    account()
  }

  /// A request was answered again, which is a mistake of this program.
  func reportSecondAnswer(opcode: UInt16) {
    core.log.log(.error, "a request of \(peer) with opcode \(opcode) was answered twice")
  }

  /// Tells the server what has changed, which counts for all connections.
  private func account() {
    // Of a closed one the server has been told already that nothing is held.
    guard !stream.isClosed else { return }
    let change = heldBytes - accountedBytes
    accountedBytes = heldBytes
    server?.heldBytesChanged(by: change)
    updateReading()
  }

  private func greet(_ body: [UInt8], timer: PoolTimer) {
    do {
      let hello = try Hello(decoding: body)
      timer.cancel()
      if let target = hello.target, target != server?.identity {
        reject(server?.identity == nil ? .notEnlisted : .otherServer)
      } else {
        state = .serving(hello.target)
        stream.endHandshake()
        stream.send(OutgoingFrame(type: .welcome, body: []))
      }
    } catch {
      stream.end(.broken("hello: \(error)"))
    }
  }

  private func reject(_ reason: Rejection.Reason) {
    core.log.log(.info, "connection from \(peer) rejected: \(reason)")
    stream.close(
      sendingLast: OutgoingFrame(type: .rejection, body: Rejection(reason).encoded))
    server?.connectionClosed(self)
  }

  // MARK: Frames

  func streamOpened(_ stream: FrameStream) {}

  func stream(_ stream: FrameStream, received frame: Frame) {
    switch (state, frame.header.type) {
    case (.new(let timer), .hello): greet(frame.body, timer: timer)
    case (.serving, .request):
      requestsInFlight += 1
      requestBytes += frame.body.count
      account()
      server?.handle(RPCRequest(frame: frame, connection: self))
    default: stream.end(.broken("unexpected \(frame.header.type)"))
    }
  }

  func streamSent(_ stream: FrameStream) { account() }

  func lastWord(_ end: FrameStream.End) -> OutgoingFrame? {
    guard case .new = state, case .badFrame(.version) = end else { return nil }
    return OutgoingFrame(type: .rejection, body: Rejection(.version).encoded)
  }

  func streamEnded(_ stream: FrameStream, _ end: FrameStream.End) {
    core.log.log(
      end.isBreach ? .warning : .debug, "connection from \(stream.peer) closed: \(end)")
    close()
    server?.connectionClosed(self)
  }
}
