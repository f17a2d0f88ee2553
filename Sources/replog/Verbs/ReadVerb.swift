import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension Verb {
  static let read = Verb(
    name: "read", summary: "write all records of a log to stdout",
    details: """
      The records come from the backups' replicas, checked, in the order they were appended.
      Each is followed by a newline: lines come back byte for byte, but a last line that had no
      newline has one now. A summary goes to stderr.
      """,
    flags: [.coordinator, .log], run: ReadVerb.run)
}

enum ReadVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let configuration = try options.logConfiguration(
      log: RuleLog(minimum: .warning) { console.report("replog read: \($0): \($1)") })
    Signals.handle { _ in ExitCode.interrupted.exit() }
    var output = RecordWriter(descriptor: console.output)
    let start = ContinuousClock.now
    let summary = try await CommandFailure.reporting {
      try await LogReader.read(configuration) { try output.write($1) }
    }
    try output.flush()
    let skipped =
      summary.replicasSkipped > 0
      ? "; \(counted(summary.replicasSkipped, "replica")) could not be read, others were" : ""
    console.report(
      "\(counted(summary.records, "record")), \(byteCount(summary.bytes)) from "
        + "\(counted(summary.segments, "segment")) in "
        + "\(decimal((ContinuousClock.now - start).inSeconds)) s\(skipped)")
    return .success
  }
}
