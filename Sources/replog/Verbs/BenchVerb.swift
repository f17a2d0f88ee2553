import ReplicatedLog

extension Verb {
  static let bench = Verb(
    name: "bench", summary: "measure a log on a cluster of its own, on this machine",
    details: """
      Starts a coordinator and four backups as processes of their own, for each level of
      durability: memory (an acknowledged record survives any process's end) and disk (any
      machine's). Appends records of 100 bytes one by one, from 50 clients, and 10,000 at once;
      kills a backup, and times the repair; and opens the log again, as a new owner.
      """,
    flags: [
      Flag("--durability", "LEVEL", "only memory, or only disk (default: both)"),
      Flag("--milliseconds", "N", "time of each measurement, 50 to 60000 (default: 2000)"),
      Flag("--megabytes", "N", "size of the log when a backup is killed, 1 to 512 (default: 128)"),
      Flag("--json", "print one JSON object"),
    ], run: BenchVerb.run)
}

enum BenchVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let levels = try options.durability().map { [$0] } ?? LogDurability.allCases
    let time = try options.integer("--milliseconds", in: 50...60_000, default: 2_000)
    let megabytes = try options.integer("--megabytes", in: 1...512, default: 128)
    let resources = try LocalResources(for: "bench")
    Signals.handle { _ in resources.interrupt(console) }
    let bench = Bench(
      time: .milliseconds(time), repairBytes: megabytes * 1_000_000, resources: resources)
    do {
      var report = BenchReport(recordBytes: Bench.recordBytes, levels: [])
      for level in levels { report.levels.append(try await bench.run(level)) }
      resources.release(patience: .seconds(5))
      await resources.waitIfInterrupted()
      console.write(options.has("--json") ? try report.json : report.text)
      return .success
    } catch {
      resources.release(patience: .seconds(2))
      await resources.waitIfInterrupted()
      throw CommandFailure(error)
    }
  }
}
