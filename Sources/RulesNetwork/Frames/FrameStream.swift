internal import RulesRuntime

/// Who deals with the frames of a stream. Every call comes from the pool's loop, none from inside a
/// call of the stream's, but for `close(sendingLast:)`.
protocol FrameStreamDelegate: AnyObject {
  /// Connecting succeeded. Not called for an accepted connection.
  func streamOpened(_ stream: FrameStream)
  func stream(_ stream: FrameStream, received frame: Frame)
  /// Some of what was queued has left.
  func streamSent(_ stream: FrameStream)
  /// What is still to be said to the peer before the stream is closed because of it.
  func lastWord(_ end: FrameStream.End) -> OutgoingFrame?
  /// The stream is closed, and not by `close`. Nothing follows.
  func streamEnded(_ stream: FrameStream, _ end: FrameStream.End)
}

/// Frames over a connection, in both directions. Both ends of an RPC connection are one of these.
final class FrameStream {
  /// Why a stream ended.
  enum End: CustomStringConvertible {
    case closedByPeer
    case failed(SystemError)
    /// The peer sent what is not the protocol, or did not send it in time.
    case broken(String)
    case badFrame(FrameError)

    var description: String {
      switch self {
      case .closedByPeer: "closed by the peer"
      case .failed(let error): error.description
      case .broken(let reason): reason
      case .badFrame(let error): error.description
      }
    }

    /// Whether the peer, rather than the network, is to blame.
    var isBreach: Bool {
      switch self {
      case .closedByPeer, .failed: false
      case .broken, .badFrame: true
      }
    }
  }

  weak var delegate: (any FrameStreamDelegate)?
  private(set) var isClosed = false
  private let core: PoolCore
  private let connection: any TransportConnection
  private let limits: RPCLimits
  private var isOpen: Bool
  private var decoder: FrameDecoder
  private var queue = SendQueue()
  /// Runs `work` in the pool's next turn: what one turn starts leaves in one system call.
  private var turn: PoolTimer?
  private var deadline: PoolTimer?
  /// The frame that `deadline` is for.
  private var deadlineFrame = 0

  /// As much is received before others have their turn.
  private static let fairShare = 4 << 20

  /// - Parameter isOpen: false for a connection that is still connecting.
  init(
    connection: any TransportConnection, isOpen: Bool, core: PoolCore, limits: RPCLimits
  ) {
    self.connection = connection
    self.isOpen = isOpen
    self.core = core
    self.limits = limits
    decoder = FrameDecoder(bodyLimit: FrameHeader.handshakeLimit)
    connection.onEvent = { [weak self] event in self?.handle(event) }
    if isOpen { connection.wantsToReceive = true }
  }

  deinit { close() }

  var peer: String { connection.peer }

  /// Bytes that are queued and have not left.
  var queuedBytes: Int { queue.byteCount }

  /// Bodies of other frames than the handshake's are welcome from now on.
  func endHandshake() { decoder.bodyLimit = limits.body }

  /// Whether frames are received and handed on. True at first.
  var isReading = true {
    didSet {
      guard isReading != oldValue, isOpen, !isClosed else { return }
      connection.wantsToReceive = isReading
      if isReading { workSoon() } else { cancelDeadline() }
    }
  }

  /// Queues a frame. It leaves in the pool's next turn.
  func send(_ frame: OutgoingFrame) {
    guard !isClosed else { return }
    queue.append(frame)
    workSoon()
  }

  /// Closes without another word to the delegate. Idempotent.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    turn?.cancel()
    turn = nil
    cancelDeadline()
    queue = SendQueue()
    connection.close()
  }

  /// Says one last thing, as far as there is room for it, and closes.
  func close(sendingLast frame: OutgoingFrame) {
    guard !isClosed else { return }
    queue.append(frame)
    if isOpen { _ = queue.send(connection.send) }
    close()
  }

  /// Closes because of the peer and tells the delegate.
  func end(_ end: End) {
    guard !isClosed else { return }
    if let frame = delegate?.lastWord(end) { close(sendingLast: frame) } else { close() }
    delegate?.streamEnded(self, end)
  }

  private func handle(_ event: TransportEvent) {
    guard !isClosed else { return }
    switch event {
    case .opened:
      isOpen = true
      connection.wantsToReceive = isReading
      delegate?.streamOpened(self)
      flush()
    case .readable:
      receive()
      flush()
    case .writable: flush()
    case .failed(let error): end(.failed(error))
    }
  }

  private func workSoon() {
    guard isOpen, turn == nil else { return }
    turn = core.schedule(after: .zero) { [weak self] in
      guard let self else { return }
      turn = nil
      work()
    }
  }

  private func work() {
    guard !isClosed else { return }
    // Frames that came before reading stopped wait in the decoder, and no event tells of them.
    if takeFrames() { updateDeadline() }
    flush()
  }

  private func receive() {
    var share = Self.fairShare
    while isReading, share > 0, takeFrames(), isReading {
      let (wasFilled, result) = decoder.fill { buffer in
        let result = connection.receive(into: buffer)
        return if case .bytes(let count) = result { (count, result) } else { (0, result) }
      }
      switch result {
      case .bytes(let count): share -= count
      case .wouldBlock: break
      case .ended: return end(.closedByPeer)
      case .failed(let error): return end(.failed(error))
      }
      if !wasFilled { share = 0 }
    }
    if takeFrames() { updateDeadline() }
  }

  /// Hands on what has been received.
  /// - Returns: false once the stream is closed.
  private func takeFrames() -> Bool {
    do {
      while !isClosed, isReading, let frame = try decoder.next() {
        delegate?.stream(self, received: frame)
      }
    } catch {
      end(.badFrame(error))
    }
    return !isClosed
  }

  private func flush() {
    guard isOpen, !isClosed else { return }
    var hasSent = false
    loop: while let result = queue.send(connection.send) {
      switch result {
      case .bytes: hasSent = true
      case .wouldBlock, .ended: break loop
      case .failed(let error): return end(.failed(error))
      }
    }
    connection.wantsToSend = !queue.isEmpty
    if hasSent { delegate?.streamSent(self) }
  }

  /// Time runs while a frame has begun and we are willing to receive the rest.
  private func updateDeadline() {
    guard isReading, decoder.isInsideFrame else { return cancelDeadline() }
    guard deadline == nil || deadlineFrame != decoder.frameCount else { return }
    cancelDeadline()
    deadlineFrame = decoder.frameCount
    deadline = core.schedule(after: limits.frameTime) { [weak self] in self?.deadlinePassed() }
  }

  private func cancelDeadline() {
    deadline?.cancel()
    deadline = nil
  }

  private func deadlinePassed() {
    // If it was this process that slept, the rest of the frame is waiting to be received.
    receive()
    guard !isClosed else { return }
    if deadline != nil, deadlineFrame == decoder.frameCount, decoder.isInsideFrame {
      end(.broken("a frame was not finished within \(limits.frameTime)"))
    } else {
      flush()
    }
  }
}
