import RulesNetwork
import RulesRuntime

/// A coordinator's life: it wants the lead, stands by while another one has it, leads, and ends.
/// Belongs to its pool's thread.
package final class CoordinatorService {
  private enum Phase {
    case starting
    /// Another coordinator leads.
    case standingBy(leader: String)
    case leading(LeadingCoordinator)
    case ended
  }

  /// What it is once it leads.
  package struct Lead: Sendable {
    /// Where it listens really.
    package var address: NetworkAddress
    package var cluster: UInt64
  }

  private let core: PoolCore
  private let configuration: CoordinatorConfiguration
  private let started: @Sendable (Result<Lead, any Error>) -> Void
  private let ended: @Sendable (String) -> Void
  /// Released at the end, so that another process may have the directory.
  private var lock: DirectoryLock?
  private let transport: any Transport
  private let storage: any ClusterStorage
  private var monitoring: MonitoringServer?
  private var phase = Phase.starting
  private var problem: (any Error)?

  /// Where it answers over HTTP, if anywhere.
  var monitoringAddress: NetworkAddress? { monitoring?.address }

  /// Opens everything and begins to want the lead. With a storage of its own it leads at once.
  /// - Parameters:
  ///   - started: called once it leads, or cannot; unless it is closed before.
  ///   - ended: called when it has led and may not any more, with the reason.
  /// - Throws: what keeps it from starting.
  package init(
    core: PoolCore, configuration: CoordinatorConfiguration,
    started: @escaping @Sendable (Result<Lead, any Error>) -> Void = { _ in },
    ended: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    self.core = core
    self.configuration = configuration
    self.started = started
    self.ended = ended
    if case .directory(let directory) = configuration.storage {
      lock = try DirectoryLock(directory, files: configuration.files)
    }
    transport = try configuration.host.makeTransport(core)
    storage = try configuration.makeStorage(core: core, transport: transport)
    monitoring = try configuration.monitoring.map { (address) throws(SystemError) in
      try MonitoringServer(core: core, transport: transport, address: address, pages: pages)
    }
    storage.begin(
      standsBy: { [weak self] in self?.standBy(for: $0) },
      leads: { [weak self] in self?.lead($0) },
      ended: { [weak self] in self?.deposed(because: $0) })
    if let problem { throw problem }
  }

  private func standBy(for leader: String) {
    phase = .standingBy(leader: leader)
    configuration.log.log(.notice, "stands by while the coordinator \(leader) leads")
  }

  private func lead(_ found: [UInt8]?) {
    ClusterStore.open(found, newCluster: max(1, configuration.host.random()), in: storage) {
      [weak self] result in
      guard let self, canLead else { return }
      do {
        let leading = try LeadingCoordinator(
          core: core, configuration: configuration, transport: transport, store: result.get())
        phase = .leading(leading)
        started(.success(Lead(address: leading.address, cluster: leading.cluster)))
      } catch {
        problem = error
        close()
        started(.failure(error))
      }
    }
  }

  /// What it does as long as it leads; nil: it does not.
  var leading: LeadingCoordinator? {
    if case .leading(let leading) = phase { leading } else { nil }
  }

  private var canLead: Bool {
    switch phase {
    case .starting, .standingBy: true
    case .leading, .ended: false
    }
  }

  private func deposed(because reason: String) {
    guard end() else { return }
    configuration.log.log(.error, "does not lead any more: \(reason)")
    ended(reason)
  }

  /// Stops serving, then gives the lead up.
  /// - Parameter done: called when another coordinator may lead, as far as can be known within half
  ///   a second.
  package func close(done: @escaping () -> Void = {}) {
    guard end() else { return done() }
    storage.close(done: done)
  }

  /// - Returns: false when it had ended already.
  private func end() -> Bool {
    if case .ended = phase { return false }
    leading?.close()
    phase = .ended
    monitoring?.close()
    monitoring = nil
    lock = nil
    return true
  }

  // MARK: - Monitoring

  private var pages: MonitoringServer.Pages {
    MonitoringServer.Pages(
      metrics: { [weak self] in self?.samples ?? [] },
      health: { [weak self] in self?.health ?? .health(false, "ended") })
  }

  private var samples: [MetricSample] {
    var samples = core.metrics.samples
    samples += leading?.store.state.samples ?? []
    samples.append(
      MetricSample(
        name: "replog_coordinator_leads", kind: .gauge,
        help: "1 for the coordinator that leads, 0 for one that does not.",
        value: leading == nil ? 0 : 1))
    return samples
  }

  private var health: MonitoringReply {
    switch phase {
    case .starting: .health(false, "does not know yet who leads")
    case .standingBy(let leader): .health(true, "stands by while the coordinator \(leader) leads")
    case .leading(let leading):
      .health(true, "coordinates \(leading.store.state.members.count) backups")
    case .ended: .health(false, "ended")
    }
  }
}
