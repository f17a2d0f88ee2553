import LogServices
import RulesNetwork

extension Verb {
  static let backup = Verb(
    name: "backup", summary: "run a backup that keeps replicas in a directory",
    details: """
      It joins the coordinator's cluster, keeps replicas of logs' segments in files with
      checksums, and offers those it finds when it starts. It prints one line once it can be
      used. SIGINT or SIGTERM ends it, exit code 0; when the coordinator declares it dead it
      ends with exit code 75: start it again, and it joins as a new server.
      """,
    flags: [
      .coordinator,
      Flag("--dir", "DIR", "where its replicas are kept", required: true),
      Flag("--listen", "HOST:PORT", "where to listen (default: 127.0.0.1:0, any free port)"),
      Flag(
        "--scrub", "BYTES",
        "verify what is kept, so many bytes a second\n(default: 4,194,304; 0: never)"),
      .metrics, .exitWithParent,
    ], run: BackupVerb.run)
}

enum BackupVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let address = try options.listenAddress("--listen", default: "127.0.0.1:0")
    let coordinators = try options.addresses("--coordinator")
    let verb = ServerVerb(console: console, name: "backup")
    var configuration = BackupConfiguration(
      address: address, coordinator: coordinators[0],
      directory: options.string("--dir") ?? "", log: verb.log)
    configuration.standbys = Array(coordinators.dropFirst())
    configuration.monitoring = try options.metricsAddress()
    if options.has("--scrub") {
      let pace = try options.integer("--scrub", in: 0...(1 << 40), default: 0)
      configuration.scrub = ScrubPace(bytesPerSecond: pace)
    }
    let stop = StopRequest(withParent: options.has("--exit-with-parent"))
    let server = try await verb.starting { [configuration] in
      try await BackupServer.start(configuration)
    }
    stop.serverIsUp()
    verb.announce(server.id, server.address, monitoring: server.monitoring)
    Task { stop.serverEnded(.backup(await server.waitUntilEnded())) }
    let reason = await stop.wait()
    await server.shutdown()
    return try verb.end(reason)
  }
}
