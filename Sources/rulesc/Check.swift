import RulesAnalysis

let checkVerb = Verb(
  name: "check",
  summary: "Check that rules leave no state unhandled and none to two rules.",
  operands: "FILE...",
  details: """
    Reads the rules files and the files they import, reports every error, and prints for each
    task and each the exact number of its states.
    """,
  options: [],
  run: check)

private func check(_ arguments: ParsedArguments) throws -> ExitStatus {
  guard let checked = try checkProgram(arguments.operands), !checked.hasErrors() else {
    return .findings
  }
  try writeOutput(checked.analysis.scopes.map { summary(of: $0) + "\n" }.joined())
  return .fine
}

/// `Segment.replica: 124 consistent states = 74 rule + 42 wait + 8 goal, 0 unhandled`
func summary(of scope: ScopeAnalysis) -> String {
  let counts = scope.counts
  let overlap = counts.overlap == 0 ? "" : ", \(counts.overlap) in overlaps"
  return "\(scope.name): \(counts.consistent) consistent states = \(counts.rule) rule"
    + " + \(counts.wait) wait + \(counts.goal) goal, \(counts.unhandled) unhandled\(overlap)"
}
