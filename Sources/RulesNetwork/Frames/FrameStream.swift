internal import RulesRuntime

/// Who deals with the frames of a stream. Every call comes from the pool's loop, none from inside a
/// call of the stream's, but for `close(sendingLast:)`.
protocol FrameStreamDelegate: AnyObject {
  /// Connecting succeeded. Not called for an accepted connection.
  func streamOpened(_ stream: FrameStream)
  /// Where the payload of a frame goes that is too large to be there already.
  func placement(_ header: FrameHeader, head: UnsafeRawBufferPointer) -> FramePlacement
  /// Memory of exactly so many bytes for the body of a frame.
  func memory(of count: Int) -> [UInt8]
  func stream(_ stream: FrameStream, received header: FrameHeader, _ content: FrameContent)
  /// Some of what was queued has left.
  func streamSent(_ stream: FrameStream)
  /// What is still to be said to the peer before the stream is closed because of it.
  func lastWord(_ end: FrameStream.End) -> (FrameType, [UInt8])?
  /// The stream is closed, and not by `close`. Nothing follows.
  func streamEnded(_ stream: FrameStream, _ end: FrameStream.End)
}

/// Frames over a connection, in both directions. Both ends of an RPC connection are one of these.
///
/// What is sent leaves at the end of the pool's turn. Each frame carries its number and how many the
/// sender has received, so that one that is lost, repeated or out of order ends the connection, and
/// each side knows what the other has.
final class FrameStream: Flushable, FrameSink {
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

  // `@exclusivity(unchecked)`: sound, because all of this is on one thread, and values that are only read
  // and replaced, never lent to code that could come back to them, cannot be accessed twice at a time.
  // The checks would cost a fifth of an RPC.

  /// Kept until the stream is closed.
  @exclusivity(unchecked) var delegate: (any FrameStreamDelegate)?
  @exclusivity(unchecked) private(set) var isClosed = false
  private let core: PoolCore
  private let connection: any TransportConnection
  private let limits: RPCLimits
  private let buffer: ReceiveBuffer
  @exclusivity(unchecked) private var isOpen: Bool
  private var decoder = FrameDecoder()
  /// Received before reading stopped, and not yet decoded.
  private var undecoded: [UInt8] = []
  private var outbox = Outbox()
  @exclusivity(unchecked) private var isFlushAsked = false
  /// The nonce that frames carry after the handshake; nil before.
  @exclusivity(unchecked) private var session: UInt64?
  @exclusivity(unchecked) private var deadline: PoolTimer?
  /// Since when the present frame is incomplete.
  @exclusivity(unchecked) private var frameBegan: PoolInstant?
  /// The frame that `frameBegan` is about.
  @exclusivity(unchecked) private var frameOfDeadline = 0
  /// Frames put into the outbox, wrapping: the number of the next one.
  @exclusivity(unchecked) private(set) var sentFrames: UInt32 = 0
  /// Frames received, wrapping: the number of the next one.
  @exclusivity(unchecked) private(set) var receivedFrames: UInt32 = 0
  /// Frames and bytes of bodies received since the peer was last told of any.
  @exclusivity(unchecked) private(set) var untoldFrames = 0
  @exclusivity(unchecked) private(set) var untoldBytes = 0
  /// When it was last asked for the silence and something had been received.
  @exclusivity(unchecked) private var lastReceived: PoolInstant
  @exclusivity(unchecked) private var hasReceived = false
  @exclusivity(unchecked) private var wantsToSend = false

  /// As much is received before others have their turn.
  private static let fairShare = 4 << 20

  /// - Parameter isOpen: false for a connection that is still connecting.
  init(
    connection: any TransportConnection, isOpen: Bool, core: PoolCore, limits: RPCLimits,
    buffer: ReceiveBuffer
  ) {
    self.connection = connection
    self.isOpen = isOpen
    self.core = core
    self.limits = limits
    self.buffer = buffer
    lastReceived = core.now
    // Sound: the closure goes when the connection is closed, at the latest in `deinit`.
    connection.onEvent = { [unowned self] event in handle(event) }
    if isOpen { connection.wantsToReceive = true }
  }

  deinit { close() }

  var peer: String { connection.peer }

  /// Who the peer is, where the transport knows it from a certificate.
  var peerIdentity: PeerIdentity? { (connection as? any IdentifiedConnection)?.peerIdentity }

  /// From now on silence counts: something is waited for.
  func beginSilence() { hasReceived = true }

