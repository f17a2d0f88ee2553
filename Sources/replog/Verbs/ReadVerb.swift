import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension Verb {
  static let read = Verb(
    name: "read", summary: "write all records of a log to stdout",
    details: """
      The records come from the backups' replicas, checked, in the order they were appended.
      Each is followed by a newline: lines come back byte for byte, but a last line that had no
      newline has one now. A summary goes to stderr. With --follow it goes on with what is
      appended later, until it is interrupted; then it writes only what is replicated.
      Positions are SEGMENT or SEGMENT:OFFSET. Exit code 1: data are lost, or were trimmed before
      they were read; it says which.
      """,
    flags: [
      .coordinator, .log, Flag("--from", "POSITION", "the first record (default: the log's first)"),
      Flag("--to", "POSITION", "no record from here on (default: the log's end)"),
      Flag("--follow", "go on with what is appended later"),
    ],
    run: ReadVerb.run)
}

enum ReadVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let configuration = try options.logConfiguration(
      log: RuleLog(minimum: .warning) { console.report("replog read: \($0): \($1)") })
    Signals.handle { _ in ExitCode.interrupted.exit() }
    var output = RecordWriter(descriptor: console.output)
    let start = ContinuousClock.now
    let from = try options.position("--from")
    let to = try options.position("--to")
    if options.has("--follow") {
      try await follow(LogReader.follow(configuration, from: from, to: to), to: output)
      return .success
    }
    let summary = try await CommandFailure.reporting {
      try await LogReader.read(configuration, from: from, to: to) { try output.write($1) }
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

  /// Writes what comes, as soon as nothing more is there.
  private static func follow(
    _ records: LogRecords, to output: RecordWriter
  ) async throws(CommandFailure) {
    var output = output
    var iterator = records.makeAsyncIterator()
    do {
      while let record = try await iterator.next() {
        try output.write(record.bytes)
        if !iterator.hasRecord { try output.flush() }
      }
    } catch {
      throw CommandFailure(error)
    }
  }
}
