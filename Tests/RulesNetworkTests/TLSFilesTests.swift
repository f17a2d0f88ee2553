#if TLS

  import Glibc
  import RulesNetwork
  import RulesRuntime
  import Testing

  @Suite("TLS: files")
  struct TLSFilesTests {
    private func expectError(_ files: TLSFiles, _ text: String) throws {
      let world = try TestWorld(.memory)
      let error = #expect(throws: SystemError.self) {
        try TLSTransport(over: world.transport, core: world.core, files: files)
      }
      #expect(error?.description == text)
    }

    @Test("A file that is missing or is something else is named")
    func wrongFiles() throws {
      try TLSCertificates.with { certificates in
        try certificates.makeAuthority()
        try certificates.make("server")
        let good = certificates.files("server")
        var files = good
        files.authorities = certificates.path("none.pem")
        try expectError(files, "\(files.authorities): No such file or directory")
        files = good
        files.certificate = certificates.path("none.pem")
        try expectError(files, "\(files.certificate): No such file or directory")
        files = good
        files.key = certificates.path("none.key")
        try expectError(files, "\(files.key): No such file or directory")
        files = good
        files.authorities = certificates.path("server.key")
        try expectError(files, "\(files.authorities): no certificate or crl found")
        files = good
        files.certificate = certificates.path("server.key")
        try expectError(files, "\(files.certificate): no start line")
        files = good
        files.key = certificates.path("server.pem")
        try #require(chmod(files.key, 0o600) == 0)
        try expectError(files, "\(files.key): unsupported")
        files.key = certificates.path("ca.key")
        try expectError(files, "\(files.key): key values mismatch")
      }
    }

    @Test("A key that others may read is refused")
    func sharedKey() throws {
      try TLSCertificates.with { certificates in
        try certificates.makeAuthority()
        try certificates.make("server")
        let files = certificates.files("server")
        try #require(chmod(files.key, 0o640) == 0)
        try expectError(
          files,
          "\(files.key): has mode 0640: others may use it; set mode 0600 and change the keys")
      }
    }

    @Test("A key with a passphrase is refused")
    func passphrase() throws {
      try TLSCertificates.with { certificates in
        try certificates.makeAuthority()
        try certificates.make("server")
        var files = certificates.files("server")
        files.key = certificates.path("locked.key")
        try TLSCommand.run(
          "openssl", "ec", "-in", certificates.path("server.key"), "-aes256", "-passout",
          "pass:secret", "-out", files.key)
        try #require(chmod(files.key, 0o600) == 0)
        let world = try TestWorld(.memory)
        let error = #expect(throws: SystemError.self) {
          try TLSTransport(over: world.transport, core: world.core, files: files)
        }
        #expect(error?.description.hasPrefix("\(files.key): ") == true)
      }
    }

    @Test("New certificates hold for new connections, at both ends; old connections stay")
    func reload() throws {
      try TLSCertificates.withBothEnds { certificates in
        let world = try TLSTestWorld(
          .memory, server: certificates.files("server"), client: certificates.files("client"))
        let address = try world.listen()
        let old = try world.connect(to: address)
        #expect(world.world.run { old.isOpen && world.accepted.count == 1 })

        try certificates.make("server", "URI:swift-rules:server:east-8,IP:127.0.0.1")
        try certificates.make("client", "URI:swift-rules:client:app-2")
        try world.server.reload()
        try world.client.reload()
        let new = try world.connect(to: address)
        #expect(world.world.run { new.isOpen && world.accepted.count == 2 })
        #expect(new.identity?.name == "east-8" && world.accepted[1].identity?.name == "app-2")
        old.send([1, 2, 3])
        #expect(world.world.run { world.accepted[0].received == [1, 2, 3] })
        #expect(old.identity?.name == "east-7")
      }
    }

    @Test("A reload that fails changes nothing")
    func failedReload() throws {
      try TLSCertificates.withBothEnds { certificates in
        let world = try TLSTestWorld(
          .memory, server: certificates.files("server"), client: certificates.files("client"))
        var files = certificates.files("server")
        files.key = certificates.path("none.key")
        #expect(throws: SystemError.self) { try world.server.reload(files) }
        let client = try world.connect(to: try world.listen())
        #expect(world.world.run { client.isOpen && world.accepted.count == 1 })
        try world.server.reload()
      }
    }
  }

#endif  // TLS
