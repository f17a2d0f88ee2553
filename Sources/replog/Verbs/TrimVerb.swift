import ReplicatedLog
import RulesRuntime

extension Verb {
  static let trim = Verb(
    name: "trim", summary: "give up the beginning of a log",
    details: """
      All segments before the one that a position is in are freed on the backups, once the
      coordinator knows that the log begins later. It becomes the log's owner: an append that is
      running elsewhere is ended.
      """,
    flags: [
      .coordinator, .log,
      Flag("--before", "SEGMENT", "the first segment to keep, 1 or more", required: true),
    ],
    run: TrimVerb.run)
}

enum TrimVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let configuration = try options.logConfiguration(
      log: RuleLog(minimum: .warning) { console.report("replog trim: \($0): \($1)") })
    let segment = UInt64(try options.integer("--before", in: 1...Int(Int32.max), default: 1))
    Signals.handle { _ in ExitCode.interrupted.exit() }
    let log = try await ReplicatedLog.openExisting(configuration)
    let waits = WaitWatch(log: log, console: console, verb: "trim")
    defer { waits.end() }
    do {
      let last = await log.status().segments.last?.id ?? 1
      guard segment <= last else {
        throw CommandFailure(
          "--before \(segment): log '\(configuration.name)' ends in segment \(last)")
      }
      try log.trim(before: LogPosition(segment: segment, offset: 0))
      while true {
        let status = await log.status()
        if let failure = status.failure { throw failure }
        if status.segments.first?.id ?? segment >= segment, status.releasing == 0 { break }
        try await Task.sleep(for: .milliseconds(10))
      }
      try await log.close()
    } catch {
      try? await log.close()
      throw CommandFailure(error)
    }
    console.line("log '\(configuration.name)' begins with segment \(segment)")
    return .success
  }
}
