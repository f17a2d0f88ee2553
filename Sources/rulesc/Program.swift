import RulesAnalysis
import RulesLanguage
import RulesOutput

/// Rules files, read, and what the compiler found out about them.
struct AnalysedFiles {
  /// Those given and those they import.
  var files: [SourceFile]
  /// Nil when the text of the rules is in error.
  var checked: CheckedProgram?
  /// Every finding.
  var diagnostics: [Diagnostic]

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// The rules that a command works on.
struct CheckedProgram {
  var program: Program
  var analysis: Analysis
}

/// The rules files of a command line.
func readSources(_ paths: [String]) throws -> [SourceFile] {
  try paths.map { SourceFile(path: $0, text: try readText($0)) }
}

/// An imported file; why one cannot be read is one diagnostic, at the import.
func loadImport(_ path: String) -> SourceFile? {
  (try? readText(path)).map { SourceFile(path: path, text: $0) }
}

/// Reads, compiles and analyses rules files.
///
/// - Parameter generating: report also what only stands in the way of generated code.
func analyseFiles(_ paths: [String], generating: Bool = false) throws -> AnalysedFiles {
  let (files, compiled) = compile(try readSources(paths), load: loadImport)
  guard let program = compiled.value else {
    return AnalysedFiles(files: files, checked: nil, diagnostics: compiled.diagnostics)
  }
  let analysis = analyse(program)
  return AnalysedFiles(
    files: files, checked: CheckedProgram(program: program, analysis: analysis),
    diagnostics: compiled.diagnostics
      + (generating ? analysis.diagnosticsForGenerating : analysis.diagnostics))
}

/// Reads, compiles and analyses rules files, and writes every finding to standard error.
///
/// - Parameter generating: report also what only stands in the way of generated code.
/// - Returns: nil when the text of the rules is in error.
func checkProgram(_ paths: [String], generating: Bool = false) throws -> CheckedProgram? {
  let analysed = try analyseFiles(paths, generating: generating)
  report(analysed.diagnostics, files: analysed.files)
  return analysed.checked
}

extension CheckedProgram {
  /// Whether the rules are in error.
  func hasErrors(generating: Bool = false) -> Bool {
    let findings =
      analysis.diagnostics + (generating ? analysis.generationDiagnostics : [])
    return findings.contains { $0.severity == .error }
  }
}
