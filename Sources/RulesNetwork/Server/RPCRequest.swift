/// A request to be answered exactly once; unanswered and dropped, it is refused with code 0.
///
/// Belongs to the server's thread. The first answer counts; another one is reported as an error of
/// this program and dropped. An answer to a client that is gone is dropped.
public final class RPCRequest {
  /// What the client asks for; the meaning is the application's.
  public let opcode: UInt16
  /// At most 16 MiB, never to be trusted.
  public let body: [UInt8]
  /// For log lines: the peer's address.
  public let peer: String
  private let id: UInt64
  /// nil once the client is gone.
  private weak var connection: RPCServerConnection?
  private var isAnswered = false

  init(frame: Frame, connection: RPCServerConnection) {
    opcode = frame.header.code
    body = frame.body
    peer = connection.peer
    id = frame.header.id
    self.connection = connection
  }

  deinit {
    if !isAnswered { refuse(code: 0, message: "the server dropped the request") }
  }

  /// Answers with a body of at most 16 MiB, which is not copied.
  public func reply(_ body: [UInt8]) { answer(.reply, code: 0, body) }

  /// Answers with a copy of `body`, at most 16 MiB.
  public func reply(_ body: UnsafeRawBufferPointer) { reply([UInt8](copying: body)) }

  /// Answers that it will not be done. `code` is the application's; at most 4 KiB of `message` travel.
  public func refuse(code: UInt16, message: String) {
    answer(.refusal, code: code, [UInt8](message.utf8.prefix(4096)))
  }

  private func answer(_ type: FrameType, code: UInt16, _ answer: [UInt8]) {
    guard !isAnswered else {
      connection?.reportSecondAnswer(opcode: opcode)
      return
    }
    isAnswered = true
    connection?.answer(type, code: code, id: id, body: answer, requestBytes: body.count)
  }
}
