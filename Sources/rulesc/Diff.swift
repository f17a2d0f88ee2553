import RulesAnalysis
import RulesLanguage
import RulesOutput

private let formats = OutputFormat(choices: ["text", "json"])

let diffVerb = Verb(
  name: "diff",
  summary: "Compare two versions of rules: which states are decided differently?",
  operands: "OLD NEW",
  details: """
    Each side is a file, or a folder with all .rules files in it. Compares every state of each
    task and each: the class and the clauses that decide it, in exact numbers and as patterns. Of
    a clause also `do`, `then` and `for` are compared, as text. A clause that only got another
    name is listed, and is no difference. Gaps and overlaps are allowed on both sides.

    Exit status: 0 nothing differs, 1 something does, 2 a side cannot be compared.
    """,
  options: [formats.option("Text for people, or JSON for programs (default: text).")],
  example: "rulesc diff main/rules/Log rules/Log",
  run: diff)

private func diff(_ arguments: ParsedArguments) throws -> ExitStatus {
  let format = try formats.chosen(in: arguments)
  guard arguments.operands.count == 2 else {
    throw UsageError("diff: two versions are needed, OLD and NEW; see `rulesc diff --help`")
  }
  guard let old = try analysis(of: arguments.operands[0]),
    let new = try analysis(of: arguments.operands[1])
  else { return .unusable }
  let difference = try comparePrograms(old, new)
  try writeOutput(
    format == "json" ? diffReport(difference).prettyText() + "\n" : diffText(difference))
  return difference.isEmpty ? .fine : .findings
}

/// What one side means; nil, with the reason on standard error, if it is in error or could not be
/// analysed.
private func analysis(of path: String) throws -> Analysis? {
  let paths = isFolder(path) ? try rulesFiles(in: path) : [path]
  guard !paths.isEmpty else { throw FileError("compare", path, "there is no .rules file in it") }
  let analysed = try analyseFiles(paths)
  let obstacles: Set = ["unsupported", "budget"]
  let blocking = analysed.diagnostics.filter {
    $0.severity == .error && (analysed.checked == nil || obstacles.contains($0.code))
  }
  report(blocking, files: analysed.files)
  return blocking.isEmpty ? analysed.checked?.analysis : nil
}
