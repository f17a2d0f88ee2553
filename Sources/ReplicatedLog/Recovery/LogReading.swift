import RulesNetwork
import RulesRuntime

/// A log that is read from the replicas on the backups, without its owner, in a pool. Everything runs
/// on the pool's thread.
///
/// One that follows the log reads in rounds: each asks what is left of the log, and reads what became
/// replicated since. The pauses between rounds get longer after one that brings nothing and shorter after
/// one that does, and what is known of the last segment is kept, so that only new bytes are read.
package final class LogReading {
  /// The pauses of one that follows the log.
  private static let pauses = ExponentialBackoff(
    first: .milliseconds(5), limit: .milliseconds(500), jitter: 0.2)

  private let core: PoolCore
  private let calls: any ClusterCalls
  private let configuration: LogConfiguration
  private let scope: ReadScope
  private let take: (SegmentPart) -> Handover
  private var ended: ((Result<LogReadSummary, LogError>) -> Void)?
  private var opening: LogOpening?
  private var timer: PoolTimer?
  private var pause = LogReading.pauses
  private var random: SplitMix64
  private var summary = LogReadSummary()
  /// Where reading goes on; nil: at the beginning.
  private var position: LogPosition?
  /// The segment there, as far as it was read.
  private var known: ReadSegment?
  /// This round has brought something.
  private var hasNews = false

  /// Begins to read.
  /// - Parameters:
  ///   - from: the first position; nil: the log's beginning.
  ///   - to: no record from here on.
  ///   - follows: goes on with what is appended later, and ends by an error only, or at `to`. Only what is
  ///     replicated is read then.
  ///   - each: called for every record of the log, in order; what it throws ends the reading with
  ///     `LogError.consumer`.
  ///   - ended: called once, in a turn of its own.
  /// - Throws: `LogError.configuration`, or a `SystemError` when there is no way to the network.
  package convenience init(
    core: PoolCore, configuration: LogConfiguration, from: LogPosition? = nil,
    to: LogPosition? = nil, follows: Bool = false,
    each: @escaping (LogPosition, [UInt8]) throws -> Void,
    ended: @escaping (Result<LogReadSummary, LogError>) -> Void
  ) throws {
    try configuration.check()
    self.init(
      core: core, configuration: configuration,
      calls: try makeCalls(over: configuration.host)(core),
      scope: ReadScope(from: from, to: to, follows: follows),
      take: { part in
        do throws(LogError) {
          try part.forEachRecord(each)
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
    scope: ReadScope = ReadScope(), take: @escaping (SegmentPart) -> Handover,
    ended: @escaping (Result<LogReadSummary, LogError>) -> Void
  ) {
    self.core = core
    self.calls = calls
    self.configuration = configuration
    self.scope = scope
    self.take = take
    self.ended = ended
    random = SplitMix64(seed: configuration.seed ?? configuration.host.random())
    begin()
  }

  deinit {
    timer?.cancel()
    opening?.cancel()
    calls.close()
  }

  /// The segment that was lent is taken, or is not wanted, nor is anything after it.
  func taken(_ refusal: LogError? = nil) {
    opening?.readings.first { $0.image == .lent }?.taken(refusal)
  }

  /// Ends the reading with `LogError.cancelled`, unless it has ended.
  package func cancel() {
    if let opening { return opening.cancel() }
    guard ended != nil else { return }
    timer?.cancel()
    core.schedule(after: .zero) { [weak self] in self?.end(.failure(.cancelled)) }
  }

  private func begin() {
    hasNews = false
    let look = LogOpening.Look(scope: scope, position: position, known: known)
    let opening = LogOpening(
      core: core, calls: calls, configuration: configuration, intent: .look(look),
      take: { [weak self] in self?.handOver($0) ?? .taken },
      ended: { [weak self] in self?.roundEnded($0) })
    self.opening = opening
    core.add(opening, removeAtGoal: true)
  }

  private func handOver(_ read: ReadSegment) -> Handover {
    let segment = read.segment
    let part = wanted(of: read)
    guard part.isSound else {
      return .refused(
        .incomplete([IncompleteSegment(segment: segment.id, reason: .corrupt)], unanswered: []))
    }
    note(read, upTo: part.range.upperBound)
    summary.note(part, isNew: known?.segment.id != segment.id || part.range.lowerBound == start)
    known = scope.follows && !segment.closed ? read : nil
    if part.range.isEmpty { return .taken }
    hasNews = true
    return take(part)
  }

  private var start: Int { SegmentHeader.size }

  /// The records of a segment that are to be read and were not.
  private func wanted(of read: ReadSegment) -> SegmentPart {
    let id = read.segment.id
    let first = (position ?? scope.from).map { $0.segment == id ? Int($0.offset) : 0 } ?? 0
    var end = read.image.length
    if scope.follows, let limit = opening?.survey?.replicatedEnd, limit.segment == id {
      end = min(end, Int(limit.offset))
    }
    var range = read.image.wholeEntries(from: first, upTo: end)
    if let to = scope.to, to.segment == id {
      range = read.image.entries(range, beginningBefore: Int(to.offset))
    }
    return SegmentPart(id: id, image: read.image, range: range)
  }

  /// Reading goes on after these bytes of a segment.
  private func note(_ read: ReadSegment, upTo end: Int) {
    position =
      read.segment.closed && end == read.image.length
      ? LogPosition(segment: read.segment.id + 1, offset: UInt32(start))
      : LogPosition(segment: read.segment.id, offset: UInt32(end))
  }

  private func roundEnded(_ result: Result<LogSurvey, LogError>) {
    summary.replicasSkipped += opening?.replicasSkipped ?? 0
    opening = nil
    switch result {
    case .failure(let error): end(.failure(error))
    case .success(let survey):
      guard scope.follows, !scope.isOver(at: position) else { return end(.success(())) }
      // What is trimmed from now on is missed, also if it was not there yet.
      if position == nil, scope.from == nil {
        position = LogPosition(segment: survey.ownership.first, offset: UInt32(start))
      }
      if hasNews { pause.shorten() }
      timer = core.schedule(after: pause.next(using: &random)) { [weak self] in self?.begin() }
    }
  }

  private func end(_ result: Result<Void, LogError>) {
    calls.close()
    known = nil
    let ended = ended
    self.ended = nil
    ended?(result.map { summary })
  }
}

extension LogReadSummary {
  /// Counts what is in a part, and its segment if no part of it came before.
  fileprivate mutating func note(_ part: SegmentPart, isNew: Bool) {
    if isNew { segments += 1 }
    var offset = part.range.lowerBound
    while offset < part.range.upperBound, let end = Entry.end(part.image.bytes, at: offset) {
      records += 1
      bytes += end - offset - Entry.overhead
      offset = end
    }
  }
}