  /// How long nothing has been received, as of when this was last asked; who cares asks regularly.
  func silence() -> Duration {
    if hasReceived { lastReceived = core.now }
    hasReceived = false
    return core.now - lastReceived
  }

  /// Bytes that are queued and have not left.
  var queuedBytes: Int { outbox.byteCount }

  /// Bytes ever queued: a frame has left once `sentBytes` has reached what this was after it.
  var enqueuedBytes: UInt64 { outbox.enqueued }

  /// Bytes that have left.
  var sentBytes: UInt64 { outbox.sent }

  /// The handshake is over: from now on frames carry the connection's nonce, and bodies may have any
  /// size.
  func endHandshake(session: UInt64) { self.session = session }

  /// Whether frames are received and handed on. True at first.
  @exclusivity(unchecked) var isReading = true {
    didSet {
      guard isReading != oldValue, isOpen, !isClosed else { return }
      connection.wantsToReceive = isReading
      // What came before reading stopped waits here, and no event tells of it.
      frameBegan = nil
      if isReading { flushSoon() }
    }
  }

  // MARK: - Sending

  /// Queues a frame. It leaves at the end of the turn.
  /// - Parameters:
  ///   - header: type, code, id and trace; the rest is filled in.
  ///   - checksum: the body's CRC-32C, if it is known.
  func send(
    _ header: FrameHeader,
    head: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
    _ payload: Outbox.Payload = .none, checksum: UInt32? = nil
  ) {
    guard !isClosed else { return }
    append(header, head: head, payload, checksum)
    flushSoon()
  }

  /// Queues a frame with a small body.
  func send(_ type: FrameType, body: [UInt8] = []) {
    body.withUnsafeBytes { send(FrameHeader(type: type), head: $0) }
  }

  private func append(
    _ header: FrameHeader, head: UnsafeRawBufferPointer, _ payload: Outbox.Payload,
    _ checksum: UInt32?
  ) {
    var header = header
    header.length = UInt32(head.count + payload.count)
    if header.type == .request { header.headLength = UInt16(clamping: head.count) }
    if !header.type.isHandshake { header.session = session ?? 0 }
    header.sequence = sentFrames
    header.received = receivedFrames
    header.bodyChecksum = checksum ?? bodyChecksum(head: head, payload)
    sentFrames &+= 1
    untoldFrames = 0
    untoldBytes = 0
    outbox.append(header, head: head, payload)
  }

  /// The caller takes back memory it lent for a payload.
  func takeBack(_ owner: UInt64) { outbox.takeBack(owner) }

  private func flushSoon() {
    guard isOpen, !isFlushAsked else { return }
    isFlushAsked = true
    core.flushAtEndOfTurn(self)
  }

  func flush() {
    isFlushAsked = false
    guard isOpen, !isClosed else { return }
    if isReading {
      guard undecoded.isEmpty || decodeUndecoded() else { return }
      updateDeadline()
    }
    var hasSent = false
    loop: while let result = outbox.send(connection.send) {
      switch result {
      case .bytes: hasSent = true
      case .wouldBlock, .ended: break loop
      case .failed(let error): return end(.failed(error))
      }
    }
    if wantsToSend == outbox.isEmpty {
      wantsToSend = !outbox.isEmpty
      connection.wantsToSend = wantsToSend
    }
    if hasSent { delegate?.streamSent(self) }
  }

  // MARK: - The end

