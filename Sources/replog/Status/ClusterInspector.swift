import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Asks the coordinator who is a member, and each member what replicas it has. Lives on its pool's
/// thread; makes one picture.
final class ClusterInspector {
  private let core: PoolCore
  private let client: RPCClient
  private let coordinator: ServerKey
  private let coordinators: [NetworkAddress]
  /// Coordinators that were not tried yet.
  private var untried: Int
  private let patience: Duration
  /// The only log that is asked for.
  private var log: LogOwnership?
  private var calls: [RPC] = []
  private var picture = ClusterPicture(cluster: 0, version: 0, servers: [])
  private var unanswered = 0
  private var timer: PoolTimer?
  private var completion: ((Result<ClusterPicture, CommandFailure>) -> Void)?

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

  /// Makes the picture; of one log if a name is given. Call it once.
  func inspect(
    log name: String?, completion: @escaping (Result<ClusterPicture, CommandFailure>) -> Void
  ) {
    self.completion = completion
    timer = core.schedule(after: patience) { [weak self] in
      self?.endWithoutCoordinator("no answer in time")
    }
    guard let name else { return listLogs() }
    call(coordinator, .nameLog, LogName(name: name)) { [weak self] outcome in
      guard let self else { return }
      switch outcome {
      case .ok(let body):
        guard let found = try? LogOwnership(decoding: body) else { return self.endMalformed() }
        self.log = found
        self.picture.replicaCounts[found.log] = found.settings.replicas
        self.watch()
      case .refused(.application(LogRefusal.noSuchLog.rawValue, _)):
        self.end(.failure(CommandFailure("there is no log '\(name)'", code: .failure)))
      default: self.end(.failure(self.failure(outcome)))
      }
    }
  }

  /// Asks what is left of a log, and changes nothing. Call it once, instead of `inspect`.
  func survey(
    _ name: String, completion: @escaping (Result<LogSurvey, CommandFailure>) -> Void
  ) {
    // Until there is an answer it can only end without one.
    self.completion = { if case .failure(let failure) = $0 { completion(.failure(failure)) } }
    timer = core.schedule(after: patience) { [weak self] in
      self?.endWithoutCoordinator("no answer in time")
    }
    call(coordinator, .findLog, LogQuery(name: name, patience: 0)) { [weak self] outcome in
      guard let self else { return }
      switch outcome {
      case .ok(let body):
        guard let survey = try? LogSurvey(decoding: body) else { return self.endMalformed() }
        self.completion = { _ in completion(.success(survey)) }
        self.endWithPicture()
      case .refused(.application(LogRefusal.noSuchLog.rawValue, _)):
        self.end(.failure(CommandFailure("there is no log '\(name)'", code: .failure)))
      default: self.end(.failure(self.failure(outcome)))
      }
    }
  }

  /// All logs with a higher number, and then the members.
  private func listLogs(after last: UInt64 = 0) {
    call(coordinator, .listLogs, ListLogs(after: last)) { [weak self] outcome in
      guard let self else { return }
      guard case .ok(let body) = outcome else { return self.end(.failure(self.failure(outcome))) }
      guard let list = try? LogList(decoding: body) else { return self.endMalformed() }
      for log in list.logs { self.picture.replicaCounts[log.log] = log.settings.replicas }
      guard list.hasMore, let next = list.logs.last?.log, next > last else { return self.watch() }
      self.listLogs(after: next)
    }
  }

  private func watch() {
    call(coordinator, .watch, Watch(after: 0)) { [weak self] outcome in
      guard let self else { return }
      guard case .ok(let body) = outcome else { return self.end(.failure(self.failure(outcome))) }
      guard let members = try? Membership(decoding: body) else { return self.endMalformed() }
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
      if untried == 0 { endWithoutCoordinator(reason) }
      return
    }
    for index in picture.servers.indices
    where .server(picture.servers[index].member.server) == server {
      picture.servers[index].problem = reason
    }
  }

  private func endWithoutCoordinator(_ reason: String) {
    end(.failure(.noCoordinator(at: coordinators, because: reason)))
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

  private func endMalformed() {
    end(.failure(CommandFailure("the coordinator's answer makes no sense", code: .failure)))
  }

  private func endWithPicture() { end(.success(picture)) }

  private func end(_ result: Result<ClusterPicture, CommandFailure>) {
    timer?.cancel()
    for call in calls { call.cancel() }
    calls = []
    let completion = completion
    self.completion = nil
    completion?(result)
  }
}
