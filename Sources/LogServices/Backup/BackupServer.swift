import RulesNetwork
import RulesRuntime

/// A backup: keeps replicas of segments in files, on a pool of its own, until it is shut down, its
/// disk fails, or the cluster declares it dead.
public final class BackupServer: Sendable {
  /// Who it is in the cluster.
  public let id: ServerID
  /// Where it listens really.
  public let address: NetworkAddress
  /// Where it answers `/metrics` and `/health`; nil when it was not asked to.
  public let monitoring: NetworkAddress?
  private let pool: Pool<BackupService>
  private let disk: DiskPool
  private let end: Promise<EndReason>

  private init(
    id: ServerID, address: NetworkAddress, monitoring: NetworkAddress?,
    pool: Pool<BackupService>, disk: DiskPool, end: Promise<EndReason>
  ) {
    self.id = id
    self.address = address
    self.monitoring = monitoring
    self.pool = pool
    self.disk = disk
    self.end = end
  }

  /// Claims the directory, verifies the replicas in it, listens, and enlists at the coordinator.
  /// Returns once it is a member and serves.
  /// - Throws: a `SystemError` when it cannot listen; a `ServiceError` when the directory is in use,
  ///   damaged or another cluster's, or the coordinator does not answer in time.
  public static func start(_ configuration: BackupConfiguration) async throws -> BackupServer {
    let start = Promise<Result<ServerID, ServiceError>>()
    let end = Promise<EndReason>()
    let disk = try await DiskPool(files: configuration.files, log: configuration.log)
    var configuration = configuration
    configuration.syncer = disk.syncer
    let pool: Pool<BackupService>
    do {
      pool = try await Pool(name: "backup", log: configuration.log) { [configuration] core in
        try BackupService(
          core: core, configuration: configuration, started: { start.fulfil($0) },
          ended: { end.fulfil($0) })
      }
    } catch {
      await disk.shutdown()
      throw error
    }
    disk.serve { [weak pool] error in pool?.post { $0.syncEnded(error) } }
    do {
      let id = try await start.value.get()
      let (address, monitoring) = try await pool.read { ($0.address, $0.monitoringAddress) }
      return BackupServer(
        id: id, address: address, monitoring: monitoring, pool: pool, disk: disk, end: end)
    } catch {
      await pool.shutdown()
      await disk.shutdown()
      throw error
    }
  }

  /// Leaves the cluster, if the coordinator answers within half a second, and ends. Idempotent.
  public func shutdown() async {
    if pool.post({ $0.leave() }) { _ = await end.value }
    await pool.shutdown()
    await disk.shutdown()
  }

  /// Returns when the backup serves no more, and why. `shutdown` is still to be called.
  public func waitUntilEnded() async -> EndReason { await end.value }
}
