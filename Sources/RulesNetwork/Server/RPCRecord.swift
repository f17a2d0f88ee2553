/// What a server knows of one request: from its arrival until the client is known to have the
/// answer. Used again for other requests.
final class RPCRecord {
  enum State {
    case unanswered
    case answered
    /// Nobody wants the answer any more.
    case dropped
  }

  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  @exclusivity(unchecked) private(set) var id: UInt64 = 0
  /// Grows with every request that it becomes.
  @exclusivity(unchecked) private(set) var generation: UInt64 = 0
  @exclusivity(unchecked) var state = State.unanswered
  /// Whom the answer goes to; nil once the client has it or is gone for good.
  @exclusivity(unchecked) var session: RPCSession?
  @exclusivity(unchecked) var opcode: UInt16 = 0
  @exclusivity(unchecked) var trace = RPCTrace.none
  var body: [UInt8] = []
  /// CRC-32C of the body, with what went elsewhere, which the connection has checked.
  @exclusivity(unchecked) private(set) var bodyChecksum: UInt32 = 0
  /// Bytes that went to the application's memory instead.
  @exclusivity(unchecked) var placedCount = 0
  /// The connection it last came over.
  @exclusivity(unchecked) var connection: UInt64 = 0
  /// Runs when the client forgets the request.
  @exclusivity(unchecked) var onCancel: (() -> Void)?

  /// The answer.
  private(set) var answerHeader = FrameHeader(type: .reply)
  private(set) var answer: [UInt8] = []
  private var answerChecksum: UInt32 = 0

  /// Bytes of the request.
  var requestBytes: Int { body.count + placedCount }

  /// Becomes a request.
  func begin(_ header: FrameHeader, _ session: RPCSession, connection: UInt64) {
    id = header.id
    generation += 1
    state = .unanswered
    self.session = session
    opcode = header.code
    trace = header.trace
    bodyChecksum = header.bodyChecksum
    placedCount = 0
    self.connection = connection
    onCancel = nil
  }

  func take(_ content: FrameContent, length: Int) {
    switch content {
    case .inPlace(let bytes): body.assign(bytes)
    case .owned(let bytes): body = bytes
    case .placed(let head):
      body.assign(head)
      placedCount = length - head.count
    case .discarded: body.removeAll(keepingCapacity: true)
    }
  }

  func setAnswer(_ type: FrameType, code: UInt16, _ write: (inout [UInt8]) -> Void) {
    answerHeader = FrameHeader(type: type)
    answerHeader.code = code
    answerHeader.id = id
    write(&answer)
    answerChecksum = answer.withUnsafeBytes { crc32c($0) }
    state = .answered
  }

  func sendAnswer(over stream: FrameStream) {
    stream.send(
      answerHeader, head: UnsafeRawBufferPointer(start: nil, count: 0), .owned(answer),
      checksum: answerChecksum)
  }

  /// What memory it has is for its next use; large bodies are given back.
  func reset() {
    session = nil
    onCancel = nil
    if body.capacity > Self.kept { body = [] }
    if answer.capacity > Self.kept { answer = [] }
  }

  private static let kept = 16 << 10
}
