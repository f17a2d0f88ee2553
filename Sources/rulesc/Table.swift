import RulesOutput

private let formats = OutputFormat(choices: ["text", "html"])

let tableVerb = Verb(
  name: "table",
  summary: "Print the rules as condition tables.",
  operands: "FILE...",
  details: """
    Prints one table for each task and each: one row a rule, wait or goal, one column a fact, and
    in each cell the values with which the clause may hold (`-`: any). A condition with an `or`
    takes several rows. States that no clause handles come last.
    """,
  options: [formats.option("Text for a terminal, or one HTML page (default: text).")],
  example: "rulesc table --format html rules/Log/*.rules > rules.html",
  run: table)

private func table(_ arguments: ParsedArguments) throws -> ExitStatus {
  let format = try formats.chosen(in: arguments)
  guard let checked = try checkProgram(arguments.operands) else { return .findings }
  let tables = try conditionTables(checked.analysis, checked.program)
  try writeOutput(format == "html" ? tableHTML(tables) : tableText(tables))
  return checked.hasErrors() ? .findings : .fine
}
