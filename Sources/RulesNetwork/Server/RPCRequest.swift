internal import RulesRuntime

/// A request to be answered exactly once; unanswered and dropped, it is refused as `unanswered`.
///
/// Belongs to the server's thread. The first answer counts; another one is reported as an error of
/// this program and dropped. An answer to a client that is gone is dropped.
public final class RPCRequest {
  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  @exclusivity(unchecked) private var record: RPCRecord?
  /// What the record's generation is as long as it is about this request.
  @exclusivity(unchecked) private var generation: UInt64 = 0
  /// The peer's address, for log lines.
  public private(set) var peer = ""
  /// What the caller is: proved by its key, or what it says where nobody has keys.
  @exclusivity(unchecked) public private(set) var callerRole = ClusterRole.client
  /// The member that the caller says it is; nil: none.
  @exclusivity(unchecked) public private(set) var caller: ServerID?

  init() {}

  deinit { end() }

  /// Becomes the handle of a request; it is nobody's handle.
  func begin(_ record: RPCRecord, _ session: RPCSession) {
    self.record = record
    generation = record.generation
    peer = session.peer
    callerRole = session.key.role
    caller = session.member
  }

  /// The handler has no use for it any more.
  func end() {
    if let record = current, record.state == .unanswered {
      record.session?.fail(record, .unanswered)
    }
    record = nil
  }

  /// The record, as long as it is about this request.
  private var current: RPCRecord? {
    guard let record, record.generation == generation else { return nil }
    return record
  }

  /// What the client asks for; the meaning is the application's.
  public var opcode: UInt16 { current?.opcode ?? 0 }
  /// The trace that the client's call belongs to.
  public var trace: RPCTrace { current?.trace ?? .none }
  /// At most 16 MiB, never to be trusted; without what was placed. Empty once the client has the
  /// answer, or has forgotten the request.
  public var body: [UInt8] { current?.body ?? [] }
  /// Bytes of the body, behind `body`, that went to the memory that `RPCServer.placePayload` gave.
  public var placedCount: Int { current?.placedCount ?? 0 }

  /// CRC-32C of the body, what was placed included, which the connection has checked.
  public var bodyChecksum: UInt32 { current?.bodyChecksum ?? 0 }

  /// Whether the client has forgotten it, or is gone: the answer will be dropped, so the work may be
  /// too.
  public var isCancelled: Bool { current.map { $0.state == .dropped } ?? true }

  /// Runs when the client forgets the request, or is gone, before it was answered.
  public func onCancel(_ body: @escaping () -> Void) {
    if let record = current, record.state == .unanswered { record.onCancel = body }
  }

  /// Answers with a body of at most 16 MiB, which is not copied.
  public func reply(_ body: [UInt8]) {
    answer { $0.answer($1, .reply) { $0 = body } }
  }

  /// Memory for an answer of exactly so many bytes, that of an earlier one if there is some. What is in it
  /// may be another client's: all of it is to be written.
  public func memory(of count: Int) -> [UInt8] {
    current?.session?.memory(of: count) ?? [UInt8](unwritten: count)
  }

  /// Answers with a copy of `body`, at most 16 MiB.
  public func reply(_ body: UnsafeRawBufferPointer) {
    answer { $0.answer($1, .reply) { $0.assign(body) } }
  }

  /// Answers with what is written, at most 16 MiB; the memory is used again for other answers.
  public func reply(_ write: (inout WireWriter) -> Void) {
    answer { session, record in
      session.answer(record, .reply) { answer in
        var writer = WireWriter(reusing: &answer)
        write(&writer)
        answer = writer.bytes
      }
    }
  }

  /// Answers that it will not be done. `code` is the application's; at most 4 KiB of `message` travel.
  public func refuse(code: UInt16, message: String) {
    answer { $0.answer($1, .refusal, code: code) { $0 = [UInt8](message.utf8.prefix(4096)) } }
  }

  /// Answers that the caller is no member of the cluster (any more).
  public func refuseCaller() {
    answer { $0.answer($1, .notMember) { $0 = [] } }
  }

  /// Has the client ask again, as a new request, not before this time has passed; at most an hour.
  public func retry(after delay: Duration) {
    let microseconds = max(.zero, min(delay, .seconds(3600))) / .microseconds(1)
    answer { session, record in
      session.answer(record, .retry) { answer in
        var writer = WireWriter()
        writer.uint32(UInt32(microseconds))
        answer = writer.bytes
      }
    }
  }

  private func answer(_ body: (RPCSession, RPCRecord) -> Void) {
    guard let record = current, let session = record.session else { return }
    switch record.state {
    case .unanswered: body(session, record)
    case .answered: session.reportSecondAnswer(opcode: record.opcode)
    case .dropped: break
    }
  }
}
