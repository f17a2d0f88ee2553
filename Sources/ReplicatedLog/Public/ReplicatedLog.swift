import RulesNetwork
import RulesRuntime
import Synchronization

/// A log of records, each of which is on all its backups, three or one, by the time its append returns.
///
/// ```swift
/// let log = try await ReplicatedLog.open(LogConfiguration(coordinator: address))
/// let position = try await log.append(Array("hello".utf8))
/// try await log.close()
/// ```
///
/// A log has one owner at a time: whoever opened it last. All methods may be called from any thread,
/// at the same time. A log that is dropped without `close` stops; what was acknowledged is safe.
public final class ReplicatedLog: Sendable {
  private let pool: Pool<LogOwner>
  private let configuration: LogConfiguration
  /// For those who read it here.
  private let makeReaderCalls: MakeCalls
  private let nextRequest = Atomic<UInt64>(0)
  /// The last picture, once the pool is gone.
  private let last: Mutex<(status: LogStatus, statistics: PoolStatistics)?>
  private let first: (status: LogStatus, statistics: PoolStatistics)

  /// Opens a log as its owner, and creates it if there is none.
  ///
  /// All earlier owners are fenced: nothing they do can be acknowledged any more. What they left is
  /// read back and checked; replicas that are missing, and those of the segment that was open, are
  /// made again while the log is already in use.
  /// - Throws: `configuration`; `otherSettings` when the log is not kept as the configuration says, and
  ///   then nothing has changed; `unreachable`; `noBackups`; `incomplete`, `lost` and `vanished`: such a log is
  ///   never opened; `full` when it does not fit the memory limit; `fenced` when a newer owner came
  ///   meanwhile; `cancelled`; `planTooLarge`, `protocolViolation` and `system`.
  public static func open(
    _ configuration: LogConfiguration
  ) async throws(LogError) -> ReplicatedLog {
    try await open(configuration, makeCalls: makeCalls(over: configuration.host))
  }

  static func open(
    _ configuration: LogConfiguration, makeCalls: @escaping MakeCalls
  ) async throws(LogError) -> ReplicatedLog {
    try configuration.check()
    let (results, sender) = AsyncStream.makeStream(of: Result<Void, LogError>.self)
    let pool: Pool<LogOwner>
    do {
      pool = try await Pool(name: "log \(configuration.name)", log: configuration.log) { core in
        LogOwner(
          core: core, configuration: configuration, calls: try makeCalls(core),
          opened: { sender.yield($0) })
      }
    } catch {
      throw .system("\(error)")
    }
    var iterator = results.makeAsyncIterator()
    // No result: this task was cancelled.
    let result = await iterator.next() ?? .failure(.cancelled)
    do throws(LogError) {
      try result.get()
      return try await ReplicatedLog(pool, configuration, makeCalls)
    } catch {
      await pool.shutdown()
      throw error
    }
  }

  private init(
    _ pool: Pool<LogOwner>, _ configuration: LogConfiguration, _ makeCalls: @escaping MakeCalls
  ) async throws(LogError) {
    self.pool = pool
    self.configuration = configuration
    makeReaderCalls = makeCalls
    let picture: (LogStatus, PoolStatistics)?
    do {
      picture = try await pool.read { owner in
        owner.status().map { ($0, owner.core.statistics) }
      }
    } catch {
      throw .system("\(error)")
    }
    guard let picture else { throw .closed }
    first = picture
    last = Mutex(nil)
  }

  /// The log's own thread, for `Task(executorPreference:)`: what runs there appends without two changes of
  /// thread each time, which is most of the time that an append of one record takes at the level `memory`.
  /// Nothing of the log goes on meanwhile, so it must not take long, and never block.
  public var taskExecutor: any TaskExecutor { pool.taskExecutor }

  /// Appends a record after all that were appended before.
  /// - Parameter record: at most 1 MiB - 8 bytes, and less than a segment.
  /// - Returns: its position, when it is on all its backups.
  /// - Throws: `LogError.recordTooLarge`, `.full`, `.fenced`, `.closed`; `CancellationError`. After
  ///   any but the first the record may be in the log or not.
  public func append(_ record: [UInt8]) async throws -> LogPosition {
    try await append([record])[0]
  }

  /// Appends records after all that were appended before, in order and without others in between
  /// unless they are more than 16 MiB. Much faster than one by one.
  /// - Returns: their positions, when all of them are on all their backups.
  /// - Throws: as `append(_:)` for one; a part of them may be in the log then.
  public func append(_ records: [[UInt8]]) async throws -> [LogPosition] {
    records.isEmpty ? [] : try await request(records)
  }

  /// Gives up the beginning of the log: all segments before the one that a position is in. They are
  /// freed once they are durable and the coordinator knows that the log begins later; this does not
  /// wait for that. Positions stay what they are.
  /// - Throws: `LogError.closed`.
  public func trim(before position: LogPosition) throws(LogError) {
    guard pool.post({ $0.trim(before: position.segment) }) else { throw .closed }
  }

  /// The records that the log has when reading begins, from its backups: see `LogReader.records`. What
  /// was acknowledged before is among them. It can be read after `close` too.
  public func records(from: LogPosition? = nil, to: LogPosition? = nil) -> LogRecords {
    LogRecords(configuration, ReadScope(from: from, to: to), makeCalls: makeReaderCalls)
  }

  /// The records that the log has, and those that are appended later, by this owner or another one, as
  /// soon as they are replicated: see `LogReader.follow`.
  public func follow(from: LogPosition? = nil, to: LogPosition? = nil) -> LogRecords {
    LogRecords(
      configuration, ReadScope(from: from, to: to, follows: true), makeCalls: makeReaderCalls)
  }

  /// A consistent picture of the log; after `close` the last one.
  public func status() async -> LogStatus {
    let status = try? await pool.read { $0.status() }
    return status.flatMap { $0 } ?? lastPicture.status
  }

  /// What its rules did, and what they wait for; after `close` as of then.
  public func statistics() async -> PoolStatistics {
    do { return try await pool.read { $0.core.statistics } } catch {
      return lastPicture.statistics
    }
  }

  /// Waits until all that was appended is on all its backups, and ends. The log's last segment stays
  /// open; the next owner goes on there. Idempotent.
  /// - Throws: `LogError.fenced`, or `CancellationError` when the wait was cancelled; the log is
  ///   closed all the same.
  public func close() async throws {
    var problem: (any Error)?
    do {
      _ = try await request([])
    } catch LogError.closed {
      // Somebody else closes it: that is what was wanted.
    } catch {
      problem = error
    }
    do {
      let picture = try await pool.read { owner in
        owner.shutDown()
        return owner.status().map { ($0, owner.core.statistics) }
      }
      if let picture { last.withLock { $0 = picture } }
    } catch {
      // The pool is gone already, and whoever ended it kept the picture.
    }
    await pool.shutdown()
    if let problem { throw problem }
  }

  private var lastPicture: (status: LogStatus, statistics: PoolStatistics) {
    last.withLock { $0 } ?? first
  }

  private func request(_ records: [[UInt8]]) async throws -> [LogPosition] {
    let id = nextRequest.add(1, ordering: .relaxed).newValue
    let pool = pool
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isPosted = pool.post { owner in
          owner.append(records, id: id) { continuation.resume(with: $0) }
        }
        guard isPosted else { return continuation.resume(throwing: LogError.closed) }
        // A cancellation that came before the post found nothing to cancel.
        if Task.isCancelled { pool.post { $0.cancelAppend(id: id) } }
      }
    } onCancel: {
      pool.post { $0.cancelAppend(id: id) }
    }
  }
}
