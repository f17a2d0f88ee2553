#if TLS

  import Glibc
  import RulesNetwork
  import Testing

  /// Certificates in a folder of their own, made by the command `openssl`.
  struct TLSCertificates {
    private let folder: String

    /// Calls `body` with an empty folder that ends with it.
    static func with(_ body: (TLSCertificates) throws -> Void) throws {
      let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
      var name = [CChar]("\(parent)/rules-tls-XXXXXX".utf8CString)
      let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
      defer { _ = try? TLSCommand.run("rm", "-r", folder) }
      try body(TLSCertificates(folder: folder))
    }

    /// The same with an authority `ca`, and of it a certificate `server` and one `client`.
    static func withBothEnds(_ body: (TLSCertificates) throws -> Void) throws {
      try with { certificates in
        try certificates.makeAuthority()
        try certificates.make("server")
        try certificates.make("client", "URI:swift-rules:client:app-1")
        try body(certificates)
      }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The files of an end whose certificate is `name`'s.
    func files(_ name: String, authority: String = "ca") -> TLSFiles {
      TLSFiles(
        certificate: path("\(name).pem"), key: path("\(name).key"),
        authorities: path("\(authority).pem"))
    }

    func makeAuthority(_ name: String = "ca") throws {
      try TLSCommand.run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-days", "1", "-subj",
        "/CN=\(name)")
    }

    /// Makes a certificate and its key.
    /// - Parameter names: its alternative names, as the command wants them.
    /// - Parameter days: how long it is valid from now; below zero: it has expired.
    func make(
      _ name: String, _ names: String = "URI:swift-rules:server:east-7,IP:127.0.0.1",
      authority: String = "ca", days: Int = 1
    ) throws {
      try TLSCommand.run(
        "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", path("\(name).key"), "-out", path("\(name).csr"), "-subj", "/CN=\(name)",
        "-addext", "subjectAltName=\(names)")
      try TLSCommand.run(
        "openssl", "x509", "-req", "-in", path("\(name).csr"), "-copy_extensions", "copy",
        "-CA", path("\(authority).pem"), "-CAkey", path("\(authority).key"), "-CAcreateserial",
        "-days", "\(days)", "-out", path("\(name).pem"))
    }
  }

  /// A command of the system, without output.
  final class TLSCommand {
    private var process: pid_t = 0

    /// Starts it. Its input stays open, and ends with this value, as it does.
    init(_ arguments: [String]) throws {
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      var input: [Int32] = [-1, -1]
      try #require(pipe(&input) == 0)
      for end in input { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      posix_spawn_file_actions_adddup2(&actions, input[0], 0)
      for output in [1, 2] as [Int32] {
        posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
      }
      var words = arguments.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
      defer { for word in words { free(word) } }
      let result = posix_spawnp(&process, arguments[0], &actions, nil, &words, environ)
      close(input[0])
      self.input = input[1]
      try #require(result == 0, "\(arguments[0]): \(String(cString: strerror(result)))")
    }

    private let input: Int32

    deinit {
      // First, lest it sees the end of its input.
      if process > 0 { kill(process, SIGKILL) }
      close(input)
      guard process > 0 else { return }
      waitpid(process, nil, 0)
    }

    /// Runs a command to its end.
    static func run(_ arguments: String...) throws {
      let command = try TLSCommand(arguments)
      var status: Int32 = 0
      try #require(waitpid(command.process, &status, 0) == command.process)
      command.process = 0
      try #require(status == 0, "\(arguments.joined(separator: " "))")
    }
  }

#endif  // TLS
