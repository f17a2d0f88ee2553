import RulesAnalysis
import RulesLanguage
import RulesOutput

private let formats = OutputFormat(choices: ["text", "json", "markdown", "lcov", "html"])
private let profile = OptionSpecification(
  name: "--profile", value: "DIR",
  help: "A folder with profiles of tests; may be repeated.", isRepeatable: true)
private let production = OptionSpecification(
  name: "--production", value: "DIR",
  help: "A folder with profiles of production; may be repeated.", isRepeatable: true)
private let failOn = OptionSpecification(
  name: "--fail-on", value: CoverageDemand.allCases.map(\.rawValue).joined(separator: "|"),
  help: "End with status 1 if there is any; may be repeated.", isRepeatable: true)
private let output = OptionSpecification(
  name: "--output", value: "PATH", help: "Where the report goes (default: standard output).")
private let emitTests = OptionSpecification(
  name: "--emit-tests", value: "SWIFT",
  help: "Write Swift tests that reach the states that tests never saw.")
private let except = OptionSpecification(
  name: "--except", value: "LIST",
  help: "A file of states that tests need not see, with reasons.")

let coverageVerb = Verb(
  name: "coverage",
  summary: "Count the states that rules handle, and list those they do not.",
  operands: "FILE...",
  details: """
    Prints the exact number of states of each task and each: by rule, wait and goal, and
    unhandled; how many of them can be reached; and how many were seen by the processes that
    wrote profiles (files *.rulesprofile of the folders given, added up). A damaged profile, or
    one of other rules, is named and refused. States that tests never saw are told with a shortest
    sequence of events that leads to each, states that were seen with how often.

    `NAME:` before files starts a rule set of its own; one report is made of all of them, in which
    a task stands where its file is given, and not where it is only imported.

    --fail-on unhandled  some consistent state has no rule, wait or goal, whatever the policy is
    --fail-on unreached  some rule, wait or goal handles no reachable state
    --fail-on unseen     tests never saw some reachable state, and the --except file has it not

    A line of the --except file is `Scope: condition  // reason`. One that means no reachable
    state, or only states that are seen by now, is an error too: the list cannot rot.

    --emit-tests writes for each scope a protocol of what a driver does to an instance, and a test
    for each sequence, which uses a type `<Scope>TestDriver` of yours.

    Exit status: 0 fine, 1 the rules are in error or a demand is not met, 2 a file cannot be used.
    """,
  options: [
    formats.option("How the report is written (default: text)."), output, profile, production,
    failOn, except, emitTests,
  ],
  example: "rulesc coverage --profile .build/profiles --fail-on unseen rules/Log/*.rules",
  run: coverage)

private func coverage(_ arguments: ParsedArguments) throws -> ExitStatus {
  let format = try formats.chosen(in: arguments)
  let demands = try chosenDemands(arguments)
  var status = ExitStatus.fine
  var rules: [CoveredRules] = []
  let sets = try ruleSets(arguments.operands)
  for set in sets {
    guard let checked = try checkProgram(set.files) else {
      status = .findings
      continue
    }
    if checked.hasErrors() { status = .findings }
    rules.append(
      CoveredRules(
        name: set.name, reportedElsewhere: Set(sets.flatMap(\.files)).subtracting(set.files),
        program: checked.program, analysis: checked.analysis))
  }
  guard !rules.isEmpty else { return status }
  guard try addProfiles(to: &rules, arguments) else { return .unusable }
  let list = arguments.values[except.name]
  guard var exceptions = try exceptions(list, rules) else { return .unusable }

  let report = coverageReport(rules, exceptions: &exceptions)
  let text = text(of: report, rules, format)
  if let path = arguments.values[output.name] {
    try writeFileIfChanged(path, text)
  } else {
    try writeOutput(text)
  }
  if let path = arguments.values[emitTests.name] {
    try writeFileIfChanged(path, coverageTests(report))
  }
  let problems = unmetDemands(
    report, demands, exceptions: exceptions, exceptionsFile: list ?? "")
  for problem in problems { writeError(problem.text) }
  return problems.isEmpty ? status : .findings
}

