/// The command: finds the verb, reads its flags, runs it, turns failures into one line.
enum Replog {
  static let verbs: [Verb] = [
    .demo, .coordinator, .backup, .append, .read, .trim, .recover, .status, .check, .bench,
    .simulate,
  ]

  static func run(_ arguments: [String], console: Console) async -> ExitCode {
    do {
      return try await dispatch(arguments, console)
    } catch let failure as CommandFailure {
      console.report("replog: error: \(failure.message)")
      return failure.code
    } catch {
      console.report("replog: error: \(error)")
      return .failure
    }
  }

  private static func dispatch(_ arguments: [String], _ console: Console) async throws -> ExitCode {
    guard let name = arguments.first else {
      throw CommandFailure("a verb is needed: \(verbs.map(\.name).joined(separator: ", "))")
    }
    switch name {
    case "--help", "-h", "help":
      console.write(Usage.overview(verbs))
      return .success
    case "--version":
      console.line("replog \(Usage.version)")
      return .success
    default: break
    }
    guard let verb = verbs.first(where: { $0.name == name }) else {
      let kind = name.hasPrefix("-") ? "flag" : "verb"
      let candidates = name.hasPrefix("-") ? ["--help", "--version"] : verbs.map(\.name)
      throw CommandFailure(
        "unknown \(kind) \(name)\(suggestion(name, candidates)) (see replog --help)")
    }
    let options = try Options(arguments.dropFirst(), for: verb)
    if options.wantsHelp {
      console.write(Usage.help(for: verb))
      return .success
    }
    return try await verb.run(options, console)
  }
}
