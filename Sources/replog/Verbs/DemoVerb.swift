extension Verb {
  static let demo = Verb(
    name: "demo", summary: "run a whole cluster, kill backups, and show that nothing is lost",
    details: """
      Starts a coordinator and backups as processes of their own on this machine, appends a
      file line by line, kills one backup with kill -9 in the middle of an open segment and
      another after that segment is closed, lets the rules repair the damage, reads the whole
      log back from the backups' files and compares every byte. Exit code 0: 0 records lost.
      With fewer than five backups there are fewer kills, as three must be left.
      """,
    flags: [
      Flag(
        "--input", "FILE", "what to append, a line a record (default: 21 MB of text found here)"),
      Flag("--backups", "N", "how many backups to start, 3 to 32 (default: 5)"),
      Flag("--keep", "DIR", "keep the servers' files, their messages and a summary in DIR"),
    ], run: DemoVerb.run)
}

enum DemoVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let backups = try options.integer("--backups", in: 3...32, default: 5)
    let resources = try LocalResources(for: "demo", keep: options.string("--keep"))
    let display = LiveDisplay(console: console)
    Signals.handle { _ in resources.interrupt(console) }
    defer { display.close() }
    do {
      let input =
        if let path = options.string("--input") {
          try DemoInput.file(path, maximumRecord: RecordLimit.bytes)
        } else {
          try DemoText.gather(maximumRecord: RecordLimit.bytes)
        }
      let demo = Demo(
        input: input, backups: backups, resources: resources, display: display, console: console)
      let report = try await demo.run()
      let problem = resources.release(patience: .seconds(5))
      await resources.waitIfInterrupted()
      if let problem { console.report("replog demo: could not remove \(problem)") }
      let text = report.lines.joined(separator: "\n") + "\n"
      if let kept = options.string("--keep") {
        try FileBytes.write(text, to: "\(kept)/summary.txt")
        console.line("\nThe servers' files, their messages and summary.txt are in \(kept)")
      }
      console.write(text)
      return report.isPerfect && problem == nil ? .success : .failure
    } catch {
      display.close()
      resources.release(patience: .seconds(2))
      await resources.waitIfInterrupted()
      throw CommandFailure(error)
    }
  }
}
