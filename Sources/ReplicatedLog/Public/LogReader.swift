import RulesNetwork

/// Reads a log from the replicas on the backups, without its owner.
///
/// Works while the owner appends, and after it is gone. Every byte is checked against its replica's
/// certificate and its record's checksum; where a replica cannot be read or is corrupt, another one is.
/// When none of a segment can be read, the coordinator is asked again, for as long as the configuration
/// has patience.
public enum LogReader {
  /// The records that a log has when reading begins.
  /// - Parameters:
  ///   - from: the first position; nil: the log's beginning, wherever that is then.
  ///   - to: no record at this position or after it; nil: all that there are.
  public static func records(
    of configuration: LogConfiguration, from: LogPosition? = nil, to: LogPosition? = nil
  ) -> LogRecords {
    LogRecords(
      configuration, ReadScope(from: from, to: to),
      makeCalls: makeCalls(over: configuration.host))
  }

  /// The records that a log has, and those that are appended later, as soon as they are replicated.
  ///
  /// No record comes before every recovery would return it. It goes on whatever happens to the log's
  /// owners; it ends with an error, or when it comes to `to`. The coordinator and the backups are asked
  /// every five milliseconds while records come, and down to twice a second when none do.
  ///
  /// What is replicated is told from the backups' answers alone. So the last records of a log whose
  /// owner is gone come only while all their backups are up, or after the next owner has repaired them.
  public static func follow(
    _ configuration: LogConfiguration, from: LogPosition? = nil, to: LogPosition? = nil
  ) -> LogRecords {
    LogRecords(
      configuration, ReadScope(from: from, to: to, follows: true),
      makeCalls: makeCalls(over: configuration.host))
  }

  /// Calls back for every record that a log has when reading begins, in order.
  /// - Parameters:
  ///   - from: the first position; nil: the log's beginning.
  ///   - to: no record at this position or after it.
  ///   - each: what it throws ends the reading with `LogError.consumer`.
  /// - Throws: what the iteration of `LogRecords` throws.
  public static func read(
    _ configuration: LogConfiguration, from: LogPosition? = nil, to: LogPosition? = nil,
    each: (LogPosition, [UInt8]) throws -> Void
  ) async throws(LogError) -> LogReadSummary {
    try await read(
      configuration, ReadScope(from: from, to: to),
      makeCalls: makeCalls(over: configuration.host), each: each)
  }

  static func read(
    _ configuration: LogConfiguration, _ scope: ReadScope = ReadScope(),
    makeCalls: @escaping MakeCalls, each: (LogPosition, [UInt8]) throws -> Void
  ) async throws(LogError) -> LogReadSummary {
    let session = ReadSession(configuration, scope, makeCalls: makeCalls)
    while let part = try await session.next() {
      try part.forEachRecord(each)
      session.take()
    }
    return session.summary
  }
}
