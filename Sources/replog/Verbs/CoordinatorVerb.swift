import LogServices
import RulesNetwork

extension Verb {
  static let coordinator = Verb(
    name: "coordinator", summary: "run a cluster's coordinator until a signal ends it",
    details: """
      It knows which backups are members, finds out which have failed, and who owns each log.
      It prints one line once it can be used. SIGINT or SIGTERM ends it, exit code 0.
      With its state in etcd, start it several times: one leads, the others stand by, without
      listening, and one of them takes over when it is gone. One that does not lead any more
      ends with exit code 75: start it again, and it stands by.
      """,
    flags: [
      Flag("--listen", "HOST:PORT", "where to listen (default: 127.0.0.1:4100; port 0: any)"),
      Flag("--dir", "DIR", "where its state is kept (default: replog-coordinator)"),
      Flag(
        "--store", "URL",
        "keep it in etcd instead: etcd://HOST:PORT[,HOST:PORT...][/NAME],\n"
          + "NAME being the cluster's (default: main)"),
      .metrics, .exitWithParent,
    ], run: CoordinatorVerb.run)
}

enum CoordinatorVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let address = try options.listenAddress("--listen", default: "127.0.0.1:4100")
    let verb = ServerVerb(console: console, name: "coordinator")
    var configuration = CoordinatorConfiguration(
      address: address, storage: try options.clusterStorage(), log: verb.log)
    configuration.monitoring = try options.metricsAddress()
    let stop = StopRequest(withParent: options.has("--exit-with-parent"))
    let reason = Task { await stop.wait() }
    let start = Task { [configuration] in
      try await verb.starting { try await CoordinatorServer.start(configuration) }
    }
    // One that stands by waits here until it leads or is to end.
    if case .etcd = configuration.storage {
      stop.serverIsUp()
      Task {
        _ = await reason.value
        start.cancel()
      }
    }
    let server: CoordinatorServer
    do {
      server = try await start.value
    } catch {
      guard start.isCancelled else { throw error }
      return try verb.end(await reason.value)
    }
    stop.serverIsUp()
    verb.announce(nil, server.address, monitoring: server.monitoring)
    Task {
      if let deposed = await server.waitUntilEnded() { stop.serverEnded(.deposed(deposed)) }
    }
    let ending = await reason.value
    await server.shutdown()
    return try verb.end(ending)
  }
}

extension Options {
  /// Where a coordinator keeps the cluster's state.
  func clusterStorage() throws(CommandFailure) -> CoordinatorConfiguration.Storage {
    guard let store = string("--store") else {
      return .directory(string("--dir") ?? "replog-coordinator")
    }
    if has("--dir") {
      throw CommandFailure("--dir and --store: the state is kept in one place")
    }
    let scheme = "etcd://"
    let parts = store.dropFirst(scheme.count).split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.count > 1 ? String(parts[1]) : "main"
    guard store.hasPrefix(scheme), let endpoints = NetworkAddress.list(parts[0]),
      (1...100).contains(name.utf8.count), !name.contains("/")
    else {
      throw CommandFailure(
        "--store \(store): not etcd://HOST:PORT[,HOST:PORT...][/NAME], such as "
          + "etcd://127.0.0.1:2379")
    }
    return .etcd(endpoints: endpoints, cluster: name)
  }
}
