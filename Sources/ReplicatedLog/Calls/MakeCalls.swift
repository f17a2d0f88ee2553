import RulesNetwork
import RulesRuntime

/// Makes the calls of a pool. TCP by default; a test hands in its own.
typealias MakeCalls = @Sendable (PoolCore) throws -> any ClusterCalls

/// Calls over TCP; the pool sleeps in epoll.
let makeTCPCalls: MakeCalls = { core in
  let poller = try EpollPoller()
  core.poller = poller
  return RPCClient(core: core, transport: TCPTransport(core: core, poller: poller))
}
