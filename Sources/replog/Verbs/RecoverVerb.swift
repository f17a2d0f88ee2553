import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension Verb {
  static let recover = Verb(
    name: "recover", summary: "take a log over from an owner that is gone, and repair it",
    details: """
      Fences every earlier owner, finds out what is left, reads it, and makes missing replicas
      again until each segment has all of them. Says exactly which segments are missing, and whether
      they are lost or only on backups that do not answer. With --dry-run it only looks, and
      changes nothing. Exit code 0: the log is complete; 1: it is not, or there is none.
      """,
    flags: [.coordinator, .log, Flag("--dry-run", "only say what would be recovered")],
    run: RecoverVerb.run)
}

enum RecoverVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let configuration = try options.logConfiguration(
      log: RuleLog(minimum: .warning) { console.report("replog recover: \($0): \($1)") })
    Signals.handle { _ in ExitCode.interrupted.exit() }
    if options.has("--dry-run") { return try await look(configuration, console) }
    let log = try await ReplicatedLog.openExisting(configuration)
    let waits = WaitWatch(log: log, console: console, verb: "recover")
    defer { waits.end() }
    do {
      let found = await log.status()
      console.line(
        "\(counted(found.segments.count, "segment")), \(byteCount(found.appendedBytes)) recovered, "
          + "epoch \(found.epoch)")
      while true {
        let status = await log.status()
        if let failure = status.failure { throw failure }
        if status.segments.allSatisfy(\.isReplicated) { break }
        try await Task.sleep(for: .milliseconds(20))
      }
      let counters = await log.status().counters
      try await log.close()
      console.line(
        "log '\(configuration.name)' is complete, each segment with \(found.settings); "
          + "\(counted(counters.replicasRecreated, "replica")) made again")
    } catch {
      try? await log.close()
      throw CommandFailure(error)
    }
    return .success
  }

  /// What a recovery would find now.
  private static func look(
    _ configuration: LogConfiguration, _ console: Console
  ) async throws -> ExitCode {
    let survey = try await ClusterInspector.answer(
      from: configuration.coordinators, patience: .seconds(5)
    ) { $0.survey(configuration.name, completion: $1) }
    let report = SurveyReport(log: configuration.name, survey: survey)
    console.write(report.text)
    return report.isComplete ? .success : .failure
  }
}
