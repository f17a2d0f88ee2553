import RulesAnalysis
import RulesLanguage
import RulesOutput

private let formats = OutputFormat(choices: ["text", "json"])
private let initially = OptionSpecification(
  name: "--initially", help: "Facts that STATE does not mention are as `initially` says.")

let whyVerb = Verb(
  name: "why",
  summary: "Tell which clause wins in a state, and why the others do not.",
  operands: "STATE FILE...",
  details: """
    STATE is a condition in the words of the rules, 'header == sent, rpc == flying'; a state that
    a report of a running program printed can be pasted as it is. Facts that it does not mention
    may be anything: if the answer depends on them, it is a table.

    Says whether there can be such a state or which `always` excludes it, what wins in it, which
    condition each other clause lacks, and a shortest way there.

    Exit status: 0 a clause wins everywhere, 1 some state is unhandled or in an overlap, 2 STATE
    makes no sense.
    """,
  options: [
    scopeOption, initially,
    formats.option("Text for people, or JSON for programs (default: text)."),
  ],
  example: "rulesc why 'header == sent, rpc == flying' rules/Log/*.rules",
  run: why)

private func why(_ arguments: ParsedArguments) throws -> ExitStatus {
  let format = try formats.chosen(in: arguments)
  guard arguments.operands.count >= 2, let state = arguments.operands.first else {
    throw UsageError("why: a state and a rules file are needed; see `rulesc why --help`")
  }
  let read = try readSources(Array(arguments.operands.dropFirst()))
  let (asked, failure) = try askedQuestion(
    state, scope: arguments.values[scopeOption.name], read, verb: "why")
  guard let question = asked else { return failure }
  let report = try explainStates(
    question.program, question.condition, question.question,
    othersInitial: arguments.values[initially.name] != nil, files: question.program.files)
  try writeOutput(
    format == "json"
      ? whyJSON(report).prettyText() + "\n"
      : whyText(report, isColoured: isColoured(standardOutput)))
  return report.hasFindings ? .findings : .fine
}
