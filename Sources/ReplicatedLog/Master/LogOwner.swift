import RulesNetwork
import RulesRuntime

/// A log and its owner in one pool: opened, used, closed. Everything runs on the pool's thread.
package final class LogOwner {
  private enum Phase {
    case opening(LogOpening)
    case open(LogState)
    /// It was not opened, or was shut down before it was.
    case failed(LogError)
  }

  /// The pool that it lives in.
  package let core: PoolCore
  private let calls: any ClusterCalls
  private let configuration: LogConfiguration
  private let opened: (Result<Void, LogError>) -> Void
  private var phase = Phase.failed(.closed)
  /// What was read so far, by segment.
  private var read: [UInt64: SegmentImage] = [:]

  /// Begins to open a log as its owner; creates it if there is none.
  /// - Parameter opened: called once, in a later turn of the pool: the log can be used, or why not.
  /// - Throws: `LogError.configuration`, or a `SystemError` when there is no way to the network.
  package convenience init(
    core: PoolCore, configuration: LogConfiguration,
    opened: @escaping (Result<Void, LogError>) -> Void
  ) throws {
    try configuration.check()
    self.init(
      core: core, configuration: configuration,
      calls: try makeCalls(over: configuration.host)(core),
      opened: opened)
  }

  /// As above, with the calls of a test and a configuration that was checked.
  init(
    core: PoolCore, configuration: LogConfiguration, calls: any ClusterCalls,
    opened: @escaping (Result<Void, LogError>) -> Void
  ) {
    self.core = core
    self.calls = calls
    self.configuration = configuration
    self.opened = opened
    let opening = LogOpening(
      core: core, calls: calls, configuration: configuration, intent: .own,
      take: { [weak self] in
        self?.read[$0.segment.id] = $0.image
        return .taken
      },
      ended: { [weak self] in self?.ended($0) })
    phase = .opening(opening)
    core.add(opening, removeAtGoal: true)
  }

  // A pool may end at any time. A log that is open ends its calls itself, in an order that it knows.
  deinit {
    guard case .opening(let opening) = phase else { return }
    opening.cancel()
    calls.close()
  }

  /// Appends records, after all that were appended before; with no records it only waits for these.
  /// Refused unless the log is open.
  /// - Parameters:
  ///   - id: names the request for `cancelAppend`.
  ///   - complete: called once: where the records are, when all of them are durable; an error after
  ///     which records may be in the log or not.
  package func append(
    _ records: [[UInt8]], id: UInt64,
    complete: @escaping (Result<[LogPosition], any Error>) -> Void
  ) {
    switch phase {
    case .opening: complete(.failure(LogError.closed))
    case .failed(let error): complete(.failure(error))
    case .open(let state): state.append(records, id: id, complete: complete)
    }
  }

  /// Gives up waiting for a request. Records of it that are in a segment stay in the log.
  package func cancelAppend(id: UInt64) {
    if case .open(let state) = phase { state.cancelAppend(id: id) }
  }

  /// Gives up all segments before one. Without effect unless the log is open.
  package func trim(before segment: UInt64) {
    if case .open(let state) = phase { state.trim(before: segment) }
  }

  /// A consistent picture of the log; nil until it is open.
  package func status() -> LogStatus? {
    if case .open(let state) = phase { state.status() } else { nil }
  }

  /// Ends the log as far as this owner goes, open or not: nothing more is sent, and every append that
  /// waits, now or later, gets `LogError.closed`. While it is being opened, `opened` gets
  /// `LogError.cancelled`. Idempotent.
  package func shutDown() {
    switch phase {
    case .opening(let opening): opening.cancel()
    case .open(let state): state.shutDown()
    case .failed: break
    }
  }

  private func ended(_ result: Result<LogSurvey, LogError>) {
    guard case .opening = phase else { return }
    switch result {
    case .success(let survey):
      guard let recovered = recovered(survey) else {
        return fail(.protocolViolation("the log's plan has other segments than were read"))
      }
      begin(survey, recovered)
      opened(.success(()))
    case .failure(let error): fail(error)
    }
  }

  private func fail(_ error: LogError) {
    phase = .failed(error)
    read = [:]
    calls.close()
    opened(.failure(error))
  }

  /// What is there to begin with, by the coordinator's last word: the sources may be others than when
  /// the first segments were read.
  private func recovered(_ survey: LogSurvey) -> [RecoveredSegment]? {
    guard case .complete(let segments) = survey.verdict else { return read.isEmpty ? [] : nil }
    var recovered: [RecoveredSegment] = []
    for segment in segments {
      guard let image = read[segment.id] else { return nil }
      let planned = segment.planned(in: survey.ownership.log)
      recovered.append(
        planned.recovered(image, replicas: survey.ownership.settings.replicas))
    }
    read = [:]
    return recovered
  }

  private func begin(_ survey: LogSurvey, _ recovered: [RecoveredSegment]) {
    let state = LogState(
      core: core, calls: calls,
      identity: LogState.Identity(
        ownership: survey.ownership, coordinator: configuration.coordinator,
        cluster: survey.membership.cluster, segmentCapacity: configuration.segmentCapacity,
        memoryLimit: configuration.memoryLimit),
      membership: survey.membership, recovered: recovered,
      seed: configuration.seed ?? configuration.host.random())
    phase = .open(state)
    state.watchMembership()
    state.review.begin()
  }
}
