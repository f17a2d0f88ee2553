import RulesNetwork
import RulesRuntime
import RulesSimulation

/// A client and a server of RPCs on two hosts of a scripted network that knows where frames end.
final class FaultyRPCWorld {
  let world = World()
  let network: MemoryNetwork
  let log = LogRecorder()
  let clientCore: PoolCore
  let serverCore: PoolCore
  let address = NetworkAddress(host: "b", port: 1)
  private let entropy: TestEntropy

  init(seed: UInt64, _ conditions: LinkConditions = LinkConditions()) {
    entropy = TestEntropy(seed: seed)
    network = MemoryNetwork(seed: seed, conditions: conditions) { bytes in
      guard bytes.count >= 72 else { return nil }
      let length = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
      return 72 + Int(length)
    }
    clientCore = PoolCore(name: "a", clock: world.clock, log: log.log)
    serverCore = PoolCore(name: "b", clock: world.clock, log: log.log)
    world.add(clientCore)
    world.add(serverCore)
  }

  private func endpoint(_ role: ClusterRole, _ limits: RPCLimits, _ keys: [ClusterKey])
    -> RPCEndpoint
  {
    let entropy = entropy
    return RPCEndpoint(role: role, keys: keys, limits: limits, random: { entropy.next() })
  }

  func client(limits: RPCLimits = RPCLimits(), keys: [ClusterKey] = []) -> RPCClient {
    RPCClient(
      core: clientCore, transport: network.transport(for: clientCore, host: "a"),
      endpoint: endpoint(.client, limits, keys))
  }

  func server(
    limits: RPCLimits = RPCLimits(), keys: [ClusterKey] = [],
    handler: @escaping (RPCRequest) -> Void
  ) throws -> RPCServer {
    try RPCServer(
      core: serverCore, transport: network.transport(for: serverCore, host: "b"),
      address: address, endpoint: endpoint(.server, limits, keys), handler: handler)
  }

  /// - Returns: false when nothing more happens, or not within an hour.
  func run(until condition: () -> Bool) -> Bool { world.run(until: condition) == .reached }

  func run(for duration: Duration) { world.run(for: duration) }
}
