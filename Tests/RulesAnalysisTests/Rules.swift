import RulesAnalysis
import RulesLanguage
import Testing

/// Analyses one rules text; it must be free of errors of the language.
func analyse(_ text: String) throws -> Analysis {
  analyse(try Flagship.program([SourceFile(path: "Test.rules", text: text)]))
}

/// `4:8 gap`, for every finding.
func codes(_ diagnostics: [Diagnostic]) -> [String] {
  diagnostics.map { "\($0.position.line):\($0.position.column) \($0.code) \($0.severity)" }
}

/// The findings that need no exploration.
func staticFindings(_ analysis: Analysis) -> [Diagnostic] {
  let codes: Set = [
    "always-contradiction", "no-initial", "gap", "overlap", "never-enabled", "shadowed-rule",
    "wait-cause-holds", "unused-fact", "budget", "unsupported",
  ]
  return analysis.diagnostics.filter { codes.contains($0.code) }
}
