import RulesAnalysis
import RulesLanguage
import RulesOutput

/// The rules that a command works on.
struct CheckedProgram {
  var program: Program
  var analysis: Analysis
}

/// Reads, compiles and analyses rules files, and writes every finding to standard error.
///
/// - Parameter generating: report also what only stands in the way of generated code.
/// - Returns: nil when the text of the rules is in error.
func checkProgram(_ paths: [String], generating: Bool = false) throws -> CheckedProgram? {
  let given = try paths.map { SourceFile(path: $0, text: try readText($0)) }
  let (files, compiled) = compile(given) { path in
    // Why an imported file cannot be read is one diagnostic, at the import.
    (try? readText(path)).map { SourceFile(path: path, text: $0) }
  }
  guard let program = compiled.value else {
    writeError(render(compiled.diagnostics, files: files))
    return nil
  }
  let analysis = analyse(program)
  let findings =
    compiled.diagnostics + analysis.diagnostics + (generating ? analysis.generationDiagnostics : [])
  writeError(render(findings, files: files))
  return CheckedProgram(program: program, analysis: analysis)
}

extension CheckedProgram {
  /// Whether the rules are in error.
  func hasErrors(generating: Bool = false) -> Bool {
    let findings =
      analysis.diagnostics + (generating ? analysis.generationDiagnostics : [])
    return findings.contains { $0.severity == .error }
  }
}
