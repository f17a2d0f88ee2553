import RulesAnalysis
import RulesOutput

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
  options: [formats.option("Text for people, or JSON for programs (default: text).")],
  example: "rulesc check rules/Log/*.rules",
  run: check)

private func check(_ arguments: ParsedArguments) throws -> ExitStatus {
  if try formats.chosen(in: arguments) == "json" { return try checkAsJSON(arguments.operands) }
  guard let checked = try checkProgram(arguments.operands), !checked.hasErrors() else {
    return .findings
  }
  try writeOutput(checked.analysis.scopes.map { summary(of: $0) + "\n" }.joined())
  return .fine
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
