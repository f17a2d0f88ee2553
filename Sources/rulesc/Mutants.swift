import RulesLanguage
import RulesOutput

let mutantsVerb = Verb(
  name: "mutants",
  summary: "List small changes of the rules that tests should notice.",
  operands: "FILE...",
  details: """
    Prints one line for each mutant: its task and number, its place, and what is changed. A part
    of a condition is left out, the rules do not see one assignment of an action, or a rule does not
    wake a task. `rulesc generate --mutants` writes code that has them all, and
    `RuleMutants.select` of the runtime says which is in force. Rules with a mutant may overlap: then
    the first rule counts, before the waits, before the goals.
    """,
  options: [],
  example: "rulesc mutants rules/Log/*.rules",
  run: mutants)

private func mutants(_ arguments: ParsedArguments) throws -> ExitStatus {
  let checked = try checkProgram(arguments.operands, generating: true)
  guard let checked, !checked.hasErrors(generating: true) else { return .findings }
  let given = arguments.operands.map { normalised($0) }
  var text = ""
  for mutant in ruleMutants(checked.program, checked.analysis) {
    let path = checked.program.files[mutant.position.file].path
    guard given.contains(normalised(path)) else { continue }
    text += "\(mutant.task) \(mutant.number)  \(path):\(mutant.position.line)  \(mutant.text)\n"
  }
  try writeOutput(text)
  return .fine
}
