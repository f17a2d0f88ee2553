import RulesNetwork
import RulesRuntime

/// Makes the calls of a pool; a test hands in its own.
typealias MakeCalls = @Sendable (PoolCore) throws -> any ClusterCalls

/// Calls over the network of a machine.
func makeCalls(over host: NetworkHost) -> MakeCalls {
  { core in
    RPCClient(
      core: core, transport: try host.makeTransport(core),
      endpoint: RPCEndpoint(random: host.random))
  }
}
