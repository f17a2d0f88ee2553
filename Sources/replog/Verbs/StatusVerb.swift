import RulesNetwork
import RulesRuntime

extension Verb {
  static let status = Verb(
    name: "status", summary: "show the servers, and each segment's replicas",
    details: """
      Asks the coordinator for the backups that are up, and each of them for its replicas.
      Segments with fewer readable replicas than their log is to have, and corrupt replicas, are
      marked. Exit code 0: all is well; 1: something is marked, or a backup did not answer.
      """,
    flags: [
      .coordinator, Flag("--log", "NAME", "only this log (default: all)"),
      Flag("--json", "print one JSON object"),
      Flag("--watch", "print it again every second, until a signal ends it"),
    ],
    run: StatusVerb.run)
}

enum StatusVerb {
  /// How long the coordinator, and then the backups, may take to answer.
  static let patience = Duration.seconds(3)
  /// Between two pictures of `--watch`.
  static let interval = Duration.seconds(1)

  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let coordinators = try options.addresses("--coordinator")
    let name = options.string("--log")
    Signals.handle { _ in ExitCode.interrupted.exit() }
    while true {
      let table = StatusTable(
        picture: try await picture(coordinators, log: name), logName: name)
      let text = options.has("--json") ? try StatusReport(table).json : table.text
      guard options.has("--watch") else {
        console.write(text)
        return table.isHealthy ? .success : .failure
      }
      // On a terminal in the place of the one before.
      guard console.write((console.isTerminal ? "\u{1B}[H\u{1B}[J" : "") + text) else {
        return .success
      }
      try await Task.sleep(for: interval)
    }
  }

  private static func picture(
    _ coordinators: [NetworkAddress], log name: String?
  ) async throws -> ClusterPicture {
    try await ClusterInspector.answer(from: coordinators, patience: patience) {
      $0.inspect(log: name, completion: $1)
    }
  }
}
