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
  private let scrubbing: Scrubbing
  private var flushing: Flushing?
  private var collecting: Collecting?
  private var monitoring: MonitoringServer?
  /// Released at the end, so that another process may have the directory.
  private var lock: DirectoryLock?
  private var phase = Phase.starting
  private var startTimer: PoolTimer?
  private var enlistment: Enlistment?
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
    store = try ReplicaStore(
      directory: configuration.directory, files: configuration.files,
      syncs: configuration.syncs, limits: configuration.limits, log: configuration.log)
    scrubbing = Scrubbing(core: core, store: store, pace: configuration.scrub)
    let known = try Self.identity(configuration, store: store)
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
    let flushing = Flushing(
      core: core, store: store, syncer: configuration.syncer,
      failed: { [weak self] error in self?.storageFailed(error) })
    self.flushing = flushing
    operations = BackupOperations(
      core: core, store: store, flushing: flushing, log: configuration.log,
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
        ServiceError(
          "the coordinator at \(configuration.coordinator) did not enlist this backup within "
            + "\(configuration.enlistTimeout): \(self.lastProblem)", .noCoordinator))
    }
    enlist(knowing: known)
  }

  /// Lets the server's closure exist before the service does.
  private final class Gate {
    weak var service: BackupService?
  }

  // MARK: - Monitoring

  private var pages: MonitoringServer.Pages {
    MonitoringServer.Pages(
      metrics: { [weak self] in self?.samples ?? [] },
      health: { [weak self] in self?.health ?? .health(false, "ended") })
  }

  private var samples: [MetricSample] {
    core.metrics.samples + store.samples + scrubbing.samples + (collecting?.samples ?? [])
      + (flushing?.samples ?? [])
  }

  private var health: MonitoringReply {
    switch phase {
    case .starting: .health(false, "not enlisted yet: \(lastProblem)")
    case .serving(let enlisted):
      .health(
        true,
        "serving as server \(enlisted.server)"
          + (store.room.isFull ? "; the disk is full, new replicas are refused" : ""))
    case .leaving: .health(false, "leaving the cluster")
    case .ended: .health(false, "ended")
    }
  }

  // MARK: - Enlisting

  private func enlist(knowing known: BackupIdentity?) {
    let enlistment = Enlistment(
      configuration, at: address, store: store, known: known,
      call: { [weak self] in self?.call($0, $1, onReady: $2) },
      ended: { [weak self] result in
        guard let self, case .starting = phase else { return }
        switch result {
        case .success(let enlisted): serve(enlisted)
        case .failure(let error): startFailed(error)
        }
      })
    self.enlistment = enlistment
    enlistment.begin()
  }

  /// What the directory says of itself.
  private static func identity(
    _ configuration: BackupConfiguration, store: ReplicaStore
  ) throws(ServiceError) -> BackupIdentity? {
    let found = try BackupIdentity.find(
      in: configuration.directory, files: configuration.files)
    if let problem = found.problem { configuration.log.log(.error, "\(problem); its copy is used") }
    if found.identity == nil, store.count > 0 {
      throw ServiceError(
        "directory \(configuration.directory) has \(store.count) replicas and no identity: it is not "
          + "known whose they are", .wrongDirectory)
    }
    return found.identity
  }

  private func serve(_ enlisted: Enlisted) {
    phase = .serving(enlisted)
    startTimer?.cancel()
    enlistment = nil
    server?.identity = enlisted.server
    configuration.log.log(
      .notice,
      "enlisted as server \(enlisted.server) at \(address) in cluster "
        + "\(clusterName(enlisted.cluster)), with \(store.count) replicas")
    let collecting = Collecting(
      core: core, store: store, pause: configuration.collectPause,
      call: { [weak self] in self?.call($0, $1, onReady: $2) },
      failed: { [weak self] error in self?.storageFailed(error) })
    self.collecting = collecting
    core.add(collecting)
    if let flushing { core.add(flushing) }
    core.add(scrubbing)
    scrubbing.begin()
    started(.success(enlisted.server))
    watch(after: 0)
  }

  private func startFailed(_ error: ServiceError) {
    guard close() else { return }
    started(.failure(error))
    ended(.shutDown)
  }

  // MARK: - Belonging

  private func watch(after version: UInt64) {
    call(.watch, Watch(after: version).encoded) { [weak self] rpc in
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
    _ operation: LogOperation, _ message: [UInt8], onReady: @escaping (RPC) -> Void
  ) {
    client.start(
      .address(configuration.coordinator), opcode: operation.rawValue, head: message,
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

  /// What `BackupConfiguration.syncer` was asked for last is on the disk, or the disk failed.
  package func syncEnded(_ error: SystemError?) { flushing?.syncEnded(error) }

  // MARK: - Ending

  /// Says goodbye to the coordinator, which need not answer, and ends.
  func leave() {
    guard case .serving(let enlisted) = phase else { return }
    phase = .leaving
    let goodbye = { [weak self] in
      guard let self else { return }
      end(.shutDown, .notice, "server \(enlisted.server) was shut down")
    }
    call(.leave, enlisted.encoded) { _ in goodbye() }
    core.schedule(after: Self.leaveTime, goodbye)
  }

  private func storageFailed(_ error: SystemError) {
    store.close()
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
    enlistment = nil
    server?.close()
    server = nil
    monitoring?.close()
    monitoring = nil
    client.close()
    operations = nil
    scrubbing.stop()
    collecting?.stop()
    core.remove(scrubbing)
    flushing?.stop()
    if let flushing { core.remove(flushing) }
    flushing = nil
    if let collecting { core.remove(collecting) }
    collecting = nil
    secondLooks?.end()
    secondLooks = nil
    store.close()
    lock = nil
    return true
  }
}
