import PlantedBugs
internal import RulesRuntime

/// One client of a server, over all its connections: what it has asked and not yet learned the
/// answer of. So a request that comes again, because a connection broke, is not done again.
final class RPCSession {
  /// Whose session: a client cannot take that of one with another role or key.
  struct Key: Hashable {
    var session: UInt64
    var role: ClusterRole
    var keyID: String
  }

  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  let key: Key
  /// Grows with every session of its server.
  let number: UInt64
  @exclusivity(unchecked) private(set) var member: ServerID?
  /// nil while the client is not connected.
  @exclusivity(unchecked) private(set) var connection: RPCServerConnection?
  /// Ends the session when the client does not come back.
  var expiry: PoolTimer?
  private(set) var peer = ""
  /// Sound: the server ends its sessions before it goes, at the latest in its `deinit`, and one that
  /// has ended has no requests, which alone lead here.
  private unowned(unsafe) let server: RPCServer
  private var records = IDTable<RPCRecord>()
  /// Requests that were answered, in the order in which the answers were sent on this connection,
  /// with the number of the answer's frame.
  private var sentAnswers = AnswerQueue()
  /// Every request up to this one has come, and is in `records` or has ended.
  @exclusivity(unchecked) private var newest: UInt64 = 0
  /// Requests without an answer.
  @exclusivity(unchecked) private(set) var unansweredCount = 0
  /// Bytes of them.
  @exclusivity(unchecked) private(set) var unansweredBytes = 0
  /// Bytes of answers that the client is not known to have.
  @exclusivity(unchecked) private(set) var answerBytes = 0

  init(_ key: Key, number: UInt64, server: RPCServer) {
    self.key = key
    self.number = number
    self.server = server
  }

  var isEmpty: Bool { records.isEmpty }

  // MARK: - Connections

  /// The client is connected, by a connection that takes the place of any other.
  func attach(_ connection: RPCServerConnection, member: ServerID?) {
    self.connection = connection
    self.member = member
    peer = connection.peer
    sentAnswers = AnswerQueue()
  }

  /// The client's connection is gone.
  func detach(_ connection: RPCServerConnection) {
    if self.connection === connection { self.connection = nil }
  }

  /// The client has asked again for everything that it still wants: the rest is dropped.
  func resumed(_ connection: UInt64) {
    for id in records.sortedIDs where records[id]?.connection != connection { drop(id) }
  }

  /// The client is gone for good.
  func end() {
    for id in records.sortedIDs { drop(id) }
    expiry?.cancel()
    expiry = nil
  }

  // MARK: - Requests

  /// What a request that arrives is.
  enum Arrival {
    case new(RPCRecord)
    /// It came before, and its answer will come or comes again.
    case known
    /// It came before, over this connection too, or the client has had its answer.
    case ended
  }

  func arrived(
    _ header: FrameHeader, _ content: FrameContent, over stream: FrameStream, connection: UInt64
  ) -> Arrival {
    if planted(.b21) { cancel(header.id) }
    if let record = records[header.id] {
      guard record.connection != connection else { return .ended }
      record.connection = connection
      if record.state == .answered { send(record, over: stream) }
      return .known
    }
    guard header.id > newest || planted(.b21) else { return .ended }
    expect(header.id > newest, "a request that came before is done again")
    newest = header.id
    let record = server.takeRecord() ?? RPCRecord()
    record.begin(header, self, connection: connection)
    record.take(content, length: Int(header.length))
    records[header.id] = record
    unansweredCount += 1
    unansweredBytes += record.requestBytes
    return .new(record)
  }

  /// Whether a request with this number has not come yet.
  func isNew(_ id: UInt64) -> Bool { id > newest }

  /// The client forgets a request.
  func cancel(_ id: UInt64) {
    if records[id] != nil { drop(id) }
  }

  /// The client has received so many frames of this connection.
  func clientReceived(_ frames: UInt32) {
    while let id = sentAnswers.takeFirst(below: frames) {
      if records[id]?.state == .answered { drop(id) }
    }
  }

  /// Nobody wants the answer of a request any more.
  private func drop(_ id: UInt64) {
    guard let record = records.remove(id) else { return }
    record.session = nil
    switch record.state {
    case .unanswered:
      unansweredCount -= 1
      unansweredBytes -= record.requestBytes
      server.unansweredChanged(by: -1)
      record.state = .dropped
      let onCancel = record.onCancel
      record.onCancel = nil
      onCancel?()
    case .answered:
      answerBytes -= record.answer.count
      server.keep(record, connection)
    case .dropped: break
    }
    account()
  }

  // MARK: - Answers

  /// Memory for an answer.
  func memory(of count: Int) -> [UInt8] { server.answerMemory.take(count) }

  /// Answers an unanswered request.
  func answer(
    _ record: RPCRecord, _ type: FrameType, code: UInt16 = 0, _ write: (inout [UInt8]) -> Void
  ) {
    record.setAnswer(type, code: code, write)
    let limit = server.limits.body
    if record.answer.count > limit {
      server.log.log(.error, "reply of \(record.answer.count) bytes, limit \(limit), to \(peer)")
      record.setAnswer(.failure, code: RPCRefusal.replyTooLong.wireCode ?? 0) { $0 = [] }
    }
    record.onCancel = nil
    unansweredCount -= 1
    unansweredBytes -= record.requestBytes
    answerBytes += record.answer.count
    server.unansweredChanged(by: -1)
    if let connection { send(record, over: connection.stream) }
    account()
  }

  /// Answers with a reason of the server's own.
  func fail(_ record: RPCRecord, _ reason: RPCRefusal) {
    answer(record, .failure, code: reason.wireCode ?? 0) { $0.removeAll(keepingCapacity: true) }
  }

  private func send(_ record: RPCRecord, over stream: FrameStream) {
    sentAnswers.append(record.id, frame: stream.sentFrames)
    record.sendAnswer(over: stream)
  }

  func reportSecondAnswer(opcode: UInt16) {
    server.log.log(.error, "a request of \(peer) with opcode \(opcode) was answered twice")
  }

  private func account() {
    connection?.account()
  }
}

/// The answers that were sent on a connection, oldest first: request and number of the frame. A ring,
/// so that it allocates nothing once it has grown.
private struct AnswerQueue {
  private var ring: [(id: UInt64, frame: UInt32)] = []
  private var first = 0
  private var count = 0

  mutating func append(_ id: UInt64, frame: UInt32) {
    if count == ring.count { grow() }
    ring[(first + count) % ring.count] = (id, frame)
    count += 1
  }

  /// Takes out the oldest, if its frame is one of the first `frames` (a wrapping number).
  mutating func takeFirst(below frames: UInt32) -> UInt64? {
    guard count > 0, Int32(bitPattern: ring[first].frame &- frames) < 0 else { return nil }
    defer {
      first = (first + 1) % ring.count
      count -= 1
    }
    return ring[first].id
  }

  private mutating func grow() {
    var larger: [(id: UInt64, frame: UInt32)] = []
    larger.reserveCapacity(max(16, ring.count * 2))
    for index in 0..<count { larger.append(ring[(first + index) % ring.count]) }
    while larger.count < max(16, ring.count * 2) { larger.append((0, 0)) }
    ring = larger
    first = 0
  }
}
