import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Handshakes")
struct HandshakeTests {
  private struct Ended {
    var outcome: RPCOutcome?
    var warnings: [String]
    var callerRole: ClusterRole?
  }

  /// One call from a client to a server.
  private func call(
    on network: Network, client: (TestWorld) -> RPCEndpoint, server: (TestWorld) -> RPCEndpoint
  ) throws -> Ended {
    let world = try TestWorld(network)
    var role: ClusterRole?
    let listening = try RPCServer(
      core: world.core, transport: world.transport, address: world.anyPort, endpoint: server(world)
    ) {
      role = $0.callerRole
      $0.reply($0.body)
    }
    let caller = RPCClient(core: world.core, transport: world.transport, endpoint: client(world))
    let rpc = caller.call(listening.address, [1])
    _ = world.run { rpc.isReady || caller.statistics.unreachable >= 3 }
    return Ended(outcome: rpc.outcome, warnings: world.log.warnings, callerRole: role)
  }

  @Test("With a key that both have, calls go through", arguments: Network.allCases)
  func keys(on network: Network) throws {
    let ended = try call(
      on: network, client: { $0.endpoint(keys: [TestKeys.client]) },
      server: { $0.endpoint(role: .server, keys: [TestKeys.server, TestKeys.client]) })
    #expect(ended.outcome == .ok([1]) && ended.callerRole == .client)
    #expect(ended.warnings.isEmpty)
  }

  @Test("Without a key, a server that has some serves nobody", arguments: Network.allCases)
  func noKey(on network: Network) throws {
    let ended = try call(
      on: network, client: { $0.endpoint() },
      server: { $0.endpoint(role: .server, keys: [TestKeys.client]) })
    #expect(ended.outcome == .failed(.notAccepted("the server does not know this client's key")))
    #expect(ended.callerRole == nil, "no request was handled")
  }

