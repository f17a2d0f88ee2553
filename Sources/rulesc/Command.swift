import RulesOutput

/// What the process ends with.
enum ExitStatus: Int32 {
  case fine = 0
  /// The rules are in error.
  case findings = 1
  /// The command line is wrong, or a file cannot be read or written.
  case unusable = 2
}

/// One verb: how it is called, and what it does.
struct Verb: Sendable {
  var name: String
  /// One line for the list of verbs.
  var summary: String
  /// What stands after the verb and its options.
  var operands: String
  var details: String
  var options: [OptionSpecification]
  /// A command line to copy, for the help.
  var example = ""
  /// It may be called without any operand.
  var worksWithoutOperands = false
  var run: @Sendable (ParsedArguments) throws -> ExitStatus
}

let verbs = [
  checkVerb, generateVerb, formatVerb, coverageVerb, tableVerb, graphVerb, diffVerb, explainVerb,
  whyVerb, simulateVerb, mutantsVerb, replayVerb, lspVerb, completionVerb,
]

/// Runs `rulesc` with these arguments (without its own name) and returns its exit status.
func runCommand(_ arguments: [String]) -> Int32 {
  do {
    return try dispatch(arguments).rawValue
  } catch let error as UsageError {
    writeError("rulesc: \(error.message)\n")
  } catch let error as FileError {
    writeError("rulesc: \(error.message)\n")
  } catch {
    writeError("rulesc: \(error)\n")
  }
  return ExitStatus.unusable.rawValue
}

private func dispatch(_ arguments: [String]) throws -> ExitStatus {
  guard let first = arguments.first else {
    throw UsageError("no verb given; see `rulesc --help`")
  }
  switch first {
  case "--help", "-h", "help":
    try writeOutput(commandHelp)
    return .fine
  case "--version":
    try writeOutput("rulesc \(toolVersion)\n")
    return .fine
  default: break
  }
  guard let verb = verbs.first(where: { $0.name == first }) else {
    let isOption = first.hasPrefix("-")
    let candidates = isOption ? ["--help", "--version"] : verbs.map(\.name)
    throw UsageError(
      unknown: isOption ? "option" : "verb", first, among: candidates, help: "rulesc --help")
  }
  let rest = Array(arguments.dropFirst())
  let parsed = try parseArguments(rest, options: verb.options, verb: verb.name)
  if parsed.asksForHelp {
    try writeOutput(help(for: verb))
    return .fine
  }
  guard verb.worksWithoutOperands || !parsed.operands.isEmpty else {
    throw UsageError("\(verb.name): no rules file given; see `rulesc \(verb.name) --help`")
  }
  return try verb.run(parsed)
}

// MARK: Help

private var commandHelp: String {
  var text = """
    rulesc - the compiler of .rules files

    USAGE: rulesc VERB [OPTION...] FILE...

    VERBS:

    """
  for verb in verbs { text += "  \(padded(verb.name, to: 10))  \(verb.summary)\n" }
  text += """

    OPTIONS:
      --version   Print the version and exit.
      -h, --help  Print this text and exit; after a verb, what the verb does.

    Exit status: 0 fine, 1 the rules are in error, 2 wrong usage or unreadable input.
    Diagnostics go to standard error, results to standard output.

    """
  return text
}

private func help(for verb: Verb) -> String {
  let options = verb.options + [.help]
  let width = options.map(\.usage.count).max() ?? 0
  let shown = verb.options.map {
    $0.isRequired ? " \($0.usage)" : " [\($0.usage)]" + ($0.isRepeatable ? "..." : "")
  }
  .joined()
  var text = "rulesc \(verb.name) - \(verb.summary)\n\n"
  let operands = verb.operands.isEmpty ? "" : " " + verb.operands
  text += "USAGE: rulesc \(verb.name)\(shown)\(operands)\n\n\(verb.details)\n\nOPTIONS:\n"
  for option in options { text += "  \(padded(option.usage, to: width))  \(option.help)\n" }
  if !verb.example.isEmpty { text += "\nEXAMPLE: \(verb.example)\n" }
  return text
}

private func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
