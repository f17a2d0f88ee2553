import RulesOutput

let coverageVerb = Verb(
  name: "coverage",
  summary: "Count the states that rules handle, and list those they do not.",
  operands: "FILE...",
  details: """
    Prints the exact number of states of each task and each: by rule, wait and goal, and
    unhandled. Ends with exit status 1 when the rules are in error.
    """,
  options: [],
  example: "rulesc coverage rules/Log/*.rules",
  run: coverage)

private func coverage(_ arguments: ParsedArguments) throws -> ExitStatus {
  guard let checked = try checkProgram(arguments.operands) else { return .findings }
  try writeOutput(coverageText(checked.analysis, checked.program))
  return checked.hasErrors() ? .findings : .fine
}
