/// Appends in the order in which they came: first those that are in a segment and not yet durable,
/// then those that are not written yet, or only in part.
struct AppendQueue {
  /// One call of `append`, or with no records a wait for everything before it.
  final class Request {
    let id: UInt64
    let records: [[UInt8]]
    /// One for each record that is written.
    var positions: [LogPosition] = []
    /// Where its last entry ends; everything up to there must be durable.
    var end = LogPosition(segment: 0, offset: 0)
    private let complete: (Result<[LogPosition], any Error>) -> Void

    init(
      id: UInt64, records: [[UInt8]],
      complete: @escaping (Result<[LogPosition], any Error>) -> Void
    ) {
      self.id = id
      self.records = records
      self.complete = complete
    }

    var isWritten: Bool { positions.count == records.count }

    func finish(_ result: Result<[LogPosition], any Error>) { complete(result) }
  }

  private var written = FIFO<Request>()
  private var waiting = FIFO<Request>()

  /// Appends that are not written, or only in part.
  var waitingCount: Int { waiting.count }

  mutating func add(_ request: Request) { waiting.append(request) }

  /// The request whose records are to be written next.
  var nextToWrite: Request? { waiting.first }

  /// The next one to write is written, up to its `end`.
  mutating func noteWritten() {
    if let request = waiting.removeFirst() { written.append(request) }
  }

  /// Takes out the next one to write, which cannot be written.
  mutating func dropNextToWrite() -> Request? { waiting.removeFirst() }

  /// Takes out the oldest written request if all of it is durable.
  mutating func takeDurable(upTo position: LogPosition) -> Request? {
    guard let request = written.first, request.end <= position else { return nil }
    return written.removeFirst()
  }

  /// Takes out a request wherever it is. What it wrote stays in the log.
  mutating func take(id: UInt64) -> Request? {
    written.remove { $0.id == id } ?? waiting.remove { $0.id == id }
  }

  /// Takes out everything, in order.
  mutating func takeAll() -> [Request] {
    let all = written.elements + waiting.elements
    self = AppendQueue()
    return all
  }
}
