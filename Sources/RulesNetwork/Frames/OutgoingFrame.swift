/// A frame that is being sent: the bytes in front and the body behind them.
final class OutgoingFrame {
  /// Where the rest of the body is.
  enum Body {
    case none
    case owned([UInt8])
    /// Memory of the caller, who keeps it valid and unchanged until `release`.
    case borrowed(UnsafeRawBufferPointer)
  }

  /// Header, and the head of the body where there is one.
  private let prefix: [UInt8]
  private var body: Body
  /// How many bytes have left. Changed by the queue.
  var sent = 0
  /// Set by the queue once nothing of it is left to send.
  var isDone = false
  /// Not to be sent any more; has no effect once the first byte has left.
  private(set) var isCancelled = false

  init(prefix: [UInt8], body: Body) {
    self.prefix = prefix
    self.body = body
    count = prefix.count
    switch body {
    case .none: break
    case .owned(let bytes): count += bytes.count
    case .borrowed(let bytes): count += bytes.count
    }
  }

  /// A whole frame around a body.
  convenience init(type: FrameType, code: UInt16 = 0, id: UInt64 = 0, body: [UInt8]) {
    let header = FrameHeader(
      type: type, code: code, id: id, length: body.count,
      bodyChecksum: body.withUnsafeBytes { crc32c($0) })
    self.init(prefix: header.encoded, body: .owned(body))
  }

  /// Bytes of the whole frame.
  private(set) var count: Int

  /// The caller takes back the memory it lent. What has begun to leave must leave whole, or the
  /// stream would lose its meaning; so then the memory is copied.
  func release() {
    guard !isDone else {
      body = .none
      return
    }
    if sent == 0 { isCancelled = true }
    if case .borrowed(let bytes) = body {
      body = isCancelled ? .none : .owned([UInt8](copying: bytes))
    }
  }

  /// Calls `use` with what is still to be sent, in order: one or two pieces.
  func withPieces<Result>(
    _ use: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    let bodySent = max(0, sent - prefix.count)
    return prefix.withUnsafeBytes { prefix in
      let front = UnsafeRawBufferPointer(rebasing: prefix[min(sent, prefix.count)...])
      return switch body {
      case .none: use(front, nil)
      case .owned(let bytes):
        bytes.withUnsafeBytes { use(front, UnsafeRawBufferPointer(rebasing: $0[bodySent...])) }
      case .borrowed(let bytes):
        use(front, UnsafeRawBufferPointer(rebasing: bytes[bodySent...]))
      }
    }
  }
}
