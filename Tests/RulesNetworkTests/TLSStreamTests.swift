#if TLS

  import RulesNetwork
  import RulesRuntime
  import Testing

  @Suite("TLS: streams")
  struct TLSStreamTests {
    private func withWorld(
      _ network: Network, policy: TLSPolicy = TLSPolicy(), _ body: (TLSTestWorld) throws -> Void
    ) throws {
      try TLSCertificates.withBothEnds { certificates in
        try body(
          TLSTestWorld(
            network, server: certificates.files("server"), client: certificates.files("client"),
            policy: policy))
      }
    }

    private func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
      var random = SplitMix64(seed: seed)
      return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test("Bytes arrive in both directions as they were sent", arguments: Network.allCases)
    func bothDirections(on network: Network) throws {
      try withWorld(network) { world in
        let client = try world.connect(to: try world.listen())
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        let there = randomBytes(700_000, seed: 1)
        let back = randomBytes(300_001, seed: 2)
        client.send(there)
        world.accepted[0].send(back)
        #expect(
          world.world.run {
            world.accepted[0].received.count == there.count && client.received.count == back.count
          })
        #expect(world.accepted[0].received == there)
        #expect(client.received == back)
      }
    }

    @Test("Each end knows the other's role and name", arguments: Network.allCases)
    func identities(on network: Network) throws {
      try withWorld(network) { world in
        let client = try world.connect(to: try world.listen())
        #expect(client.identity == nil)
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        #expect(client.identity == PeerIdentity(role: .server, name: "east-7"))
        #expect(world.accepted[0].identity == PeerIdentity(role: .client, name: "app-1"))
      }
    }

    @Test("What was sent before the end arrives, then the end", arguments: Network.allCases)
    func end(on network: Network) throws {
      try withWorld(network) { world in
        let client = try world.connect(to: try world.listen())
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        client.send(randomBytes(10_000, seed: 3))
        #expect(world.world.run { client.unsentCount == 0 })
        client.connection.close()
        let server = world.accepted[0]
        #expect(world.world.run { server.hasEnded })
        #expect(server.received.count == 10_000 && server.failure == nil)
      }
    }

    @Test("What OpenSSL has decrypted is told of until it is received", arguments: Network.allCases)
    func smallBuffers(on network: Network) throws {
      try withWorld(network) { world in
        let client = try world.connect(to: try world.listen(receives: false))
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        let bytes = randomBytes(40_000, seed: 4)
        let server = world.accepted[0]
        server.bufferSize = 700
        client.send(bytes)
        server.connection.wantsToReceive = true
        #expect(world.world.run { server.received.count > 5000 })
        server.connection.wantsToReceive = false
        let count = server.received.count
        world.world.run(for: .milliseconds(20))
        #expect(server.received.count == count, "nobody wants it")
        server.connection.wantsToReceive = true
        #expect(world.world.run { server.received.count == bytes.count })
        #expect(server.received == bytes)
      }
    }

    @Test("A peer that does not receive stops the sender, and costs bounded memory")
    func backPressure() throws {
      try withWorld(.memory) { world in
        let client = try world.connect(to: try world.listen(receives: false))
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        let bytes = randomBytes(1_000_000, seed: 5)
        client.send(bytes)
        world.world.run(for: .seconds(1))
        let left = client.unsentCount
        // The memory network holds 256 KiB, the connection 64 KiB and one record, all encrypted.
        #expect(left > bytes.count - (256 + 64 + 16) << 10)
        world.world.run(for: .seconds(1))
        #expect(client.unsentCount == left)
        world.accepted[0].connection.wantsToReceive = true
        #expect(world.world.run { world.accepted[0].received.count == bytes.count })
        #expect(world.accepted[0].received == bytes)
      }
    }

    @Test("With nothing to do, nothing is done")
    func idle() throws {
      try withWorld(.tcp) { world in
        let client = try world.connect(to: try world.listen())
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        client.send([1, 2, 3])
        #expect(world.world.run { world.accepted[0].received.count == 3 })
        #expect(world.world.run { world.world.core.pause == nil })
      }
    }

    @Test("RPCs run over it", arguments: Network.allCases)
    func rpcs(on network: Network) throws {
      try withWorld(network) { world in
        let core = world.world.core
        let server = try RPCServer(
          core: core, transport: world.server, address: world.world.anyPort
        ) { $0.reply($0.body) }
        let client = RPCClient(core: core, transport: world.client)
        let bodies = [0, 1, 100, 200_000].map { randomBytes($0, seed: UInt64($0)) }
        let rpcs = bodies.map { client.call(server.address, $0) }
        #expect(world.world.run { rpcs.allSatisfy(\.isReady) })
        #expect(rpcs.map(\.outcome) == bodies.map { .ok($0) })
      }
    }

    @Test("A reset connection fails at both ends", arguments: [true, false])
    func reset(receives: Bool) throws {
      try withWorld(.memory) { world in
        let address = try world.listen(receives: receives)
        let client = try world.connect(to: address, receives: receives)
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        world.world.memory?.reset(connectionsTo: address)
        #expect(world.world.run { client.failure != nil && world.accepted[0].failure != nil })
      }
    }
  }

#endif  // TLS
