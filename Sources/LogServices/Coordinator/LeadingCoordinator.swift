import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Answers what backups, masters and readers ask of the coordinator that leads. Every change is durable
/// before anybody is told of it. Belongs to its pool's thread.
final class LeadingCoordinator {
  let configuration: CoordinatorConfiguration
  let store: ClusterStore
  private var server: RPCServer?
  private var detector: FailureDetector?
  let recoveries: LogRecoveries
  let polls: MembershipPolls
  /// Members whose removal is being saved.
  private var removals: Set<ServerID> = []

  /// Where it listens really.
  let address: NetworkAddress

  /// Connections to it and from it stay under the usual limit of 1,024 descriptors.
  static let rpcLimits: RPCLimits = {
    var limits = RPCLimits()
    limits.connections = 512
    return limits
  }()
  private static let memberLimit = 256
  static let logLimit = 10_000
  /// After this a caller asks again, of whoever leads then.
  private static let retryPause = Duration.milliseconds(200)

  /// Begins to listen, and to ask the members whether they live: their silence counts from now on.
  /// - Throws: when it cannot listen.
  init(
    core: PoolCore, configuration: CoordinatorConfiguration, transport: any Transport,
    store: ClusterStore
  ) throws(SystemError) {
    self.configuration = configuration
    self.store = store
    let random = configuration.host.random
    // Both ask the members only.
    let client = RPCClient(core: core, transport: transport, endpoint: RPCEndpoint(random: random))
    recoveries = LogRecoveries(core: core, client: client)
    polls = MembershipPolls(core: core, state: { [unowned store] in store.state })
    let gate = Gate()
    let server = try RPCServer(
      core: core, transport: transport, address: configuration.address,
      endpoint: RPCEndpoint(role: .coordinator, limits: Self.rpcLimits, random: random),
      handler: { gate.coordinator?.handle($0) })
    self.server = server
    address = server.address
    gate.coordinator = self
    detector = FailureDetector(
      core: core, client: client, pingInterval: configuration.pingInterval,
      suspectAfter: configuration.suspectAfter,
      failed: { [weak self] server, reason in self?.declareFailed(server, because: reason) })
    configuration.log.log(
      .notice,
      "coordinator of cluster \(clusterName(cluster)) at \(address), "
        + "\(store.state.members.count) members, membership version \(store.state.version)")
    for member in store.state.members { watch(member) }
  }

  /// Lets the server's closure exist before the coordinator does.
  private final class Gate {
    weak var coordinator: LeadingCoordinator?
  }

  var cluster: UInt64 { store.state.cluster }

  /// Stops listening before anything else, so that requests that are dropped here stay unanswered.
  func close() {
    server?.close()
    server = nil
    polls.close()
    recoveries.close()
    detector?.close()
    detector = nil
  }

  // MARK: - Requests

  private func handle(_ request: RPCRequest) {
    // It was stopped for so long that another one may lead: what it knows may be old.
    guard store.isLeading else { return request.retry(after: Self.retryPause) }
    guard let operation = LogOperation(rawValue: request.opcode) else {
      return request.refuse(.unknownOperation, "operation \(request.opcode) is not known here")
    }
    do {
      switch operation {
      case .enlist: try enlist(request)
      case .watch: polls.begin(request, seen: try Watch(decoding: request.body).after)
      case .openLog: try openLog(request)
      case .findLog: try findLog(request)
      case .nameLog: try nameLog(request)
      case .listLogs: try listLogs(request)
      case .leave: try leave(request)
      case .noteMark: try noteMark(request)
      case .ping, .openReplica, .writeReplica, .closeReplica, .listReplicas, .readReplica,
        .freeReplica:
        request.refuse(.unknownOperation, "\(operation) is for backups")
      }
    } catch let error as Refused {
      request.refuse(error.refusal, error.text)
    } catch {
      request.refuse(.malformed, "\(error)")
    }
  }

  struct Refused: Error {
    var refusal: LogRefusal
    var text: String
  }

  /// Changes the state for a request.
  /// - Parameters:
  ///   - change: fails when the request is to be refused; then it has changed nothing.
  ///   - saved: called once the change is durable.
  func update<Value>(
    for request: RPCRequest,
    _ change: @escaping (inout ClusterState) -> Result<Value, Refused>,
    saved: @escaping (Value) -> Void
  ) {
    store.update(change) { [log = configuration.log] result in
      switch result {
      case .success(.success(let value)): saved(value)
      case .success(.failure(let refused)): request.refuse(refused.refusal, refused.text)
      case .failure(let problem):
        log.log(.error, "the cluster's state could not be saved: \(problem)")
        request.refuse(.storage, "\(problem)")
      }
    }
  }

