import RulesLanguage
import RulesOutput

let mutantsVerb = Verb(
  name: "mutants",
  summary: "List small changes of the rules that tests should notice.",
  operands: "FILE...",
  details: """
    Prints one line for each mutant: its task and number, its place, and what is changed. A part
    of a condition is left out, the rules do not see one assignment of an action, or a rule does not
    wake a task. Of some it is proved that they change nothing: what is decided is the same in every
    state that keeps the `always`, or in every one that can be reached. They are listed apart.

    `rulesc generate --mutants` writes code that has them all, and
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
  let mutants = ruleMutants(checked.program, checked.analysis).filter { mutant in
    given.contains(normalised(checked.program.files[mutant.position.file].path))
  }
  func lines(_ sameness: RuleMutant.Sameness?) -> [String] {
    mutants.filter { $0.sameness == sameness }.map { mutant in
      let path = checked.program.files[mutant.position.file].path
      return "\(mutant.task) \(mutant.number)  \(path):\(mutant.position.line)  \(mutant.text)"
    }
  }
  var text = lines(nil)
  for sameness in [RuleMutant.Sameness.consistent, .reachable] {
    let same = lines(sameness)
    guard !same.isEmpty else { continue }
    text += ["", "the same in every \(sameness) state: \(same.count) of \(mutants.count)"] + same
  }
  try writeOutput(text.map { $0 + "\n" }.joined())
  return .fine
}
