import RulesAnalysis
import RulesLanguage

/// One line a code, in the order in which the compiler looks for them.
public func explanationList() -> String {
  let width = explanations.map(\.code.count).max() ?? 0
  return explanations.map { page in
    page.code + String(repeating: " ", count: width - page.code.count + 2) + page.summary + "\n"
  }.joined()
}

extension Explanation {
  /// The page. What the compiler says about the example is what it says now: the example is
  /// compiled and analysed for it.
  public var text: String {
    var text = "\(code): \(summary)\n\n\(meaning)\n"
    if !example.isEmpty {
      text += "\nFor example\n\n\(indented(example))\n\nThe message is\n\n"
      text += indented(renderedFindings(in: example)) + "\n"
    }
    text += "\nWhat to do\n\n\(repair)\n"
    if !repaired.isEmpty { text += "\n\(indented(repaired))\n" }
    return text
  }

  /// What the compiler finds in a text, as `Example.rules`.
  private func renderedFindings(in text: String) -> String {
    let file = SourceFile(path: "Example.rules", text: text + "\n")
    return render(findings(in: file), files: [file])
  }
}

/// What `check` finds in one file without imports, and what only code generation minds.
package func findings(in file: SourceFile) -> [Diagnostic] {
  let compiled = compile([file]) { _ in nil }.result
  guard let program = compiled.value else { return compiled.diagnostics }
  let analysis = analyse(program)
  return compiled.diagnostics + analysis.diagnosticsForGenerating
}

private func indented(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false)
    .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
    .trimmedEnd
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = Substring(self)
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}
