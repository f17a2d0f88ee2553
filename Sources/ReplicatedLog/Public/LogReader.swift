/// Reads a log from the replicas on the backups, without its owner.
public enum LogReader {
  /// Calls back for every record of a log, in order.
  ///
  /// Works while the owner appends, and after it is gone: what is read is what the backups had when
  /// reading began. Every byte is checked against its replica's certificate and its record's
  /// checksum; where a replica cannot be read or is corrupt, another one is.
  /// - Parameter each: what it throws ends the reading with `LogError.consumer`.
  /// - Throws: among others `noSuchLog`, `unreachable`, `incomplete` and `vanished`.
  public static func read(
    _ configuration: LogConfiguration, each: (LogPosition, [UInt8]) throws -> Void
  ) async throws(LogError) -> LogReadSummary {
    try await read(configuration, makeCalls: makeCalls(over: configuration.host), each: each)
  }

  static func read(
    _ configuration: LogConfiguration, makeCalls: @escaping MakeCalls,
    each: (LogPosition, [UInt8]) throws -> Void
  ) async throws(LogError) -> LogReadSummary {
    let session = try await ClusterSession(configuration, makeCalls: makeCalls)
    do throws(LogError) {
      let summary = try await read(from: session, each: each)
      await session.close()
      return summary
    } catch {
      await session.close()
      throw error
    }
  }

  private static func read(
    from session: ClusterSession, each: (LogPosition, [UInt8]) throws -> Void
  ) async throws(LogError) -> LogReadSummary {
    let log = try await session.find(.look)
    let (_, plan) = try await session.survey(log, fence: 0, mayBeNew: false)
    var summary = LogReadSummary()
    for segment in plan?.segments ?? [] {
      let image = try await session.read(segment, of: log, skipped: &summary.replicasSkipped)
      do {
        try image.forEachRecord { offset, record in
          try each(LogPosition(segment: segment.id, offset: UInt32(offset)), record)
          summary.records += 1
          summary.bytes += record.count
        }
      } catch {
        throw .consumer("\(error)")
      }
      summary.segments += 1
    }
    return summary
  }
}