  /// Closes without another word to the delegate. Idempotent.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    delegate = nil
    deadline?.cancel()
    deadline = nil
    outbox = Outbox()
    undecoded = []
    connection.close()
  }

  /// Says one last thing, as far as there is room for it, and closes.
  func close(sendingLast type: FrameType, body: [UInt8]) {
    guard !isClosed else { return }
    body.withUnsafeBytes { append(FrameHeader(type: type), head: $0, .none, nil) }
    if isOpen { _ = outbox.send(connection.send) }
    close()
  }

  /// Closes because of the peer and tells the delegate.
  func end(_ end: End) {
    guard !isClosed else { return }
    let delegate = delegate
    if let (type, body) = delegate?.lastWord(end) {
      close(sendingLast: type, body: body)
    } else {
      close()
    }
    delegate?.streamEnded(self, end)
  }

  // MARK: - Receiving

  private func handle(_ event: TransportEvent) {
    guard !isClosed else { return }
    switch event {
    case .opened:
      isOpen = true
      connection.wantsToReceive = isReading
      delegate?.streamOpened(self)
      flushSoon()
    case .readable: receive()
    case .writable: flushSoon()
    case .failed(let error): end(.failed(error))
    }
  }

  private func receive() {
    guard isReading else { return }
    guard undecoded.isEmpty || decodeUndecoded() else { return }
    hasReceived = true
    var share = Self.fairShare
    while isReading, share > 0 {
      let (wasFilled, result) = receiveOnce()
      switch result {
      case .bytes(let count):
        share -= count
        guard decode(UnsafeRawBufferPointer(buffer.bytes).first(wasDirect ? 0 : count)) else {
          return
        }
      case .wouldBlock: share = 0
      case .ended: return end(.closedByPeer)
      case .failed(let error): return end(.failed(error))
      }
      if !wasFilled { share = 0 }
    }
    updateDeadline()
  }

  /// Whether the last `receiveOnce` wrote to where the bytes stay.
  @exclusivity(unchecked) private var wasDirect = false

  private func receiveOnce() -> (wasFilled: Bool, TransferResult) {
    wasDirect = decoder.isDirect
    if wasDirect {
      return decoder.receive { target in
        let result = connection.receive(into: target)
        return if case .bytes(let count) = result { (count, result) } else { (0, result) }
      }
    }
    let result = connection.receive(into: buffer.bytes)
    return if case .bytes(ReceiveBuffer.capacity) = result { (true, result) } else {
      (false, result)
    }
  }

  /// Hands on what is in the bytes; keeps what is not wanted yet.
  /// - Returns: false once the stream is closed.
  private func decode(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes
    do {
      try decoder.decode(
        &rest, bodyLimit: { session == nil ? FrameHeader.handshakeLimit : limits.body }, sink: self)
    } catch {
      end(.badFrame(error))
    }
    guard !isClosed else { return false }
    if !rest.isEmpty { undecoded.append(contentsOf: rest) }
    return true
  }

  private func decodeUndecoded() -> Bool {
    let bytes = undecoded
    undecoded = []
    return bytes.withUnsafeBytes { decode($0) }
  }

  func placement(_ header: FrameHeader, head: UnsafeRawBufferPointer) -> FramePlacement {
    header.type.isHandshake ? .body : delegate?.placement(header, head: head) ?? .discard
  }

  func memory(of count: Int) -> [UInt8] {
    delegate?.memory(of: count) ?? [UInt8](unwritten: count)
  }

  func received(_ header: FrameHeader, _ content: FrameContent) -> Bool {
    guard header.sequence == receivedFrames else {
      end(.broken("frame \(header.sequence) where \(receivedFrames) is expected"))
      return false
    }
    guard header.session == (header.type.isHandshake ? 0 : session ?? 0) else {
      end(.broken("a frame of another session"))
      return false
    }
    receivedFrames &+= 1
    untoldFrames += 1
    untoldBytes += Int(header.length)
    delegate?.stream(self, received: header, content)
    return !isClosed && isReading
  }

  // MARK: - The deadline of a frame

  /// Time runs while a frame has begun and we are willing to receive the rest.
  private func updateDeadline() {
    guard isReading, !isClosed, decoder.isInsideFrame else {
      frameBegan = nil
      return
    }
    guard frameBegan == nil || frameOfDeadline != decoder.frameCount else { return }
    frameBegan = core.now
    frameOfDeadline = decoder.frameCount
    if deadline == nil { armDeadline(after: limits.frameTime) }
  }

  /// One timer serves many frames: it looks whether the present one is too old.
  private func armDeadline(after delay: Duration) {
    // Sound: cancelled by `close`, at the latest in `deinit`.
    deadline = core.schedule(after: delay) { [unowned self] in deadlinePassed() }
  }

  private func deadlinePassed() {
    deadline = nil
    // If it was this process that slept, the rest of the frame is waiting to be received.
    if frameBegan != nil { receive() }
    guard !isClosed, let frameBegan else { return }
    let age = core.now - frameBegan
    if age < limits.frameTime {
      armDeadline(after: limits.frameTime - age)
    } else {
      end(.broken("a frame was not finished within \(limits.frameTime)"))
    }
  }
}

/// The CRC-32C of a body.
func bodyChecksum(head: UnsafeRawBufferPointer, _ payload: Outbox.Payload) -> UInt32 {
  let checksum = crc32c(head)
  return switch payload {
  case .none: checksum
  case .owned(let bytes): bytes.withUnsafeBytes { crc32c($0, seed: checksum) }
  case .borrowed(let bytes, _): crc32c(bytes, seed: checksum)
  }
}
