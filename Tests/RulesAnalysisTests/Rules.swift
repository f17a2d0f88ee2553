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
