import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension Verb {
  static let append = Verb(
    name: "append", summary: "append the lines of a file or of stdin to a log",
    details: """
      Each line becomes one record, without its newline; any other byte may be in it. Records are
      durable once all their backups have them. What a record survives, and how many backups keep
      it, is decided when the log is made: other flags are refused later. While too few backups
      are up, it waits, and says so on stderr. It becomes the log's owner: an append that is
      running elsewhere is ended.
      """,
    flags: [
      .coordinator, .log, .durability, .replicas,
      Flag("--input", "FILE", "what to append (default: stdin)"),
      Flag("--acks", "print how many records are durable, whenever more are"),
    ],
    run: AppendVerb.run)
}

enum AppendVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let configuration = try options.logConfiguration(
      log: RuleLog(minimum: .warning) { console.report("replog append: \($0): \($1)") })
    Signals.handle { _ in ExitCode.interrupted.exit() }
    let path = options.string("--input")
    let descriptor = path.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
    guard descriptor >= 0 else {
      throw CommandFailure("\(path ?? "stdin"): \(systemMessage())")
    }
    defer { if path != nil { close(descriptor) } }
    // A directory opens, and cannot be read: found out before a log is made.
    var reader = LineReader(descriptor: descriptor, name: path ?? "stdin")
    var batch = try reader.next(limit: RecordLimit.bytes)

    let log = try await CommandFailure.reporting { try await ReplicatedLog.open(configuration) }
    let waits = WaitWatch(log: log, console: console, verb: "append")
    defer { waits.end() }
    let start = ContinuousClock.now
    var records = 0
    var bytes = 0
    var failure: (any Error)?
    do {
      while let lines = batch {
        _ = try await log.append(lines)
        records += lines.count
        if options.has("--acks") { console.line("\(records)") }
        bytes += lines.reduce(0) { $0 + $1.count }
        batch = try reader.next(limit: RecordLimit.bytes)
      }
      try await log.close()
    } catch {
      failure = error
      // What is durable stays so; the first error is the one to tell.
      try? await log.close()
    }
    let time = ContinuousClock.now - start
    console.line(
      "\(counted(records, "record")), \(byteCount(bytes)) durable in log '\(configuration.name)' "
        + "after \(decimal(time.inSeconds)) s")
    if let failure { throw CommandFailure(failure) }
    return .success
  }
}