private func text(
  of report: CoverageReport, _ rules: [CoveredRules], _ format: String
) -> String {
  switch format {
  case "json": coverageJSON(report).prettyText(columns: 120) + "\n"
  case "markdown": coverageMarkdown(report)
  case "lcov": coverageLCOV(report)
  case "html": coverageHTML(report, rules)
  default: coverageText(report)
  }
}

// MARK: The command line

private func chosenDemands(_ arguments: ParsedArguments) throws(UsageError) -> Set<CoverageDemand> {
  var demands: Set<CoverageDemand> = []
  for word in arguments.lists[failOn.name] ?? [] {
    guard let demand = CoverageDemand(rawValue: word) else {
      throw UsageError(
        unknown: "demand", word, among: CoverageDemand.allCases.map(\.rawValue),
        help: "rulesc coverage --help")
    }
    demands.insert(demand)
  }
  var needing = [except.name, emitTests.name].filter { arguments.values[$0] != nil }
  if demands.contains(.unseen) { needing.insert("--fail-on unseen", at: 0) }
  if let option = needing.first, arguments.lists[profile.name] == nil {
    throw UsageError("`\(option)` is about what tests have seen, and needs `--profile DIR`")
  }
  return demands
}

/// `a.rules b.rules`, or `Log: a.rules b.rules Phone: c.rules`.
private func ruleSets(
  _ operands: [String]
) throws(UsageError) -> [(name: String?, files: [String])] {
  var sets: [(name: String?, files: [String])] = []
  for operand in operands {
    if operand.hasSuffix(":") {
      sets.append((String(operand.dropLast()), []))
    } else {
      if sets.isEmpty { sets.append((nil, [])) }
      sets[sets.count - 1].files.append(operand)
    }
  }
  if let empty = sets.first(where: { $0.files.isEmpty }) {
    throw UsageError("coverage: no rules file is given behind `\(empty.name ?? ""):`")
  }
  return sets
}

// MARK: Files

/// Reads every profile; each that cannot be used is one line on standard error.
///
/// - Returns: whether all could be used.
private func addProfiles(
  to rules: inout [CoveredRules], _ arguments: ParsedArguments
) throws -> Bool {
  var isUsable = true
  for option in [profile, production] {
    guard let folders = arguments.lists[option.name] else { continue }
    var recordings = rules.map { Recording(of: $0.program, $0.analysis) }
    for path in try folders.flatMap(profiles) {
      do {
        try add(try parseProfile(try readFile(path)), to: &recordings)
      } catch let error as ProfileError {
        writeError("rulesc: cannot use \(path): \(error.message)\n")
        isUsable = false
      } catch let error as FileError {
        writeError("rulesc: \(error.message)\n")
        isUsable = false
      }
    }
    for (index, recording) in recordings.enumerated() {
      if option.name == profile.name {
        rules[index].tests = recording
      } else {
        rules[index].production = recording
      }
    }
  }
  return isUsable
}

/// The profiles in a folder, by name.
private func profiles(in folder: String) throws(FileError) -> [String] {
  let separator = folder.hasSuffix("/") ? "" : "/"
  return try fileNames(in: folder).filter { $0.hasSuffix(".rulesprofile") }
    .map { folder + separator + $0 }
}

/// The exceptions of a list; nil, with the reasons on standard error, if it cannot be used.
private func exceptions(
  _ list: String?, _ rules: [CoveredRules]
) throws(FileError) -> [CoverageException]? {
  guard let list else { return [] }
  let file = SourceFile(path: list, text: try readText(list))
  let (exceptions, problems) = readExceptions(file, in: rules.map(\.program))
  for problem in problems { writeError(problem.text) }
  return problems.isEmpty ? exceptions : nil
}
