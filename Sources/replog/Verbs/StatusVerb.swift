import RulesNetwork
import RulesRuntime

extension Verb {
  static let status = Verb(
    name: "status", summary: "show the servers, and each segment's replicas",
    details: """
      Asks the coordinator for the backups that are up, and each of them for its replicas.
      Segments with fewer than three readable replicas and corrupt replicas are marked. Exit
      code 0: all is well; 1: something is marked, or a backup did not answer.
      """,
    flags: [.coordinator, Flag("--log", "NAME", "only this log (default: all)")],
    run: StatusVerb.run)
}

enum StatusVerb {
  /// How long the coordinator, and then the backups, may take to answer.
  static let patience = Duration.seconds(3)

  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let coordinator = try options.address("--coordinator")
    let name = options.string("--log")
    Signals.handle { _ in ExitCode.interrupted.exit() }
    let pool = try await Pool(name: "status") { core in
      try ClusterInspector(core: core, coordinator: coordinator, patience: patience)
    }
    let result = await withCheckedContinuation { continuation in
      pool.post { inspector in
        inspector.inspect(log: name) { continuation.resume(returning: $0) }
      }
    }
    await pool.shutdown()
    let table = StatusTable(picture: try result.get(), logName: name)
    console.write(table.text)
    return table.isHealthy ? .success : .failure
  }
}
