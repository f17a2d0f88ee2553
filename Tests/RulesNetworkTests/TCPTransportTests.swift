import Glibc
import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("TCP")
struct TCPTransportTests {
  @Test("A port in use is named in the error", arguments: Network.allCases)
  func portInUse(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let text = #expect(throws: SystemError.self) { try world.echoServer(at: server.address) }
    #expect(text?.description == "bind \(server.address): Address already in use")
  }

  @Test("A port is free again when its server has closed", arguments: Network.allCases)
  func portFreeAgain(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { rpc.isReady })
    server.close()
    _ = try world.echoServer(at: server.address)
  }

  @Test("An address of another machine cannot be listened at")
  func foreignAddress() throws {
    let core = PoolCore(name: "test")
    let transport = TCPTransport(core: core, poller: try EpollPoller(), allowsRemotePeers: true)
    // 192.0.2.0/24 is reserved for documentation.
    let address = NetworkAddress(host: "192.0.2.1", port: 0)
    let error = #expect(throws: SystemError.self) { try transport.listen(at: address) { _ in } }
    #expect(error?.description == "bind 192.0.2.1:0: Cannot assign requested address")
  }

  @Test(
    "Other machines are let in only by explicit permission",
    arguments: ["0.0.0.0", "10.0.0.1", "::", "fd00::1", "::ffff:0.0.0.0", "::ffff:10.0.0.1"])
  func loopbackOnly(host: String) throws {
    let world = try TestWorld(.tcp)
    let address = NetworkAddress(host: host, port: 0)
    let error = #expect(throws: SystemError.self) { try world.echoServer(at: address) }
    #expect(
      error?.description
        == "bind \(address): not a loopback address, and peers are not authenticated")
  }

  @Test("With nothing to do, a pool with connections sleeps for long")
  func idle() throws {
    let world = try TestWorld(.tcp)
    let server = try world.echoServer()
    let client = world.client()
    let rpc = client.call(server.address, [UInt8](repeating: 1, count: 1 << 20))
    #expect(world.run { rpc.isReady })
    #expect(world.run { world.core.pause.map { $0 > .seconds(10) } ?? true })
    var isWoken = false
    world.core.schedule(after: .milliseconds(50)) { isWoken = true }
    let turns = world.core.statistics.turns
    #expect(world.run { isWoken })
    #expect(world.core.statistics.turns - turns < 5, "no descriptor stays ready")
  }

  @Test("A host that cannot be resolved is an error, for RPCs one to try again after")
  func unresolvable() throws {
    let world = try TestWorld(.tcp)
    let address = NetworkAddress(host: "256.1.1.1.", port: 1)
    let error = #expect(throws: SystemError.self) { try world.echoServer(at: address) }
    #expect(error?.description.hasPrefix("resolve 256.1.1.1.: ") == true)
    let client = world.client()
    var reasons: [String] = []
    client.onUnreachable = { reasons.append($1) }
    let rpc = client.call(address)
    #expect(reasons.isEmpty)
    #expect(world.run { reasons.count == 2 })
    #expect(!rpc.isReady && reasons.allSatisfy { $0.hasPrefix("resolve ") })
  }

  @Test("The reset of a connection is told even while nothing is wanted of it")
  func resetWhilePaused() throws {
    let world = try TestWorld(.tcp)
    var accepted: (any TransportConnection)?
    let listener = try world.transport.listen(at: world.anyPort) { accepted = $0 }
    let connection = try world.transport.connect(to: listener.address)
    var failures: [SystemError] = []
    connection.onEvent = { [weak connection] event in
      guard let connection else { return }
      switch event {
      case .opened: _ = connection.send([UInt8](1...9))
      case .failed(let error):
        failures.append(error)
        connection.close()
      case .readable, .writable: Issue.record("nothing is wanted")
      }
    }
    #expect(world.run { accepted != nil })
    world.run(for: .milliseconds(20))
    // Closing with bytes unread resets.
    accepted?.close()
    #expect(world.run { !failures.isEmpty })
    #expect(failures.map(\.errno) == [ECONNRESET])
  }

  /// Some sandboxes have no IPv6 at all.
  static let hasIPv6: Bool = {
    let kernel = SystemKernel()
    let socket = kernel.createSocket(isIPv6: true)
    defer { kernel.close(socket) }
    return socket >= 0 && kernel.bind(socket, to: SocketAddress(ipv6: 0, 1, port: 0)) >= 0
  }()

  @Test("IPv6 serves, and names its addresses in brackets", .enabled(if: hasIPv6))
  func ipv6() throws {
    let world = try TestWorld(.tcp)
    var peers: [String] = []
    let listener = try world.transport.listen(at: NetworkAddress(host: "::1", port: 0)) {
      peers.append($0.peer)
    }
    #expect(listener.address.description == "[::1]:\(listener.address.port)")
    let client = StreamPeer(try world.transport.connect(to: listener.address), isOpen: false)
    #expect(world.run { client.isOpen && peers.count == 1 })
    #expect(peers[0].hasPrefix("[::1]:"))
    let ipv4 = NetworkAddress(host: "127.0.0.1", port: listener.address.port)
    let refused = StreamPeer(try world.transport.connect(to: ipv4), isOpen: false)
    #expect(world.run { refused.end != nil })
  }

  @Test("The IPv6 address for all takes IPv4 clients, under their own name", .enabled(if: hasIPv6))
  func dualStack() throws {
    let world = try KernelWorld()
    let transport = TCPTransport(core: world.core, poller: world.poller, allowsRemotePeers: true)
    var peers: [String] = []
    let listener = try transport.listen(at: NetworkAddress(host: "::", port: 0)) {
      peers.append($0.peer)
    }
    var address = listener.address
    address.host = "127.0.0.1"
    let client = StreamPeer(try transport.connect(to: address), isOpen: false)
    #expect(world.run { client.isOpen && peers.count == 1 })
    #expect(peers[0].hasPrefix("127.0.0.1:"))
  }

  @Test("localhost is resolved")
  func localhost() throws {
    let world = try TestWorld(.tcp)
    let server = try world.echoServer(at: NetworkAddress(host: "localhost", port: 0))
    #expect(server.address.host == "localhost" && server.address.port != 0)
    let client = world.client()
    let rpc = client.call(NetworkAddress(host: "localhost", port: server.address.port))
    #expect(world.run { rpc.isReady })
  }

  @Test(
    "Without descriptors new clients are turned away at once, connected ones served, and then all")
  func noDescriptors() async {
    // In a process of its own, because the limit is the process's.
    await #expect(processExitsWith: .success) {
      let world = try TestWorld(.tcp)
      let server = try world.echoServer()
      let good = world.client()
      let before = good.call(server.address, [1])
      precondition(world.run { before.isReady })

      // Room for forty more, whatever this process has inherited.
      let probes = (0..<40).map { _ in dup(0) }
      let top = rlim_t(probes.max() ?? 0) + 1
      for probe in probes { close(probe) }
      var limit = rlimit(rlim_cur: top, rlim_max: top)
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
      // The clients' ends take them all; none is left for the server's ends.
      var clients: [StreamPeer] = []
      while let connection = try? world.transport.connect(to: server.address) {
        clients.append(StreamPeer(connection, isOpen: false))
      }
      // The test framework has a thread here that takes and gives back some meanwhile.
      precondition(clients.count >= 20)

      // A client that is turned away closes its end and makes room, so that some are let in.
      let turnedAway = { clients.count { $0.end != nil } }
      precondition(world.run { turnedAway() >= 3 }, "nobody waits for nothing")
      let during = good.call(server.address, [2])
      precondition(world.run { during.isReady }, "the connected client is served")
      let warnings = world.log.warnings.filter { $0.hasPrefix("accept at") }
      precondition(
        warnings == [
          "accept at \(server.address): Too many open files; new clients are turned away"
        ])
      let turns = world.core.statistics.turns
      world.run(for: .milliseconds(300))
      precondition(world.core.statistics.turns - turns < 100, "no spinning")

      clients = []
      let late = world.client()
      let after = late.call(server.address, [3])
      precondition(world.run { after.isReady })
      precondition(after.outcome == .ok([3]))
    }
  }

  @Test("Two pools on two threads call each other")
  func pools() async throws {
    struct Server { var rpc: RPCServer }
    struct Client {
      var core: PoolCore
      var rpc: RPCClient
      var replies = 0
    }
    final class Box<Value> {
      var value: Value
      init(_ value: Value) { self.value = value }
    }
    let serverPool = try await Pool(name: "server") { core in
      let poller = try EpollPoller()
      core.poller = poller
      return Server(
        rpc: try RPCServer(
          core: core, transport: TCPTransport(core: core, poller: poller),
          address: NetworkAddress(host: "127.0.0.1", port: 0)
        ) { $0.reply($0.body) })
    }
    let clientPool = try await Pool(name: "client") { core in
      let poller = try EpollPoller()
      core.poller = poller
      return Box(
        Client(
          core: core,
          rpc: RPCClient(core: core, transport: TCPTransport(core: core, poller: poller))))
    }
    let address = try await serverPool.read { $0.rpc.address }
    await withCheckedContinuation { done in
      _ = clientPool.post { client in
        for number in UInt8(0)..<100 {
          client.value.rpc.start(.address(address), opcode: 1, head: [number]) { rpc in
            #expect(rpc.outcome == .ok([number]))
            client.value.replies += 1
            if client.value.replies == 100 { done.resume() }
          }
        }
      }
    }
    await clientPool.shutdown()
    await serverPool.shutdown()
  }
}
