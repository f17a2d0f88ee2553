#if TLS

  import Glibc
  import RulesNetwork
  import RulesRuntime
  import Testing

  @Suite("TLS: what is refused")
  struct TLSRefusalTests {
    private static let clientName = "URI:swift-rules:client:app-1"

    /// The client fails, or is closed, with `clientReason`; the server logs `serverReason` and accepts
    /// nobody.
    private func expectRefusal(
      _ world: TLSTestWorld, client clientReason: String?, server serverReason: String?
    ) throws {
      let client = try world.connect(to: try world.listen())
      #expect(
        world.world.run {
          (client.failure != nil || clientReason == nil)
            && (serverReason == nil || world.world.log.lines.count == 1)
        })
      if let clientReason {
        #expect(
          client.failure?.description.hasSuffix(clientReason) == true, "\(client.failure as Any)")
        #expect(client.failure?.description.hasPrefix("TLS with 127.0.0.1:") == true)
      }
      if let serverReason {
        #expect(world.hasLogged(serverReason), "\(world.world.log.lines)")
      }
      #expect(world.accepted.isEmpty)
    }

    @Test("A client of another authority", arguments: Network.allCases)
    func otherAuthorityOfClient(on network: Network) throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.makeAuthority("other")
        try certificates.make("stranger", Self.clientName, authority: "other")
        try expectRefusal(
          TLSTestWorld(
            network, server: certificates.files("server"), client: certificates.files("stranger")),
          client: "tlsv1 alert unknown ca",
          server: "certificate verify failed: unable to get local issuer certificate")
      }
    }

    @Test("A server of another authority", arguments: Network.allCases)
    func otherAuthorityOfServer(on network: Network) throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.makeAuthority("other")
        try certificates.make("stranger", authority: "other")
        try expectRefusal(
          TLSTestWorld(
            network, server: certificates.files("stranger"), client: certificates.files("client")),
          client: "certificate verify failed: unable to get local issuer certificate",
          server: "tlsv1 alert unknown ca")
      }
    }

    @Test("An expired certificate of a client")
    func expiredClient() throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.make("old", Self.clientName, days: -1)
        try expectRefusal(
          TLSTestWorld(
            .memory, server: certificates.files("server"), client: certificates.files("old")),
          client: "certificate expired", server: "certificate has expired")
      }
    }

    @Test("An expired certificate of a server")
    func expiredServer() throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.make("old", days: -1)
        try expectRefusal(
          TLSTestWorld(
            .memory, server: certificates.files("old"), client: certificates.files("client")),
          client: "certificate has expired", server: "certificate expired")
      }
    }

    @Test(
      "A server whose certificate has another host",
      arguments: ["IP:127.0.0.2", "DNS:127.0.0.1", "DNS:localhost", "email:a@b"])
    func otherHost(name: String) throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.make("elsewhere", "URI:swift-rules:server:east-7,\(name)")
        try expectRefusal(
          TLSTestWorld(
            .memory, server: certificates.files("elsewhere"), client: certificates.files("client")),
          client: "IP address mismatch", server: "")
      }
    }

    @Test("A server whose certificate has another name, and none that has this one")
    func hostName() throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.make("here", "URI:swift-rules:server:east-7,DNS:localhost")
        try certificates.make("there", "URI:swift-rules:server:east-7,DNS:there.example")
        for (name, isAccepted) in [("here", true), ("there", false)] {
          let world = try TLSTestWorld(
            .tcp, server: certificates.files(name), client: certificates.files("client"))
          let port = try world.listen().port
          let client = try world.connect(to: NetworkAddress(host: "localhost", port: port))
          #expect(world.world.run { client.isOpen || client.failure != nil })
          #expect(client.isOpen == isAccepted)
          #expect(
            isAccepted || client.failure?.description.hasSuffix("hostname mismatch") == true,
            "\(client.failure as Any)")
        }
      }
    }

    @Test("A server that is a client by its certificate")
    func roleOfServer() throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.make("posing", "\(Self.clientName),IP:127.0.0.1")
        let world = try TLSTestWorld(
          .memory, server: certificates.files("posing"), client: certificates.files("client"))
        let client = try world.connect(to: try world.listen())
        #expect(world.world.run { client.failure != nil })
        #expect(
          client.failure?.description.hasSuffix(
            "the peer, client app-1, has a role that is not accepted") == true)
        #expect(!client.isOpen && client.identity == nil)
      }
    }

    @Test("A client whose role is not let in")
    func roleOfClient() throws {
      try TLSCertificates.withBothEnds { certificates in
        var policy = TLSPolicy()
        policy.clientRoles = [.server, .admin]
        try expectRefusal(
          TLSTestWorld(
            .memory, server: certificates.files("server"), client: certificates.files("client"),
            policy: policy),
          client: nil, server: "the peer, client app-1, has a role that is not accepted")
      }
    }

    @Test(
      "A client whose certificate names no role, no known role, or two",
      arguments: [
        "DNS:app-1", "URI:swift-rules:king:app-1", "URI:swift-rules:client:",
        "URI:http:client:app-1",
        "URI:swift-rules:client:app-1,URI:swift-rules:admin:app-1",
      ])
    func noRole(name: String) throws {
      try TLSCertificates.withBothEnds { certificates in
        try certificates.make("nobody", name)
        try expectRefusal(
          TLSTestWorld(
            .memory, server: certificates.files("server"), client: certificates.files("nobody")),
          client: nil, server: "the peer's certificate names no role, or several")
      }
    }

    @Test(
      "A client without a certificate, and one that speaks TLS 1.2",
      arguments: [
        ([], "peer did not return a certificate"), (["-tls1_2"], "unsupported protocol"),
      ])
    func otherClients(options: [String], reason: String) throws {
      try TLSCertificates.withBothEnds { certificates in
        let world = try TLSTestWorld(
          .tcp, server: certificates.files("server"), client: certificates.files("client"))
        let address = try world.listen()
        let command = try TLSCommand(
          ["openssl", "s_client", "-connect", "\(address)"] + options)
        #expect(world.world.run { !world.world.log.lines.isEmpty })
        #expect(world.hasLogged(reason), "\(world.world.log.lines)")
        #expect(world.accepted.isEmpty)
        withExtendedLifetime(command) {}
      }
    }

    @Test("A server that speaks TLS 1.2")
    func oldServer() throws {
      try TLSCertificates.withBothEnds { certificates in
        let world = try TLSTestWorld(
          .tcp, server: certificates.files("server"), client: certificates.files("client"))
        let address = try world.world.unusedAddress()
        let command = try TLSCommand([
          "openssl", "s_server", "-accept", "\(address)", "-tls1_2", "-cert",
          certificates.path("server.pem"), "-key", certificates.path("server.key"),
        ])
        var client = try world.connect(to: address)
        // It takes a while to listen.
        #expect(
          world.world.run {
            guard client.failure?.errno == ECONNREFUSED else { return client.failure != nil }
            client = (try? world.connect(to: address)) ?? client
            return false
          })
        #expect(
          client.failure?.description.hasSuffix("tlsv1 alert protocol version") == true,
          "\(client.failure as Any)")
        #expect(!client.isOpen)
        withExtendedLifetime(command) {}
      }
    }

    @Test("A client that does not speak TLS", arguments: Network.allCases)
    func noTLS(on network: Network) throws {
      try TLSCertificates.withBothEnds { certificates in
        let world = try TLSTestWorld(
          network, server: certificates.files("server"), client: certificates.files("client"))
        let plain = TLSEnd(
          try world.world.transport.connect(to: try world.listen()), isOpen: false, receives: true)
        #expect(world.world.run { plain.isOpen })
        plain.send([UInt8]("GET / HTTP/1.1\r\n\r\n".utf8))
        #expect(world.world.run { plain.hasEnded || plain.failure != nil })
        #expect(world.hasLogged("http request"), "\(world.world.log.lines)")
        #expect(world.accepted.isEmpty)
      }
    }

    @Test("A client that says nothing, after a while", arguments: Network.allCases)
    func silence(on network: Network) throws {
      try TLSCertificates.withBothEnds { certificates in
        var policy = TLSPolicy()
        policy.handshakeTime = .milliseconds(50)
        let world = try TLSTestWorld(
          network, server: certificates.files("server"), client: certificates.files("client"),
          policy: policy)
        let silent = TLSEnd(
          try world.world.transport.connect(to: try world.listen()), isOpen: false, receives: true)
        #expect(world.world.run { silent.hasEnded || silent.failure != nil })
        #expect(world.hasLogged("no handshake within 0.05 seconds"), "\(world.world.log.lines)")
      }
    }

    @Test("More handshakes at once than allowed, and only those", arguments: Network.allCases)
    func tooManyHandshakes(on network: Network) throws {
      try TLSCertificates.withBothEnds { certificates in
        var policy = TLSPolicy()
        policy.maximumHandshakes = 3
        policy.handshakeTime = .seconds(1)
        let world = try TLSTestWorld(
          network, server: certificates.files("server"), client: certificates.files("client"),
          policy: policy)
        let address = try world.listen()
        let silent = try (0..<5).map { _ in
          TLSEnd(
            try world.world.transport.connect(to: address), isOpen: false, receives: true)
        }
        func refusedCount() -> Int { silent.count { $0.hasEnded || $0.failure != nil } }
        #expect(world.world.run { refusedCount() == 2 })
        #expect(world.hasLogged("3 handshakes are under way already"))
        #expect(world.world.run { refusedCount() == 5 })
        let client = try world.connect(to: address)
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
      }
    }

    @Test("The end of a connection that nobody has announced")
    func truncated() throws {
      try TLSCertificates.withBothEnds { certificates in
        let world = try TLSTestWorld(
          .tcp, server: certificates.files("server"), client: certificates.files("client"))
        let address = try world.listen()
        var command: TLSCommand? = try TLSCommand([
          "openssl", "s_client", "-connect", "\(address)", "-tls1_3", "-cert",
          certificates.path("client.pem"), "-key", certificates.path("client.key"),
        ])
        #expect(world.world.run { world.accepted.count == 1 })
        #expect(command != nil)
        // It is killed.
        command = nil
        #expect(world.world.run { world.accepted[0].failure != nil })
        #expect(
          world.accepted[0].failure?.description.hasSuffix(
            "the connection ended without the peer saying so") == true,
          "\(world.accepted[0].failure as Any)")
      }
    }
  }

#endif  // TLS
