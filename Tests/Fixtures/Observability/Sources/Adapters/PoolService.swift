import RulesRuntime
import ServiceLifecycle

/// Ends a pool with the service group it is part of: gracefully when the group is asked to shut down
/// gracefully, at once when it is cancelled.
public struct PoolService<State>: Service {
  private let pool: Pool<State>
  private let grace: Duration

  /// - Parameter grace: how long the tasks may take to come to rest.
  public init(_ pool: Pool<State>, grace: Duration = .seconds(10)) {
    self.pool = pool
    self.grace = grace
  }

  public func run() async throws {
    let isGraceful = (try? await gracefulShutdown()) != nil
    await pool.shutdown(isGraceful ? .graceful(within: grace) : .now)
  }
}
