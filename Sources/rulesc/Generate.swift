import RulesLanguage
import RulesOutput

private let outputDirectory = OptionSpecification(
  name: "--output-directory", value: "DIR", help: "Where the Swift files go; made if missing.",
  isRequired: true)
private let sourceRoot = OptionSpecification(
  name: "--source-root", value: "ROOT",
  help: "The folder that comments name rules files relative to (default: here).")

let generateVerb = Verb(
  name: "generate",
  summary: "Write the Swift code of rules files.",
  operands: "FILE...",
  details: """
    Writes one Swift file for each rules file given; for an imported file only if it is given
    too. A file whose content stays the same is not touched. When anything is in error, also a
    gap or an overlap, nothing is written.
    """,
  options: [outputDirectory, sourceRoot],
  run: generate)

private func generate(_ arguments: ParsedArguments) throws -> ExitStatus {
  let directory = try arguments.required(outputDirectory)
  let here = try workingDirectory()
  let checked = try checkProgram(arguments.operands, generating: true)
  guard let checked, !checked.hasErrors(generating: true) else { return .findings }

  let root = arguments.values[sourceRoot.name] ?? here
  let options = GenerationOptions(
    root: normalised(root.hasPrefix("/") ? root : here + "/" + root), workingDirectory: here)
  let generated = generateSwift(checked.program, checked.analysis, options: options)

  // The files given come first in the program, each once.
  let given = Set(arguments.operands.map { normalised($0) })
  let paths = checked.program.files.map(\.path).filter { given.contains(normalised($0)) }
  try makeDirectory(directory)
  for (name, file) in zip(generatedFileNames(for: paths), generated) {
    try writeFileIfChanged(directory + "/" + name, file.text)
  }
  return .fine
}
