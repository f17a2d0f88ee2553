import RulesNetwork
import RulesRuntime

/// The coordinator: knows who is a member, finds out who failed, and gives every owner of a log a
/// higher epoch than the one before. Runs on a pool of its own.
public final class CoordinatorServer: Sendable {
  /// Where it listens really.
  public let address: NetworkAddress
  /// Where it answers `/metrics` and `/health`; nil when it was not asked to.
  public let monitoring: NetworkAddress?
  /// Names the cluster; random, the same after a restart with the same storage.
  public let cluster: UInt64
  private let pool: Pool<CoordinatorService>
  private let end: Promise<String?>

  private init(
    _ lead: CoordinatorService.Lead, monitoring: NetworkAddress?, pool: Pool<CoordinatorService>,
    end: Promise<String?>
  ) {
    address = lead.address
    cluster = lead.cluster
    self.monitoring = monitoring
    self.pool = pool
    self.end = end
  }

  /// Reads the cluster's state, or makes a new cluster where there is none, and listens. Returns
  /// once it leads: where several coordinators share a storage, it stands by until then.
  /// - Throws: a `SystemError` when it cannot listen; a `ServiceError` when the directory is in use
  ///   or the state in it is damaged; a `CancellationError` when the calling task is cancelled.
  public static func start(
    _ configuration: CoordinatorConfiguration
  ) async throws -> CoordinatorServer {
    let start = Promise<Result<CoordinatorService.Lead, any Error>>()
    let end = Promise<String?>()
    let pool = try await Pool(name: "coordinator", log: configuration.log) { core in
      try CoordinatorService(
        core: core, configuration: configuration, started: { start.fulfil($0) },
        ended: { end.fulfil($0) })
    }
    do {
      let lead = try await withTaskCancellationHandler {
        try await start.value.get()
      } onCancel: {
        start.fulfil(.failure(CancellationError()))
      }
      let monitoring = try await pool.read { $0.monitoringAddress }
      return CoordinatorServer(lead, monitoring: monitoring, pool: pool, end: end)
    } catch {
      await close(pool)
      throw error
    }
  }

  /// Returns when it serves no more: the reason for which another coordinator may lead by now, or nil
  /// after `shutdown`, which is still to be called.
  public func waitUntilEnded() async -> String? { await end.value }

  /// Stops serving, and lets another coordinator lead. Without one, the cluster goes on without
  /// membership changes and new owners until a coordinator is started with the same storage.
  /// Idempotent.
  public func shutdown() async {
    end.fulfil(nil)
    await Self.close(pool)
  }

  private static func close(_ pool: Pool<CoordinatorService>) async {
    let closed = Promise<Void>()
    if pool.post({ $0.close { closed.fulfil(()) } }) { await closed.value }
    await pool.shutdown()
  }
}
