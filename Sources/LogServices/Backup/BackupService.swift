import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// A backup's life in its cluster: it enlists, serves, watches whether it still belongs, and ends.
/// Belongs to its pool's thread.
package final class BackupService {
  private enum Phase {
    case starting
    case serving(Enlisted)
    /// It said goodbye: that the membership does without it is no news.
    case leaving
    case ended
  }

  private let core: PoolCore
  private let configuration: BackupConfiguration
  private let started: @Sendable (Result<ServerID, ServiceError>) -> Void
  private let ended: @Sendable (EndReason) -> Void
  private let store: ReplicaStore
  private let client: RPCClient
  private var server: RPCServer?
  private var operations: BackupOperations?
  private var secondLooks: SecondLooks?
  private var monitoring: MonitoringServer?
  /// Released at the end, so that another process may have the directory.
  private var lock: DirectoryLock?
  private var phase = Phase.starting
  private var startTimer: PoolTimer?
  private var lastProblem = "no answer"

  /// Where it listens really.
  let address: NetworkAddress
  /// Where it answers over HTTP, if anywhere.
  var monitoringAddress: NetworkAddress? { monitoring?.address }

  /// Connections leave room for files under the usual limit of 1,024 descriptors.
  private static let rpcLimits: RPCLimits = {
    var limits = RPCLimits()
    limits.connections = 512
    return limits
  }()
  private static let watchPause = Duration.seconds(1)
  private static let leaveTime = Duration.milliseconds(500)

  /// Opens everything and begins to enlist; `started` says how that went.
  package init(
    core: PoolCore, configuration: BackupConfiguration,
    started: @escaping @Sendable (Result<ServerID, ServiceError>) -> Void,
    ended: @escaping @Sendable (EndReason) -> Void
  ) throws {
    self.core = core
    self.configuration = configuration
    self.started = started
    self.ended = ended
    lock = try DirectoryLock(configuration.directory, files: configuration.files)
    let known = try BackupIdentity.cluster(
      in: configuration.directory, files: configuration.files)
    store = try ReplicaStore(
      directory: configuration.directory, files: configuration.files,
      syncs: configuration.syncs, limits: configuration.limits, log: configuration.log)
    let transport = try configuration.host.makeTransport(core)
    let random = configuration.host.random
    client = RPCClient(core: core, transport: transport, endpoint: RPCEndpoint(random: random))
    let gate = Gate()
    let server = try RPCServer(
      core: core, transport: transport, address: configuration.address,
      endpoint: RPCEndpoint(role: .server, limits: Self.rpcLimits, random: random),
      handler: { gate.service?.handle($0) })
    self.server = server
    address = server.address
    gate.service = self
    operations = BackupOperations(
      core: core, store: store, log: configuration.log,
      failed: { [weak self] error in self?.storageFailed(error) })
    secondLooks = SecondLooks(
      core: core, store: store, failed: { [weak self] error in self?.storageFailed(error) })
    monitoring = try configuration.monitoring.map { (address) throws(SystemError) in
      try MonitoringServer(core: core, transport: transport, address: address, pages: pages)
    }
    client.onUnreachable = { [weak self] _, reason in self?.lastProblem = reason }
    client.add(
      .address(configuration.coordinator), at: [configuration.coordinator] + configuration.standbys)
    startTimer = core.schedule(after: configuration.enlistTimeout) { [weak self] in
      guard let self else { return }
      self.startFailed(
        "the coordinator at \(configuration.coordinator) did not enlist this backup within "
          + "\(configuration.enlistTimeout): \(self.lastProblem)")
    }
    meet(expecting: known)
  }

  /// Lets the server's closure exist before the service does.
  private final class Gate {
    weak var service: BackupService?
  }

  // MARK: - Monitoring

  private var pages: MonitoringServer.Pages {
    MonitoringServer.Pages(
      metrics: { [weak self] in self.map { $0.core.metrics.samples + $0.store.samples } ?? [] },
      health: { [weak self] in self?.health ?? .health(false, "ended") })
  }

  private var health: MonitoringReply {
    switch phase {
    case .starting: .health(false, "not enlisted yet: \(lastProblem)")
    case .serving(let enlisted): .health(true, "serving as server \(enlisted.server)")
    case .leaving: .health(false, "leaving the cluster")
    case .ended: .health(false, "ended")
    }
  }

  // MARK: - Enlisting

  /// Finds out whose coordinator it is, before enlisting changes anything there.
  private func meet(expecting known: UInt64?) {
    call(.watch, Watch(after: 0)) { [weak self] rpc in
      guard let self, case .starting = phase else { return }
      do throws(NoReply) {
        let membership = try reply(Membership.self, from: rpc)
        if let known, known != membership.cluster {
          return startFailed(
            "directory \(configuration.directory) belongs to cluster \(clusterName(known)), the "
              + "coordinator at \(configuration.coordinator) speaks for cluster "
              + clusterName(membership.cluster))
        }
        enlist(in: membership.cluster, isNew: known == nil)
      } catch {
        startFailed("the coordinator at \(configuration.coordinator): \(error)")
      }
    }
  }

  private func enlist(in cluster: UInt64, isNew: Bool) {
    call(.enlist, Enlist(address: address.description)) { [weak self] rpc in
      guard let self, case .starting = phase else { return }
      do {
        let enlisted = try reply(Enlisted.self, from: rpc)
        guard enlisted.cluster == cluster else {
          throw NoReply(description: "it changed its cluster")
        }
        if isNew {
          try BackupIdentity.remember(
            cluster, in: configuration.directory, files: configuration.files,
            syncs: configuration.syncs)
        }
        serve(enlisted)
      } catch let error as SystemError {
        startFailed("\(error)")
      } catch {
        startFailed("the coordinator at \(configuration.coordinator): \(error)")
      }
    }
  }

  private func serve(_ enlisted: Enlisted) {
    phase = .serving(enlisted)
    startTimer?.cancel()
    server?.identity = enlisted.server
    configuration.log.log(
      .notice,
      "enlisted as server \(enlisted.server) at \(address) in cluster "
        + "\(clusterName(enlisted.cluster)), with \(store.count) replicas")
    started(.success(enlisted.server))
    watch(after: 0)
  }

  private func startFailed(_ text: String) {
    guard close() else { return }
    started(.failure(ServiceError(text)))
    ended(.shutDown)
  }

  // MARK: - Belonging

  private func watch(after version: UInt64) {
    call(.watch, Watch(after: version)) { [weak self] rpc in
      guard let self, case .serving(let enlisted) = phase else { return }
      do throws(NoReply) {
        let membership = try reply(Membership.self, from: rpc)
        judge(membership, enlisted, after: version)
      } catch {
        configuration.log.log(.warning, "watching the membership: \(error)")
        watch(after: version, pause: Self.watchPause)
      }
    }
  }

  private func judge(_ membership: Membership, _ enlisted: Enlisted, after version: UInt64) {
    switch MembershipVerdict(membership, for: enlisted.server, of: enlisted.cluster) {
    case .member:
      let isNews = membership.version > version
      watch(after: membership.version, pause: isNews ? .zero : Self.watchPause)
    case .declaredDead:
      end(.declaredDead, .error, "server \(enlisted.server) was declared dead by its cluster")
    case .otherCluster:
      end(
        .declaredDead, .error,
        "the coordinator speaks for cluster \(clusterName(membership.cluster)) now, server "
          + "\(enlisted.server) belongs to cluster \(clusterName(enlisted.cluster))")
    }
  }

  private func watch(after version: UInt64, pause: Duration) {
    core.schedule(after: pause) { [weak self] in
      guard let self, case .serving = phase else { return }
      watch(after: version)
    }
  }

  private func call(
    _ operation: LogOperation, _ message: some WireMessage, onReady: @escaping (RPC) -> Void
  ) {
    client.start(
      .address(configuration.coordinator), opcode: operation.rawValue, head: message.encoded,
      onReady: onReady)
  }

  // MARK: - Serving

  private func handle(_ request: RPCRequest) {
    if case .serving = phase {
      operations?.handle(request)
    } else {
      request.refuse(.notInCluster, "this backup is no member")
    }
  }

  // MARK: - Ending

  /// Says goodbye to the coordinator, which need not answer, and ends.
  func leave() {
    guard case .serving(let enlisted) = phase else { return }
    phase = .leaving
    let goodbye = { [weak self] in
      guard let self else { return }
      end(.shutDown, .notice, "server \(enlisted.server) was shut down")
    }
    call(.leave, enlisted) { _ in goodbye() }
    core.schedule(after: Self.leaveTime, goodbye)
  }

  private func storageFailed(_ error: SystemError) {
    store.fail()
    end(.storageFailed("\(error)"), .critical, "storage failed, nothing more is answered: \(error)")
  }

  private func end(_ reason: EndReason, _ level: RuleLog.Level, _ text: String) {
    guard close() else { return }
    configuration.log.log(level, text)
    ended(reason)
  }

  /// Stops listening before anything else, so that requests that are dropped here stay unanswered.
  /// - Returns: false when it was closed already.
  private func close() -> Bool {
    if case .ended = phase { return false }
    phase = .ended
    startTimer?.cancel()
    server?.close()
    server = nil
    monitoring?.close()
    monitoring = nil
    client.close()
    operations = nil
    secondLooks?.end()
    secondLooks = nil
    store.close()
    lock = nil
    return true
  }
}
