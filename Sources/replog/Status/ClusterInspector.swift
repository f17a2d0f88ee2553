import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Asks the coordinator for logs and members, and each member what replicas it has; changes nothing. Lives
/// on its pool's thread, and answers one question.
final class ClusterInspector {
  private let core: PoolCore
  private let client: RPCClient
  private let coordinator: ServerKey
  private let coordinators: [NetworkAddress]
  /// Coordinators that were not tried yet.
  private var untried: Int
  private let patience: Duration
  /// The only log that is asked for.
  private var name: String?
  private var log: LogOwnership?
  private var calls: [RPC] = []
  private var picture = ClusterPicture(cluster: 0, version: 0, servers: [])
  private var unanswered = 0
  /// Segments were missing, and the logs were asked for once more.
  private var hasAskedAgain = false
  private var timer: PoolTimer?
  private var onPicture: ((ClusterPicture) -> Void)?
  private var onFailure: ((CommandFailure) -> Void)?

  /// - Parameters:
  ///   - coordinators: where the coordinator may be, at least one.
  ///   - patience: for the coordinator's answer, and then once more for the backups'.
  init(core: PoolCore, coordinators: [NetworkAddress], patience: Duration) throws(SystemError) {
    let poller = try EpollPoller()
    core.poller = poller
    self.core = core
    client = RPCClient(core: core, transport: TCPTransport(core: core, poller: poller))
    coordinator = .address(coordinators[0])
    self.coordinators = coordinators
    untried = coordinators.count
    self.patience = patience
    client.onUnreachable = { [weak self] in self?.noteUnreachable($0, $1) }
    client.add(coordinator, at: coordinators)
  }

  /// Has an inspector on a pool of its own answer a question.
  static func answer<Answer: Sendable>(
    from coordinators: [NetworkAddress], patience: Duration,
    _ question:
      @escaping @Sendable (
        ClusterInspector, _ completion: @escaping (Result<Answer, CommandFailure>) -> Void
      ) -> Void
  ) async throws -> Answer {
    let pool = try await Pool(name: "inspector") { core in
      try ClusterInspector(core: core, coordinators: coordinators, patience: patience)
    }
    let result = await withCheckedContinuation { continuation in
      pool.post { inspector in
        question(inspector) { continuation.resume(returning: $0) }
      }
    }
    await pool.shutdown()
    return try result.get()
  }

  // MARK: Questions

  /// Whether there is a log of that name: a failure if not.
  func find(
    _ name: String, completion: @escaping (Result<LogOwnership, CommandFailure>) -> Void
  ) {
    begin { completion(.failure($0)) }
    call(coordinator, .nameLog, LogName(name: name)) { [weak self] outcome in
      guard let self, let found = self.message(LogOwnership.self, in: outcome, log: name) else {
        return
      }
      self.end()
      completion(.success(found))
    }
  }

  /// Who is there, and what replicas they have; of one log if a name is given.
  func inspect(
    log name: String?, completion: @escaping (Result<ClusterPicture, CommandFailure>) -> Void
  ) {
    begin { completion(.failure($0)) }
    onPicture = { completion(.success($0)) }
    self.name = name
    askForLogs { [weak self] in self?.watch() }
  }

  /// What is left of a log.
  func survey(
    _ name: String, completion: @escaping (Result<LogSurvey, CommandFailure>) -> Void
  ) {
    begin { completion(.failure($0)) }
    call(coordinator, .findLog, LogQuery(name: name, patience: 0)) { [weak self] outcome in
      guard let self, let survey = self.message(LogSurvey.self, in: outcome, log: name) else {
        return
      }
      self.end()
      completion(.success(survey))
    }
  }

  // MARK: The picture

  private func askForLogs(then next: @escaping () -> Void) {
    guard let name else { return listLogs(then: next) }
    call(coordinator, .nameLog, LogName(name: name)) { [weak self] outcome in
      guard let self, let found = self.message(LogOwnership.self, in: outcome, log: name) else {
        return
      }
      self.log = found
      self.note(NamedLog(name: name, ownership: found))
      next()
    }
  }

  /// All logs with a higher number.
  private func listLogs(after last: UInt64 = 0, then next: @escaping () -> Void) {
    call(coordinator, .listLogs, ListLogs(after: last)) { [weak self] outcome in
      guard let self, let list = self.message(LogList.self, in: outcome) else { return }
      for log in list.logs { self.note(log) }
      guard list.hasMore, let end = list.owners.last?.log, end > last else { return next() }
      self.listLogs(after: end, then: next)
    }
  }

