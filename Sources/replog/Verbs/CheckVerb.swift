import LogServices

extension Verb {
  static let check = Verb(
    name: "check", summary: "verify the replicas in a backup's directory, while no backup runs",
    details: """
      Reads every file, and compares every certified byte with its checksum; changes nothing.
      Exit code 0: a backup would serve all of it; 1: something is corrupt or damaged; 2: the
      directory cannot be read, is no backup's, or is in use.
      """,
    flags: [
      Flag("--dir", "DIR", "the backup's directory", required: true),
      Flag("--json", "print one JSON object"),
    ],
    run: CheckVerb.run)
}

enum CheckVerb {
  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let directory = options.string("--dir") ?? ""
    let inspection: DirectoryInspection
    do {
      inspection = try DirectoryInspection(directory)
    } catch {
      throw CommandFailure("\(error)")
    }
    let report = CheckReport(inspection, directory: directory)
    console.write(options.has("--json") ? try report.json : report.text)
    return report.sound ? .success : .failure
  }
}
