import RulesNetwork
import RulesRuntime

/// A conversation with a cluster, before or without owning a log: who is there, what they have.
///
/// Its calls run on a pool of its own and are awaited; each ends within a bounded time.
struct ClusterSession: Sendable {
  /// How long a backup may take to answer; one that takes longer counts as not there.
  static let backupLimit = Duration.seconds(2)
  /// The pause before asking once more what the backups have.
  static let pause = Duration.milliseconds(200)

  private let configuration: LogConfiguration
  private let pool: Pool<CallState>
  private let clock: any PoolClock

  /// - Throws: `LogError.configuration`, `LogError.system`.
  init(
    _ configuration: LogConfiguration, clock: any PoolClock = SystemClock(),
    makeCalls: @escaping MakeCalls
  ) async throws(LogError) {
    try configuration.check()
    self.configuration = configuration
    self.clock = clock
    do {
      let coordinator = configuration.coordinator
      pool = try await Pool(name: "log calls", clock: clock, log: configuration.log) { core in
        let calls = try makeCalls(core)
        calls.add(.address(coordinator), at: coordinator)
        return CallState(core: core, calls: calls)
      }
    } catch {
      throw .system("\(error)")
    }
  }

  /// Ends the session's pool.
  func close() async { await pool.shutdown() }

  /// What a log is to whom asks for it.
  enum Intent {
    /// Becomes its owner, and creates it if there is none.
    case own
    case look
  }

  /// - Throws: `noSuchLog`, `unreachable`, `protocolViolation`.
  func find(_ intent: Intent) async throws(LogError) -> LogOwnership {
    try await askCoordinator(
      intent == .own ? .openLog : .findLog, LogName(name: configuration.name))
  }

  /// Returns once at least one backup is up.
  /// - Throws: `noBackups` once patience is over; `unreachable`, `cancelled`.
  func waitForBackups() async throws(LogError) {
    let deadline = clock.now + configuration.patience
    while true {
      let membership: Membership = try await askCoordinator(.watch, Watch(after: 0))
      if !membership.backups.isEmpty { return }
      guard clock.now < deadline else { throw .noBackups }
      try await rest()
    }
  }

  /// Asks all backups what they have, again and again until the log is complete.
  /// - Parameter fence: the epoch below which they are to refuse writes from now on; 0: none.
  /// - Returns: the plan, or nil when no backup has anything and `mayBeNew`.
  /// - Throws: `incomplete` or `vanished` once patience is over; `unreachable`, `cancelled`.
  func survey(
    _ log: LogOwnership, fence: UInt32, mayBeNew: Bool
  ) async throws(LogError) -> (membership: Membership, plan: RecoveryPlan?) {
    let deadline = clock.now + configuration.patience
    while true {
      let membership: Membership = try await askCoordinator(.watch, Watch(after: 0))
      let answers = await list(log, fence: fence, at: membership)
      let problem: LogError
      switch planRecovery(answers, of: log.log, mark: log.mark) {
      case .complete(let plan): return (membership, plan)
      case .empty where mayBeNew: return (membership, nil)
      case .empty: problem = .vanished(name: configuration.name, epoch: log.epoch)
      case .incomplete(let segments), .lost(let segments):
        problem = .incomplete(
          segments, unanswered: answers.filter { $0.replicas == nil }.map(\.server))
      }
      guard clock.now < deadline else { throw problem }
      try await rest()
    }
  }

  /// Reads a segment from the best replica that can be read.
  /// - Parameters:
  ///   - capacity: what its image shall have room for, at least.
  ///   - skipped: grows with each replica that could not be read.
  /// - Throws: `incomplete` when there is none; `cancelled`.
  func read(
    _ segment: RecoveryPlan.Segment, of log: LogOwnership, capacity: Int = 0, skipped: inout Int
  ) async throws(LogError) -> SegmentImage {
    for source in segment.sources {
      if Task.isCancelled { throw .cancelled }
      switch await fetch(source, isClosed: segment.closed, capacity: capacity) {
      case .success(let image): return image
      case .failure(let problem):
        skipped += 1
        configuration.log.log(
          .warning, "segment \(segment.id) on backup \(source.server): \(problem.description)")
      }
    }
    throw .incomplete([IncompleteSegment(segment: segment.id, reason: .corrupt)], unanswered: [])
  }

