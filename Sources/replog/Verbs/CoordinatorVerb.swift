import LogServices
import RulesNetwork

extension Verb {
  static let coordinator = Verb(
    name: "coordinator", summary: "run a cluster's coordinator until a signal ends it",
    details: """
      It knows which backups are members, finds out which have failed, and who owns each log.
      It prints one line once it can be used. SIGINT or SIGTERM ends it, exit code 0.
      """,
    flags: [
      Flag("--listen", "HOST:PORT", "where to listen (default: 127.0.0.1:4100; port 0: any)"),
      Flag("--dir", "DIR", "where its state is kept (default: replog-coordinator)"),
      .metrics, .exitWithParent,
    ], run: CoordinatorVerb.run)
}

enum CoordinatorVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let address = try options.listenAddress("--listen", default: "127.0.0.1:4100")
    let directory = options.string("--dir") ?? "replog-coordinator"
    let verb = ServerVerb(console: console, name: "coordinator")
    let stop = StopRequest(withParent: options.has("--exit-with-parent"))
    var configuration = CoordinatorConfiguration(
      address: address, directory: directory, log: verb.log)
    configuration.monitoring = try options.metricsAddress()
    let server = try await verb.starting { [configuration] in
      try await CoordinatorServer.start(configuration)
    }
    stop.serverIsUp()
    verb.announce(nil, server.address, monitoring: server.monitoring)
    let reason = await stop.wait()
    await server.shutdown()
    return try verb.end(reason)
  }
}
