import RulesAnalysis
import RulesOutput

private let verbose = OptionSpecification(
  name: "--verbose",
  help: "Also print what is reached, how long rules can go on, and where their order matters.")
private let formats = OutputFormat(choices: ["text", "json"])

let checkVerb = Verb(
  name: "check",
  summary: "Check that rules leave no state unhandled and none to two rules.",
  operands: "FILE...",
  details: """
    Reads the rules files and the files they import, reports every error, and prints for each
    task and each the exact number of its states.

    With --format json everything goes to standard output as one JSON object, schema version 1:
      version, tasks: [ { name, line, scopes } ], pools: [ { name, explorations } ],
      diagnostics: [ { code, severity, file, line, column, message, task?, scope?, pool? } ]
    A scope is a task or one of its eaches: name, line, facts with their domains, counts,
    clauses, gaps, overlaps, exploration, goal, busy. All fields: grammar/check.schema.json.
    """,
  options: [formats.option("Text for people, or JSON for programs (default: text)."), verbose],
  example: "rulesc check rules/Log/*.rules",
  run: check)

private func check(_ arguments: ParsedArguments) throws -> ExitStatus {
  if try formats.chosen(in: arguments) == "json" { return try checkAsJSON(arguments.operands) }
  guard let checked = try checkProgram(arguments.operands), !checked.hasErrors() else {
    return .findings
  }
  let isVerbose = arguments.values[verbose.name] != nil
  var text = ""
  for scope in checked.analysis.scopes {
    text += summary(of: scope) + "\n"
    if isVerbose { text += movement(of: scope) }
  }
  if isVerbose { text += explorations(of: checked) }
  try writeOutput(text)
  return .fine
}

/// What a scope does over time.
private func movement(of scope: ScopeAnalysis) -> String {
  guard let found = scope.exploration else { return "  what it reaches is not known\n" }
  var text = "  reaches \(found.states) of them, in at most \(found.depth) moves"
  if let liveness = found.liveness {
    text +=
      liveness.stuck == 0
      ? "; its goal can be reached from each" : "; from \(liveness.stuck) no goal can be reached"
  }
  let firings = found.firings.map { "at most \($0) rules fire" } ?? "rules can fire without an end,"
  return text + "\n  \(firings) one after another, once something else has happened\n"
}

/// What each `explore` found, and where the order of tasks matters.
private func explorations(of checked: CheckedProgram) -> String {
  let orders = findOrderDependence(checked.program)
  var text = ""
  for (exploration, order) in zip(checked.analysis.explorations, orders) {
    text += "\(exploration.pool), \(exploration.instances.joined(separator: ", ")):\n"
    guard let result = exploration.result else {
      text += "  what they reach is not known\n"
      continue
    }
    text += "  reach \(result.states) states, in at most \(result.depth) moves; "
    text += "\(result.goal) of them are goals, \(result.stuck) stuck, \(result.stalls) stalls\n"
    guard let order else { continue }
    for pair in order.pairs {
      text += "  order matters: \(pair.first) and \(pair.second), "
      text += "in \(pair.states) of the first \(order.states) states\n"
    }
    if order.pairs.isEmpty {
      text += "  order matters in none of the first \(order.states) states\n"
    }
  }
  return text
}

/// The whole answer is the JSON text: nothing is written to standard error.
private func checkAsJSON(_ paths: [String]) throws -> ExitStatus {
  let analysed = try analyseFiles(paths)
  let report = checkReport(
    analysed.checked?.program, analysed.checked?.analysis, diagnostics: analysed.diagnostics,
    files: analysed.files)
  try writeOutput(report.prettyText(columns: 120) + "\n")
  return analysed.hasErrors ? .findings : .fine
}

/// `Segment.replica: 124 consistent states = 74 rule + 42 wait + 8 goal, 0 unhandled`
func summary(of scope: ScopeAnalysis) -> String {
  let counts = scope.counts
  let overlap = counts.overlap == 0 ? "" : ", \(counts.overlap) in overlaps"
  return "\(scope.name): \(counts.consistent) consistent states = \(counts.rule) rule"
    + " + \(counts.wait) wait + \(counts.goal) goal, \(counts.unhandled) unhandled\(overlap)"
}
