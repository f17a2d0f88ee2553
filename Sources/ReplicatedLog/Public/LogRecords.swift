import RulesNetwork
import RulesRuntime

/// The records of a log, or of a part of it, in order: a sequence to be iterated with `for try await`.
/// Each iteration reads anew.
///
/// Whoever iterates slowly is waited for: a few segments are in memory, and nothing more is read before
/// they are taken. An iteration ends with nil, or once with a `LogError`; among others with `trimmed`
/// when the log begins after what is to be read, with `lost`, which says what positions are gone, with
/// `incomplete` when backups did not answer in time that may have what is missing, with `unreachable`,
/// and with `cancelled` when its task was cancelled.
public struct LogRecords: AsyncSequence, Sendable {
  public typealias Element = LogRecord
  public typealias Failure = LogError

  private let configuration: LogConfiguration
  private let scope: ReadScope
  private let makeCalls: MakeCalls

  init(_ configuration: LogConfiguration, _ scope: ReadScope, makeCalls: @escaping MakeCalls) {
    self.configuration = configuration
    self.scope = scope
    self.makeCalls = makeCalls
  }

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(ReadSession(configuration, scope, makeCalls: makeCalls))
  }

  /// Reads record by record. Dropped before its end, it stops reading.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let session: ReadSession
    private var part: SegmentPart?

    fileprivate init(_ session: ReadSession) { self.session = session }

    /// The next record is here already: `next` will not wait for anything.
    public var hasRecord: Bool { part?.range.isEmpty == false }

    /// The next record; nil after the last one, and after an error.
    public mutating func next() async throws(LogError) -> LogRecord? {
      try await next(isolation: nil)
    }

    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(LogError) -> LogRecord? {
      while true {
        if let record = part?.removeFirst() { return record }
        if part != nil { session.take() }
        part = try await session.next()
        if part == nil { return nil }
      }
    }
  }
}
