import RulesNetwork
import RulesRuntime

/// The coordinator: knows who is a member, finds out who failed, and gives every owner of a log a
/// higher epoch than the one before. Runs on a pool of its own.
public final class CoordinatorServer: Sendable {
  /// Where it listens really.
  public let address: NetworkAddress
  /// Where it answers `/metrics` and `/health`; nil when it was not asked to.
  public let monitoring: NetworkAddress?
  /// Names the cluster; random, the same after a restart in the same directory.
  public let cluster: UInt64
  private let pool: Pool<CoordinatorService>

  private init(
    address: NetworkAddress, monitoring: NetworkAddress?, cluster: UInt64,
    pool: Pool<CoordinatorService>
  ) {
    self.address = address
    self.monitoring = monitoring
    self.cluster = cluster
    self.pool = pool
  }

  /// Reads the cluster's state, or makes a new cluster where there is none, and listens.
  /// - Throws: a `SystemError` when it cannot listen; a `ServiceError` when the directory is in use
  ///   or the state in it is damaged.
  public static func start(
    _ configuration: CoordinatorConfiguration
  ) async throws -> CoordinatorServer {
    let pool = try await Pool(name: "coordinator", log: configuration.log) { core in
      try CoordinatorService(core: core, configuration: configuration)
    }
    let (address, monitoring, cluster) = try await pool.read {
      ($0.address, $0.monitoringAddress, $0.cluster)
    }
    return CoordinatorServer(
      address: address, monitoring: monitoring, cluster: cluster, pool: pool)
  }

  /// Stops serving. The cluster goes on without membership changes and new owners until a
  /// coordinator is started in the same directory. Idempotent.
  public func shutdown() async {
    pool.post { $0.close() }
    await pool.shutdown()
  }
}
