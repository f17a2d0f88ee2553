import RulesNetwork
import RulesRuntime

/// Reads a log from the replicas on the backups, without its owner.
public enum LogReader {
  /// Calls back for every record of a log, in order.
  ///
  /// Works while the owner appends, and after it is gone: what is read is what the backups had when
  /// reading began. Every byte is checked against its replica's certificate and its record's
  /// checksum; where a replica cannot be read or is corrupt, another one is.
  /// - Parameter each: what it throws ends the reading with `LogError.consumer`.
  /// - Throws: among others `noSuchLog`, `unreachable`, `incomplete`, `vanished` and `cancelled`.
  public static func read(
    _ configuration: LogConfiguration, each: (LogPosition, [UInt8]) throws -> Void
  ) async throws(LogError) -> LogReadSummary {
    try await read(configuration, makeCalls: makeCalls(over: configuration.host), each: each)
  }

  /// What comes from the pool: a segment, which the pool then waits for, or the end.
  private enum News: Sendable {
    case segment(UInt64, SegmentImage)
    case ended(Result<LogReadSummary, LogError>)
  }

  static func read(
    _ configuration: LogConfiguration, makeCalls: @escaping MakeCalls,
    each: (LogPosition, [UInt8]) throws -> Void
  ) async throws(LogError) -> LogReadSummary {
    try configuration.check()
    // At most two: one segment is lent at a time, and the end comes once.
    let (news, sender) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .unbounded)
    let pool: Pool<LogReading>
    do {
      pool = try await Pool(name: "reading \(configuration.name)", log: configuration.log) { core in
        LogReading(
          core: core, configuration: configuration, calls: try makeCalls(core),
          take: { segment, image in
            sender.yield(.segment(segment.id, image))
            return .lent
          },
          ended: { sender.yield(.ended($0)) })
      }
    } catch {
      throw .system("\(error)")
    }
    let result = await consume(news, from: pool, each)
    await pool.shutdown()
    return try result.get()
  }

  /// The pool may be ended afterwards, whatever came of it.
  private static func consume(
    _ news: AsyncStream<News>, from pool: Pool<LogReading>,
    _ each: (LogPosition, [UInt8]) throws -> Void
  ) async -> Result<LogReadSummary, LogError> {
    for await item in news {
      switch item {
      case .ended(let result): return result
      case .segment(let id, let image):
        do throws(LogError) {
          try image.forEachRecord(of: id, each)
        } catch {
          return .failure(error)
        }
        pool.post { $0.taken() }
      }
    }
    // The stream ends when this task is cancelled, and never by itself.
    return .failure(.cancelled)
  }
}
