import PlantedBugs
import RulesNetwork
import RulesRuntime
import RulesSimulation

/// A client that asks for more than a server may take: bounds that no log in a simulated cluster comes
/// near.
struct Drill {
  /// What the server may take.
  private var limits = RPCLimits()
  /// So many requests, of which none is answered.
  private var requests = 1
  /// Bytes of each.
  private var size = 100

  /// nil: whole clusters show the mistake.
  init?(for mutation: Mutation) {
    switch mutation {
    case .bug(.b51):
      limits.requestsInFlight = 4
      requests = 64
    case .bug(.b54):
      limits.body = 1024
      size = 4096
    default: return nil
    }
  }

  /// What the server has taken.
  private final class Server {
    var rpc: RPCServer?
    var taken: [RPCRequest] = []
  }

  /// Plays it, with whatever is planted.
  func play() -> Violation? {
    let world = World()
    let network = MemoryNetwork(seed: 1)
    let core = PoolCore(name: "server", clock: world.clock)
    let asking = PoolCore(name: "client", clock: world.clock)
    world.add(core)
    world.add(asking)
    let address = NetworkAddress(host: "s", port: 1)
    let server = Server()
    do {
      server.rpc = try RPCServer(
        core: core, transport: network.transport(for: core, host: "s"), address: address,
        endpoint: RPCEndpoint(role: .server, limits: limits, random: { 1 }),
        handler: { [unowned server] in server.taken.append($0) })
    } catch {
      return Violation(.u2, "no server: \(error)")
    }
    let client = RPCClient(
      core: asking, transport: network.transport(for: asking, host: "c"),
      endpoint: RPCEndpoint(random: { 2 }))
    let body = [UInt8](repeating: 0, count: size)
    for _ in 0..<requests {
      client.start(.address(address), opcode: 1, head: body) { _ in }
    }
    world.run(for: .milliseconds(500))
    let taken = server.taken
    server.taken = []
    client.close()
    server.rpc?.close()
    return judge(taken.map(\.body.count))
  }

  /// - Parameter taken: the sizes of the requests that the server has.
  private func judge(_ taken: [Int]) -> Violation? {
    if let size = taken.first(where: { $0 > limits.body }) {
      return Violation(.u2, "a server takes a request of \(size) bytes, limit \(limits.body)")
    }
    if taken.count > limits.requestsInFlight {
      return Violation(
        .u2,
        "a server has \(taken.count) requests of one client, limit \(limits.requestsInFlight)")
    }
    return nil
  }
}
