import RulesLanguage

private let checkOnly = OptionSpecification(
  name: "--check", help: "Write nothing; list the files that would change, and exit with 1.")

let formatVerb = Verb(
  name: "format",
  summary: "Put rules files into the one style there is.",
  operands: "[FILE...]",
  details: """
    Rewrites each file in place; without a file, or for `-`, standard input to standard output.
    A file that is in the style already is not touched, nor is one with a syntax error.

    The style: two spaces a level and lines of at most 100 characters. An item a line; `when`,
    `do` and `then` of a rule on lines of their own. Items of one kind that follow each other are
    aligned in columns. Long conditions go on below where they started. At most one empty line
    between items. Comments stay where they are, Swift text is copied. There is nothing to choose.
    """,
  options: [checkOnly],
  example: "rulesc format --check rules/Log/*.rules",
  worksWithoutOperands: true,
  run: format)

private func format(_ arguments: ParsedArguments) throws -> ExitStatus {
  let isCheck = arguments.values[checkOnly.name] != nil
  var status = ExitStatus.fine
  var files: [SourceFile] = []
  var diagnostics: [Diagnostic] = []
  for path in arguments.operands.isEmpty ? ["-"] : arguments.operands {
    let isInput = path == "-"
    let file = SourceFile(
      path: isInput ? "<standard input>" : path,
      text: isInput ? try readStandardInput() : try readText(path))
    let formatted = format(file)
    guard let text = formatted.value else {
      diagnostics += formatted.diagnostics.map { $0.moved(toFile: files.count) }
      files.append(file)
      status = .findings
      continue
    }
    switch (isCheck, isInput) {
    case (true, _):
      guard text.utf8.elementsEqual(file.text.utf8) else {
        try writeOutput(file.path + "\n")
        status = .findings
        continue
      }
    case (false, true): try writeOutput(text)
    case (false, false): try writeFileIfChanged(path, text)
    }
  }
  report(diagnostics, files: files)
  return status
}

extension Diagnostic {
  /// The same in another file of a list.
  fileprivate func moved(toFile file: Int) -> Diagnostic {
    var copy = self
    copy.position.file = file
    for index in notes.indices { copy.notes[index].position?.file = file }
    return copy
  }
}