  // MARK: -

  private func askCoordinator<Request: WireMessage, Reply: WireMessage>(
    _ operation: LogOperation, _ request: Request
  ) async throws(LogError) -> Reply {
    let address = configuration.coordinator
    let outcome = await call(
      .address(address), operation, request.encoded, limit: configuration.patience)
    guard let outcome else { throw Task.isCancelled ? .cancelled : .unreachable(address) }
    switch readReply(outcome, as: Reply.self) {
    case .success(let reply): return reply
    case .failure(let problem):
      if problem.refusal == LogRefusal.noSuchLog.rawValue {
        throw .noSuchLog(configuration.name)
      }
      throw .protocolViolation("the coordinator at \(address): \(problem)")
    }
  }

  private func list(
    _ log: LogOwnership, fence: UInt32, at membership: Membership
  ) async -> [BackupAnswer] {
    let members = membership.backups
    pool.post { state in
      for member in members {
        guard let address = NetworkAddress(member.address) else { continue }
        state.calls.add(.server(member.server), at: address)
      }
    }
    let request = ListReplicas(log: log.log, fence: fence).encoded
    return await withTaskGroup(of: BackupAnswer.self) { group in
      for member in members {
        group.addTask {
          let outcome = await call(
            .server(member.server), .listReplicas, request, limit: Self.backupLimit)
          guard let outcome, case .success(let list) = readReply(outcome, as: ReplicaList.self)
          else { return BackupAnswer(server: member.server, replicas: nil) }
          return BackupAnswer(server: member.server, replicas: list.replicas)
        }
      }
      var answers: [BackupAnswer] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.server < $1.server }
    }
  }

  private func fetch(
    _ source: RecoveryPlan.Source, isClosed: Bool, capacity: Int
  ) async -> Result<SegmentImage, CallProblem> {
    let length = Int(source.certificate.length)
    let image = SegmentImage(capacity: max(capacity, length))
    while image.length < length {
      let request = ReadReplica(
        key: source.key, offset: UInt32(image.length),
        length: UInt32(min(ReadReplica.maximumLength, length - image.length)))
      let outcome = await call(
        .server(source.server), .readReplica, request.encoded, limit: Self.backupLimit)
      switch outcome {
      case .ok(let bytes):
        guard bytes.count == Int(request.length) else {
          return .failure(
            CallProblem(description: "\(bytes.count) bytes came for \(request.length)"))
        }
        image.append(bytes)
      case .refused(.application(let code, let message)):
        let reason = LogRefusal(rawValue: code).map { "\($0)" } ?? "code \(code)"
        return .failure(CallProblem(refusal: code, description: "\(reason): \(message)"))
      case .refused(let refusal): return .failure(CallProblem(description: "\(refusal)"))
      case .targetLeft: return .failure(CallProblem(description: "the backup left"))
      case .callerNotMember: return .failure(CallProblem(description: "this process is no member"))
      case .failed(let failure): return .failure(CallProblem(description: "\(failure)"))
      case nil: return .failure(CallProblem(description: "no answer"))
      }
    }
    return image.verify(as: source, isClosed: isClosed)
  }

  /// - Returns: nil when there was no answer within `limit`, or the caller's task is cancelled.
  private func call(
    _ server: ServerKey, _ operation: LogOperation, _ head: [UInt8], limit: Duration
  ) async -> RPCOutcome? {
    if Task.isCancelled { return nil }
    return await withCheckedContinuation { continuation in
      let isPosted = pool.post { state in
        state.call(server, operation, head: head, limit: limit) {
          continuation.resume(returning: $0)
        }
      }
      if !isPosted { continuation.resume(returning: nil) }
    }
  }

  private func rest() async throws(LogError) {
    if Task.isCancelled { throw .cancelled }
    await withCheckedContinuation { continuation in
      let isPosted = pool.post { state in
        state.core.schedule(after: Self.pause) { continuation.resume() }
      }
      if !isPosted { continuation.resume() }
    }
  }
}