  private func note(_ log: NamedLog) {
    if hasAskedAgain {
      picture.noteTrimmed(log.ownership)
    } else {
      picture.note(log.ownership, name: log.name)
    }
  }

  private func watch() {
    call(coordinator, .watch, Watch(after: 0)) { [weak self] outcome in
      guard let self, let members = self.message(Membership.self, in: outcome) else { return }
      self.list(members)
    }
  }

  private func list(_ members: Membership) {
    picture.cluster = members.cluster
    picture.version = members.version
    picture.servers = members.backups.sorted { $0.server < $1.server }
      .map { ClusterPicture.Server(member: $0, replicas: nil, problem: nil) }
    unanswered = picture.servers.count
    timer?.cancel()
    timer = core.schedule(after: patience) { [weak self] in self?.endWithPicture() }
    if unanswered == 0 { return endWithPicture() }
    for (index, server) in picture.servers.enumerated() {
      guard let address = NetworkAddress(server.member.address) else {
        answer(index, .failed(.notAccepted("its address is no address")))
        continue
      }
      client.add(.server(server.member.server), at: address)
      let question = ListReplicas(log: log?.log, fence: 0)
      call(.server(server.member.server), .listReplicas, question) { [weak self] in
        self?.answer(index, $0)
      }
    }
  }

  private func noteUnreachable(_ server: ServerKey, _ reason: String) {
    if server == coordinator {
      untried -= 1
      if untried == 0 { failWithoutCoordinator(reason) }
      return
    }
    for index in picture.servers.indices
    where .server(picture.servers[index].member.server) == server {
      picture.servers[index].problem = reason
    }
  }

  private func answer(_ index: Int, _ outcome: RPCOutcome) {
    if case .ok(let body) = outcome, let list = try? ReplicaList(decoding: body) {
      picture.servers[index].replicas = list.replicas
    } else {
      picture.servers[index].problem = failure(outcome).message
    }
    unanswered -= 1
    if unanswered == 0 { endWithPicture() }
  }

  private func call(
    _ server: ServerKey, _ operation: LogOperation, _ message: some WireMessage,
    _ onReady: @escaping (RPCOutcome) -> Void
  ) {
    calls.append(
      client.start(server, opcode: operation.rawValue, head: message.encoded) { call in
        if let outcome = call.outcome { onReady(outcome) }
      })
  }

  /// What the coordinator answered; nil when that is the end.
  /// - Parameter name: of the log that was asked for.
  private func message<Message: WireMessage>(
    _ type: Message.Type, in outcome: RPCOutcome, log name: String? = nil
  ) -> Message? {
    switch outcome {
    case .ok(let body):
      if let message = try? Message(decoding: body) { return message }
      fail(CommandFailure("the coordinator's answer makes no sense", code: .failure))
    case .refused(.application(LogRefusal.noSuchLog.rawValue, _)):
      fail(CommandFailure(LogError.noSuchLog(name ?? "")))
    default: fail(failure(outcome))
    }
    return nil
  }

  private func failure(_ outcome: RPCOutcome) -> CommandFailure {
    switch outcome {
    case .ok: CommandFailure("an answer that makes no sense", code: .failure)
    case .refused(.application(_, let message)):
      CommandFailure("refused: \(message)", code: .failure)
    case .refused(let refusal): CommandFailure("refused: \(refusal)", code: .failure)
    case .targetLeft: CommandFailure("it left the cluster", code: .failure)
    case .callerNotMember: CommandFailure("this process is no member", code: .failure)
    case .failed(let failure): CommandFailure("\(failure)", code: .failure)
    }
  }

  // MARK: The end

  private func begin(_ onFailure: @escaping (CommandFailure) -> Void) {
    self.onFailure = onFailure
    timer = core.schedule(after: patience) { [weak self] in
      self?.failWithoutCoordinator("no answer in time")
    }
  }

  private func failWithoutCoordinator(_ reason: String) {
    fail(.noCoordinator(at: coordinators, because: reason))
  }

  private func fail(_ failure: CommandFailure) {
    let onFailure = onFailure
    end()
    onFailure?(failure)
  }

  /// What was trimmed since the logs were asked for may not be missing: then they are asked for again.
  private func endWithPicture() {
    if !hasAskedAgain, picture.segments.contains(where: \.isMissing) {
      hasAskedAgain = true
      timer?.cancel()
      timer = core.schedule(after: patience) { [weak self] in self?.endWithPicture() }
      return askForLogs { [weak self] in self?.endWithPicture() }
    }
    let onPicture = onPicture
    end()
    onPicture?(picture)
  }

  private func end() {
    timer?.cancel()
    for call in calls { call.cancel() }
    calls = []
    onPicture = nil
    onFailure = nil
  }
}
