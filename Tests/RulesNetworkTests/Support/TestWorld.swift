import RulesNetwork
import RulesRuntime
import RulesSimulation
import Synchronization
import Testing

/// The networks that every behaviour of RPCs is tested on.
enum Network: String, CaseIterable, CustomTestStringConvertible {
  case tcp, memory

  var testDescription: String { rawValue }
}

/// One core with a network, stepped by the test's own thread.
final class TestWorld {
  let core: PoolCore
  let transport: any Transport
  let log = LogRecorder()
  /// nil on TCP.
  private(set) var memory: MemoryNetwork?
  private var world: World?
  private let isOnTCP: Bool
  private let entropy: TestEntropy

  /// What all frames of a connection to a server of a test carry.
  static let nonce: UInt64 = 7

  init(_ network: Network, seed: UInt64 = 1) throws {
    entropy = TestEntropy(seed: seed)
    switch network {
    case .tcp:
      core = PoolCore(name: "test", log: log.log)
      let poller = try EpollPoller()
      core.poller = poller
      transport = TCPTransport(core: core, poller: poller)
      isOnTCP = true
    case .memory:
      let world = World()
      let memory = MemoryNetwork(seed: seed)
      core = PoolCore(name: "test", clock: world.clock, log: log.log)
      transport = memory.transport(for: core)
      world.add(core)
      self.world = world
      self.memory = memory
      isOnTCP = false
    }
  }

  /// Turns until the condition holds.
  /// - Returns: whether it does; false only when something hangs.
  func run(until condition: () -> Bool) -> Bool {
    if let world { return world.run(until: condition) == .reached }
    let end = core.now + .seconds(30)
    while !condition() {
      guard core.now < end else { return false }
      let pause = core.step()
      core.poller.poll(
        timeout: condition() ? .zero : min(pause ?? .milliseconds(50), .milliseconds(50)))
    }
    return true
  }

  /// Lets pass what a peer needs to do something that it should not do.
  func run(for duration: Duration) {
    let end = core.now + duration
    core.schedule(after: duration) {}
    _ = run { core.now >= end }
  }

  /// An address with a port where nobody listens at the moment.
  func unusedAddress() throws -> NetworkAddress {
    let listener = try transport.listen(at: anyPort) { _ in }
    defer { listener.close() }
    return listener.address
  }

  var anyPort: NetworkAddress { NetworkAddress(host: "127.0.0.1", port: 0) }

  /// A server, which is told of requests by `handler`.
  func server(
    at address: NetworkAddress? = nil, limits: RPCLimits = RPCLimits(),
    handler: @escaping (RPCRequest) -> Void
  ) throws -> RPCServer {
    try RPCServer(
      core: core, transport: transport, address: address ?? anyPort,
      endpoint: RPCEndpoint(role: .server, limits: limits, random: { Self.nonce }),
      handler: handler)
  }

  /// A server that answers each request with its body.
  func echoServer(
    at address: NetworkAddress? = nil, limits: RPCLimits = RPCLimits()
  ) throws -> RPCServer {
    try server(at: address, limits: limits) { $0.reply($0.body) }
  }

  func client(limits: RPCLimits = RPCLimits()) -> RPCClient {
    RPCClient(core: core, transport: transport, endpoint: endpoint(limits: limits))
  }

  /// An endpoint whose random numbers come from the test's seed.
  func endpoint(
    role: ClusterRole = .client, cluster: ClusterID? = nil, keys: [ClusterKey] = [],
    limits: RPCLimits = RPCLimits()
  ) -> RPCEndpoint {
    let entropy = entropy
    return RPCEndpoint(
      cluster: cluster, role: role, keys: keys, limits: limits, random: { entropy.next() })
  }
}

/// Random numbers of a seed, for whoever asks.
final class TestEntropy: Sendable {
  private let generator: Mutex<SplitMix64>

  init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

  func next() -> UInt64 { generator.withLock { $0.next() } }
}

extension RPCClient {
  /// Starts an RPC that nobody is told of.
  func call(_ address: NetworkAddress, opcode: UInt16 = 7, _ head: [UInt8] = []) -> RPC {
    start(.address(address), opcode: opcode, head: head) { _ in }
  }
}
