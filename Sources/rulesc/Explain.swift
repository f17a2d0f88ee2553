import RulesOutput

let explainVerb = Verb(
  name: "explain",
  summary: "Explain a diagnostic code, with an example and its repair.",
  operands: "[CODE]",
  details: """
    Every diagnostic ends with its code in brackets. Prints what the code means, why it is
    reported, a small example with the message it gives, and the example repaired. Without a
    code, lists all of them.
    """,
  options: [],
  example: "rulesc explain gap",
  worksWithoutOperands: true,
  run: explain)

private func explain(_ arguments: ParsedArguments) throws -> ExitStatus {
  guard let code = arguments.operands.first else {
    try writeOutput(explanationList())
    return .fine
  }
  guard arguments.operands.count == 1 else {
    throw UsageError("explain: one code at a time; see `rulesc explain --help`")
  }
  // As it stands in a message: `[gap]`.
  let bare = code.hasPrefix("[") && code.hasSuffix("]") ? String(code.dropFirst().dropLast()) : code
  guard let page = Explanation(of: bare) else {
    throw UsageError(
      unknown: "code", bare, among: explanations.map(\.code), help: "rulesc explain")
  }
  try writeOutput(page.text)
  return .fine
}