  @Test("A server that cannot prove the key gets no request", arguments: Network.allCases)
  func forgedServer(on network: Network) throws {
    let ended = try call(
      on: network, client: { $0.endpoint(keys: [TestKeys.client]) },
      server: { $0.endpoint(role: .server, keys: [TestKeys.forged]) })
    #expect(ended.outcome == nil && ended.callerRole == nil)
    #expect(
      ended.warnings.contains { $0.hasSuffix("the server does not prove that it has key c1") })
  }

  @Test("A server without keys is none for a client that has one", arguments: Network.allCases)
  func serverWithoutKeys(on network: Network) throws {
    let ended = try call(
      on: network, client: { $0.endpoint(keys: [TestKeys.client]) },
      server: { $0.endpoint(role: .server) })
    #expect(ended.outcome == .failed(.notAccepted("the server does not know this client's key")))
  }

  @Test("A key gives one role only", arguments: Network.allCases)
  func role(on network: Network) throws {
    let ended = try call(
      on: network, client: { $0.endpoint(role: .server, keys: [TestKeys.client]) },
      server: { $0.endpoint(role: .server, keys: [TestKeys.client]) })
    #expect(ended.outcome == .failed(.notAccepted("the server does not know this client's key")))
  }

  @Test("Clusters do not mix; who does not know its cluster may ask", arguments: Network.allCases)
  func clusters(on network: Network) throws {
    let one = ClusterID(high: 1, low: 1)
    let other = ClusterID(high: 1, low: 2)
    for keys in [[], [TestKeys.client]] {
      let same = try call(
        on: network, client: { $0.endpoint(cluster: one, keys: keys) },
        server: { $0.endpoint(role: .server, cluster: one, keys: keys) })
      #expect(same.outcome == .ok([1]))
      let asking = try call(
        on: network, client: { $0.endpoint(keys: keys) },
        server: { $0.endpoint(role: .server, cluster: one, keys: keys) })
      #expect(asking.outcome == .ok([1]))
      let foreign = try call(
        on: network, client: { $0.endpoint(cluster: other, keys: keys) },
        server: { $0.endpoint(role: .server, cluster: one, keys: keys) })
      #expect(foreign.outcome == .failed(.notAccepted("the server belongs to another cluster")))
    }
  }

  @Test("Every type of request is refused before the proof", arguments: FrameType.allCases)
  func beforeProof(type: FrameType) throws {
    let world = try TestWorld(.memory)
    var handled = 0
    let server = try RPCServer(
      core: world.core, transport: world.transport, address: world.anyPort,
      endpoint: world.endpoint(role: .server, keys: [TestKeys.client])
    ) { _ in handled += 1 }
    let peer = try RawPeer(connectingTo: server.address, in: world)
    var hello = Hello()
    hello.keyID = "c1"
    peer.send(.hello, body: hello.encoded)
    #expect(world.run { peer.frames.map(\.header.type) == [.challenge] })
    var frame = TestFrame(type, code: 1, id: 1, body: [1], sequence: 1)
    frame.header.session = 0
    peer.send(frame.bytes)
    #expect(world.run { peer.isClosed })
    #expect(handled == 0 && server.sessionCount == 0)
  }

  @Test("A proof that was seen on another connection is worth nothing")
  func replayedProof() throws {
    let world = try TestWorld(.memory)
    var handled = 0
    let server = try RPCServer(
      core: world.core, transport: world.transport, address: world.anyPort,
      endpoint: world.endpoint(role: .server, keys: [TestKeys.client])
    ) { _ in handled += 1 }
    var hello = Hello()
    hello.keyID = "c1"
    var proofs: [[UInt8]] = []
    for attempt in 0..<2 {
      let peer = try RawPeer(connectingTo: server.address, in: world)
      peer.send(.hello, body: hello.encoded)
      #expect(world.run { peer.frames.count == 1 })
      let challenge = try Challenge(decoding: peer.frames[0].body)
      let transcript = hello.transcript(
        cluster: challenge.cluster, serverRole: challenge.role, serverNonce: challenge.nonce)
      proofs.append(HandshakeProof.client(transcript, key: TestKeys.client))
      peer.send(.proof, body: proofs[0])
      #expect(world.run { peer.frames.count == 2 })
      #expect(peer.frames[1].header.type == (attempt == 0 ? .welcome : .rejection))
    }
    #expect(proofs[0] != proofs[1])
  }

  @Test("Whoever guesses keys has to wait, and does not fill the log")
  func guesses() throws {
    let world = try TestWorld(.memory)
    let server = try RPCServer(
      core: world.core, transport: world.transport, address: world.anyPort,
      endpoint: world.endpoint(role: .server, keys: [TestKeys.client])
    ) { _ in }
    let start = world.core.now
    for _ in 0..<5 {
      let guesses = try (0..<60).map { _ in try RawPeer(connectingTo: server.address, in: world) }
      for guess in guesses { guess.send(.hello, body: Hello().encoded) }
      #expect(world.run { guesses.allSatisfy(\.isClosed) })
    }
    #expect(world.core.now - start > .seconds(1), "100 at once, then 100 a second")
    #expect(server.statistics.failedProofs == 300)
    #expect((100..<250).contains(world.log.warnings.count))
  }

  @Test("No byte of the handshake can be changed on the way", arguments: 0..<8)
  func changedBytes(part: Int) throws {
    // Of both directions: hello and proof of the client, challenge and welcome of the server.
    for byte in stride(from: part, to: 420, by: 24) {
      let world = FaultyRPCWorld(seed: UInt64(byte))
      let server = try world.server(keys: [TestKeys.client]) { $0.reply($0.body) }
      world.network.apply(.corrupt(atByte: byte, byte % 2 == 0 ? .to("b") : .from("b")))
      let client = world.client(keys: [TestKeys.client])
      let rpc = client.start(.address(world.address), opcode: 1, head: [1]) { _ in }
      #expect(world.run { rpc.isReady }, "byte \(byte)")
      #expect(rpc.outcome == .ok([1]), "byte \(byte): on a later connection")
      #expect(world.network.counters.corrupted == 1 || world.network.counters.connections == 1)
      #expect(server.statistics.handled == 1)
    }
  }

  @Test("Messages survive encoding")
  func encoding() throws {
    var hello = Hello()
    hello.cluster = ClusterID(high: 3, low: 4)
    hello.role = .admin
    hello.member = ServerID(slot: 1, generation: 2)
    hello.target = ServerID(slot: 5, generation: 6)
    hello.session = 7
    hello.nonce = (0..<32).map { UInt8($0) }
    hello.keyID = String(repeating: "k", count: 64)
    #expect(try Hello(decoding: hello.encoded) == hello)
    #expect(try Hello(decoding: Hello().encoded) == Hello())
    #expect(hello.encoded.count <= FrameHeader.handshakeLimit)
    let challenge = Challenge(
      cluster: ClusterID(high: 1, low: 2), role: .server, nonce: hello.nonce, proof: hello.nonce)
    #expect(try Challenge(decoding: challenge.encoded) == challenge)
    let welcome = Welcome(nonce: 9, isResumed: true, helloNonce: hello.nonce)
    #expect(try Welcome(decoding: welcome.encoded) == welcome)
    for body in [hello.encoded, challenge.encoded, welcome.encoded] {
      for count in 0..<body.count {
        let cut = Array(body.prefix(count))
        #expect(throws: WireError.self) { try Hello(decoding: cut) }
        #expect(throws: WireError.self) { try Challenge(decoding: cut) }
        if count != welcome.encoded.count {
          #expect(throws: WireError.self) { try Welcome(decoding: cut) }
        }
      }
    }
  }
}