  private func enlist(_ request: RPCRequest) throws {
    let message = try Enlist(decoding: request.body)
    let text = message.address
    guard NetworkAddress(text) != nil else { throw WireError("\(text) is not an address") }
    update(for: request) { state in
      let replaced = state.replaced(at: text, message.storage)
      guard state.members.count - replaced.count < Self.memberLimit else {
        return .refused(.storage, "the cluster has \(Self.memberLimit) members already")
      }
      if let disk = message.storage, state.knowsLaterStart(than: disk) {
        return .refused(
          .staleStorage,
          "its directory is an older copy, or a second one: a later start from it is known")
      }
      guard let server = state.takeServerID() else {
        return .refused(.storage, "all numbers are used up")
      }
      for gone in replaced where !planted(.b47) { _ = state.remove(gone.server) }
      let member = Membership.Member(server: server, address: text)
      state.join(member, from: message.storage)
      return .success((member, replaced))
    } saved: { [weak self] (member: Membership.Member, replaced: [Membership.Member]) in
      self?.enlisted(member, replaced, request)
    }
  }

  private func enlisted(
    _ member: Membership.Member, _ replaced: [Membership.Member], _ request: RPCRequest
  ) {
    for gone in replaced {
      let what = gone.address == member.address ? "address" : "directory"
      noteGone(gone, because: "its \(what) was enlisted anew")
    }
    configuration.log.log(
      .notice,
      "server \(member.server) at \(member.address) enlisted, \(store.state.members.count) members")
    request.reply(Enlisted(cluster: cluster, server: member.server).encoded)
    watch(member)
    membersChanged()
  }

  private func membersChanged() {
    recoveries.membersChanged(store.state.members.map(\.server))
    polls.membershipChanged()
  }

  private func noteMark(_ request: RPCRequest) throws {
    let note = try NoteMark(decoding: request.body)
    update(for: request) { state in
      switch state.noteMark(note) {
      case .noted: .success(())
      case .noSuchLog: .refused(.noSuchLog, "there is no log \(note.log)")
      case .fenced(let epoch):
        .refused(
          .fenced, "epoch \(note.mark.epoch) of log \(note.log) is not that of its owner, \(epoch)")
      }
    } saved: {
      request.reply([])
    }
  }

  /// A server that is no member any more may leave again.
  private func leave(_ request: RPCRequest) throws {
    let enlisted = try Enlisted(decoding: request.body)
    guard enlisted.cluster == cluster else {
      throw Refused(
        refusal: .notInCluster, text: "this is cluster \(clusterName(cluster))")
    }
    update(for: request) { state in
      .success(state.remove(enlisted.server))
    } saved: { [weak self] member in
      if let member { self?.removed(member, because: "it left") }
      request.reply([])
    }
  }

  // MARK: - Membership

  private func watch(_ member: Membership.Member) {
    guard let address = NetworkAddress(member.address) else { return }
    detector?.watch(member.server, at: address)
  }

  /// Tried again by the detector when the state cannot be saved.
  private func declareFailed(_ server: ServerID, because reason: String) {
    guard store.isLeading, removals.insert(server).inserted else { return }
    store.update(
      { $0.remove(server) },
      done: { [weak self] in self?.noteRemoval(of: server, because: reason, $0) })
  }

  private func noteRemoval(
    of server: ServerID, because reason: String,
    _ result: Result<Membership.Member?, StorageProblem>
  ) {
    removals.remove(server)
    switch result {
    case .success(let member?): removed(member, because: "declared failed: \(reason)")
    case .success(nil): break
    case .failure(let problem):
      configuration.log.log(
        .error, "server \(server) failed (\(reason)), but that could not be saved: \(problem)")
    }
  }

  private func removed(_ member: Membership.Member, because reason: String) {
    noteGone(member, because: reason)
    membersChanged()
  }

  private func noteGone(_ member: Membership.Member, because reason: String) {
    detector?.forget(member.server)
    configuration.log.log(
      .notice,
      "server \(member.server) at \(member.address) is no member any more: \(reason), "
        + "\(store.state.members.count) members")
  }
}

extension Result where Failure == LeadingCoordinator.Refused {
  static func refused(_ refusal: LogRefusal, _ text: String) -> Self {
    .failure(LeadingCoordinator.Refused(refusal: refusal, text: text))
  }
}
