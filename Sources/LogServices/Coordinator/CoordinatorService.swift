import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Answers what backups, masters and readers ask of the coordinator. Every change is on the disk
/// before anybody is told of it. Belongs to its pool's thread.
package final class CoordinatorService {
  private struct Watcher {
    var after: UInt64
    var request: RPCRequest
  }

  let configuration: CoordinatorConfiguration
  private let lock: DirectoryLock?
  var store: ClusterStore
  private var server: RPCServer?
  private var detector: FailureDetector?
  private var monitoring: MonitoringServer?
  let recoveries: LogRecoveries
  /// Long polls, the oldest first.
  private var watchers: [Watcher] = []

  /// Where it listens really.
  let address: NetworkAddress
  /// Where it answers over HTTP, if anywhere.
  var monitoringAddress: NetworkAddress? { monitoring?.address }

  /// Connections to it and from it stay under the usual limit of 1,024 descriptors.
  static let rpcLimits: RPCLimits = {
    var limits = RPCLimits()
    limits.connections = 512
    return limits
  }()
  private static let watcherLimit = 4096
  private static let memberLimit = 256
  static let logLimit = 10_000

  package init(core: PoolCore, configuration: CoordinatorConfiguration) throws {
    self.configuration = configuration
    lock = try configuration.directory.map { (directory) throws(ServiceError) in
      try DirectoryLock(directory, files: configuration.files)
    }
    let random = configuration.host.random
    store = try ClusterStore(
      directory: configuration.directory, newCluster: max(1, random()),
      files: configuration.files)
    let transport = try configuration.host.makeTransport(core)
    // Both ask the members only.
    let client = RPCClient(core: core, transport: transport, endpoint: RPCEndpoint(random: random))
    recoveries = LogRecoveries(core: core, client: client)
    let gate = Gate()
    let server = try RPCServer(
      core: core, transport: transport, address: configuration.address,
      endpoint: RPCEndpoint(role: .coordinator, limits: Self.rpcLimits, random: random),
      handler: { gate.service?.handle($0) })
    self.server = server
    address = server.address
    gate.service = self
    let detector = FailureDetector(
      core: core, client: client, pingInterval: configuration.pingInterval,
      suspectAfter: configuration.suspectAfter,
      failed: { [weak self] server, reason in self?.declareFailed(server, because: reason) })
    self.detector = detector
    monitoring = try configuration.monitoring.map { (address) throws(SystemError) in
      try MonitoringServer(
        core: core, transport: transport, address: address, pages: pages(of: core))
    }
    configuration.log.log(
      .notice,
      "coordinator of cluster \(clusterName(cluster)) at \(address), "
        + "\(store.state.members.count) members, membership version \(store.state.version)")
    for member in store.state.members { watch(member) }
  }

  /// Lets the server's closure exist before the service does.
  private final class Gate {
    weak var service: CoordinatorService?
  }

  var cluster: UInt64 { store.state.cluster }

  private func pages(of core: PoolCore) -> MonitoringServer.Pages {
    MonitoringServer.Pages(
      metrics: { [weak self] in core.metrics.samples + (self?.store.state.samples ?? []) },
      health: { [weak self] in
        .health(self?.server != nil, "coordinates \(self?.store.state.members.count ?? 0) backups")
      })
  }

  func close() {
    server?.close()
    server = nil
    monitoring?.close()
    monitoring = nil
    watchers = []
    recoveries.close()
    detector?.close()
    detector = nil
  }

  // MARK: - Requests

  private func handle(_ request: RPCRequest) {
    guard let operation = LogOperation(rawValue: request.opcode) else {
      return request.refuse(.unknownOperation, "operation \(request.opcode) is not known here")
    }
    do {
      switch operation {
      case .enlist: try enlist(request)
      case .watch: try watch(request)
      case .openLog: try openLog(request)
      case .findLog: try findLog(request)
      case .nameLog: try nameLog(request)
      case .leave: try leave(request)
      case .noteMark: try noteMark(request)
      case .ping, .openReplica, .writeReplica, .closeReplica, .listReplicas, .readReplica,
        .freeReplica:
        request.refuse(.unknownOperation, "\(operation) is for backups")
      }
    } catch let error as SystemError {
      configuration.log.log(.error, "the cluster's state could not be saved: \(error)")
      request.refuse(.storage, "\(error)")
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

  private func enlist(_ request: RPCRequest) throws {
    let text = try Enlist(decoding: request.body).address
    guard NetworkAddress(text) != nil else { throw WireError("\(text) is not an address") }
    // Two servers cannot listen at one address: who was there before is gone.
    let replaced = store.state.members.filter { $0.address == text }
    guard store.state.members.count - replaced.count < Self.memberLimit else {
      throw Refused(refusal: .storage, text: "the cluster has \(Self.memberLimit) members already")
    }
    let joined = try store.update { state -> Membership.Member? in
      guard let server = state.takeServerID() else { return nil }
      let member = Membership.Member(server: server, address: text)
      for gone in replaced { _ = state.remove(gone.server) }
      state.join(member)
      return member
    }
    guard let joined else { throw Refused(refusal: .storage, text: "all numbers are used up") }
    for gone in replaced { noteGone(gone, because: "its address was enlisted anew") }
    configuration.log.log(
      .notice, "server \(joined.server) at \(text) enlisted, \(store.state.members.count) members")
    request.reply(Enlisted(cluster: cluster, server: joined.server).encoded)
    watch(joined)
    membersChanged()
  }

  private func watch(_ request: RPCRequest) throws(WireError) {
    let after = try Watch(decoding: request.body).after
    // A version that is still to come is of another history: who asks for it should learn that.
    guard after == store.state.version else { return request.reply(store.state.membership.encoded) }
    if watchers.count >= Self.watcherLimit {
      watchers.removeFirst().request.reply(store.state.membership.encoded)
    }
    watchers.append(Watcher(after: after, request: request))
  }

  private func membersChanged() {
    recoveries.membersChanged(store.state.members.map(\.server))
    answerWatchers()
  }

  private func answerWatchers() {
    let body = store.state.membership.encoded
    let due = watchers.filter { $0.after != store.state.version }
    watchers.removeAll { $0.after != store.state.version }
    for watcher in due { watcher.request.reply(body) }
  }

  private func noteMark(_ request: RPCRequest) throws {
    let note = try NoteMark(decoding: request.body)
    switch try store.update({ $0.noteMark(note) }) {
    case .noted: request.reply([])
    case .noSuchLog: throw Refused(refusal: .noSuchLog, text: "there is no log \(note.log)")
    case .fenced(let epoch):
      throw Refused(
        refusal: .fenced,
        text: "epoch \(note.mark.epoch) of log \(note.log) is not that of its owner, \(epoch)")
    }
  }

  /// A server that is no member any more may leave again.
  private func leave(_ request: RPCRequest) throws {
    let enlisted = try Enlisted(decoding: request.body)
    guard enlisted.cluster == cluster else {
      throw Refused(
        refusal: .notInCluster, text: "this is cluster \(clusterName(cluster))")
    }
    try remove(enlisted.server, because: "it left")
    request.reply([])
  }

  // MARK: - Membership

  private func watch(_ member: Membership.Member) {
    guard let address = NetworkAddress(member.address) else { return }
    detector?.watch(member.server, at: address)
  }

  /// Tried again by the detector when the state cannot be saved.
  private func declareFailed(_ server: ServerID, because reason: String) {
    do {
      try remove(server, because: "declared failed: \(reason)")
    } catch {
      configuration.log.log(
        .error, "server \(server) failed (\(reason)), but that could not be saved: \(error)")
    }
  }

  private func remove(_ server: ServerID, because reason: String) throws(SystemError) {
    guard let member = try store.update({ $0.remove(server) }) else { return }
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
