import RulesNetwork
import RulesRuntime

/// A log that is read from the replicas on the backups, without its owner, in a pool. Everything runs
/// on the pool's thread.
package final class LogReading {
  private let calls: any ClusterCalls
  private var opening: LogOpening?
  private var ended: ((Result<LogReadSummary, LogError>) -> Void)?
  private let tally: Tally

  /// What was handed over.
  private final class Tally {
    var summary = LogReadSummary()
  }

  /// Begins to read.
  /// - Parameters:
  ///   - each: called for every record of the log, in order; what it throws ends the reading with
  ///     `LogError.consumer`.
  ///   - ended: called once, in a turn of its own.
  /// - Throws: `LogError.configuration`, or a `SystemError` when there is no way to the network.
  package convenience init(
    core: PoolCore, configuration: LogConfiguration,
    each: @escaping (LogPosition, [UInt8]) throws -> Void,
    ended: @escaping (Result<LogReadSummary, LogError>) -> Void
  ) throws {
    try configuration.check()
    self.init(
      core: core, configuration: configuration,
      calls: try makeCalls(over: configuration.host)(core),
      take: { segment, image in
        do throws(LogError) {
          try image.forEachRecord(of: segment.id, each)
          return .taken
        } catch {
          return .refused(error)
        }
      },
      ended: ended)
  }

  /// As above, with the calls of a test, a configuration that was checked, and whole segments.
  init(
    core: PoolCore, configuration: LogConfiguration, calls: any ClusterCalls,
    take: @escaping TakeSegment, ended: @escaping (Result<LogReadSummary, LogError>) -> Void
  ) {
    let tally = Tally()
    self.tally = tally
    self.calls = calls
    self.ended = ended
    let opening = LogOpening(
      core: core, calls: calls, configuration: configuration, intent: .look,
      take: { segment, image in
        tally.summary.note(image)
        return take(segment, image)
      },
      ended: { [weak self] in self?.end($0) })
    self.opening = opening
    core.add(opening, removeAtGoal: true)
  }

  deinit {
    opening?.cancel()
    calls.close()
  }

  /// The segment that was lent is taken, or is not wanted, nor is anything after it.
  func taken(_ refusal: LogError? = nil) {
    opening?.readings.first { $0.image == .lent }?.taken(refusal)
  }

  /// Ends the reading with `LogError.cancelled`, unless it has ended.
  package func cancel() { opening?.cancel() }

  private func end(_ result: Result<LogSurvey, LogError>) {
    var summary = tally.summary
    summary.replicasSkipped = opening?.replicasSkipped ?? 0
    opening = nil
    calls.close()
    let ended = ended
    self.ended = nil
    ended?(result.map { _ in summary })
  }
}

extension LogReadSummary {
  /// Counts a segment and what is in it.
  fileprivate mutating func note(_ image: SegmentImage) {
    segments += 1
    image.forEachRecord { _, record in
      records += 1
      bytes += record.count
    }
  }
}

extension SegmentImage {
  /// Calls back for every record, in order.
  /// - Throws: `LogError.consumer` with what `body` throws.
  func forEachRecord(
    of segment: UInt64, _ body: (LogPosition, [UInt8]) throws -> Void
  ) throws(LogError) {
    do {
      try forEachRecord { offset, record in
        try body(LogPosition(segment: segment, offset: UInt32(offset)), record)
      }
    } catch {
      throw .consumer("\(error)")
    }
  }
}
