import RulesLanguage
import RulesOutput

private let outputDirectory = OptionSpecification(
  name: "--output-directory", value: "DIR", help: "Where the Swift files go; made if missing.",
  isRequired: true)
private let sourceRoot = OptionSpecification(
  name: "--source-root", value: "ROOT",
  help: "The folder that comments name rules files relative to (default: here).")

private let checkOnly = OptionSpecification(
  name: "--check",
  help: "Write nothing; list files that differ, are missing or left over, and exit with 1.")

private let withMutants = OptionSpecification(
  name: "--mutants",
  help: "Write the mutants of `rulesc mutants` too, for tests of tests: slower, never for use.")

let generateVerb = Verb(
  name: "generate",
  summary: "Write the Swift code of rules files.",
  operands: "FILE...",
  details: """
    Writes one Swift file for each rules file given; for an imported file only if it is given
    too. A file whose content stays the same is not touched. When anything is in error, also a
    gap or an overlap, nothing is written.

    Those who commit the Swift files have --check hold them to the rules: it says of each file
    whether it differs, is missing, or was left over by a rules file that is not there any more.
    """,
  options: [outputDirectory, sourceRoot, checkOnly, withMutants],
  example: "rulesc generate --output-directory Generated rules/Log/*.rules",
  run: generate)

private func generate(_ arguments: ParsedArguments) throws -> ExitStatus {
  let directory = try arguments.required(outputDirectory)
  let here = try workingDirectory()
  let checked = try checkProgram(arguments.operands, generating: true)
  guard let checked, !checked.hasErrors(generating: true) else { return .findings }

  let root = arguments.values[sourceRoot.name] ?? here
  var options = GenerationOptions(
    root: normalised(root.hasPrefix("/") ? root : here + "/" + root), workingDirectory: here)
  var generated = generateSwift(checked.program, checked.analysis, options: options)

  let faults = checkGenerated(generated, checked.program, checked.analysis)
  guard faults.isEmpty else {
    report(faults, files: checked.program.files)
    return .findings
  }

  if arguments.values[withMutants.name] != nil {
    options.hasMutants = true
    generated = generateSwift(checked.program, checked.analysis, options: options)
  }

  // The files given come first in the program, each once.
  let given = Set(arguments.operands.map { normalised($0) })
  let paths = checked.program.files.map(\.path).filter { given.contains(normalised($0)) }
  let files = zip(generatedFileNames(for: paths), generated).map { ($0, $1.text) }
  if arguments.values[checkOnly.name] != nil {
    return try compare(files, with: directory)
  }
  try makeDirectory(directory)
  for (name, text) in files { try writeFileIfChanged(directory + "/" + name, text) }
  return .fine
}

/// Names each file of a folder that is not what `generate` would write now.
private func compare(
  _ files: [(name: String, text: String)], with directory: String
) throws(FileError) -> ExitStatus {
  let present = isFolder(directory) ? try fileNames(in: directory) : []
  var findings = ""
  for (name, text) in files {
    let path = directory + "/" + name
    guard present.contains(name) else {
      findings += "\(path): missing\n"
      continue
    }
    if try readFile(path) != Array(text.utf8) { findings += "\(path): differs\n" }
  }
  let expected = Set(files.map(\.name))
  for name in present where name.hasSuffix(".rules.swift") && !expected.contains(name) {
    let path = directory + "/" + name
    let isGenerated = try readFile(path).starts(with: generatedFileMark.utf8)
    if isGenerated { findings += "\(path): left over\n" }
  }
  try writeOutput(findings)
  return findings.isEmpty ? .fine : .findings
}
