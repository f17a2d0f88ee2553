import RulesAnalysis
import RulesLanguage

// The compiler checks its own output: the last thing that happens to generated text is that its
// decisions are read back, as text, and compared with the analysis, state by state (symbolically, so
// that the number of states does not matter). A difference is an error of this program; code that
// does something else than the rules say is never handed out.

/// Reads the decisions of generated files back and compares them with the analysis.
///
/// - Parameter files: what `generateSwift` made of the same program and analysis.
/// - Returns: an error for each scope whose text does not do what its rules say: a fault of the
///   generator, not of the rules.
public func checkGenerated(
  _ files: [GeneratedFile], _ program: Program, _ analysis: Analysis
) -> [Diagnostic] {
  let options = GenerationOptions(root: "/", workingDirectory: "/")
  let source = SourceText(program: program, options: options)
  var diagnostics: [Diagnostic] = []
  for task in program.tasks where files.indices.contains(task.position.file) {
    let methods = methodLines(of: task, in: files[task.position.file].text)
    for (number, scope) in analysis.scopes.filter({ $0.partition.scope.task.name == task.name })
      .enumerated()
    {
      let interface = ScopeEmission(number: number, scope, source, [])
      var check = ScopeCheck(interface, methods)
      guard let difference = check.difference() else { continue }
      diagnostics.append(
        Diagnostic(
          "internal", at: interface.scope.position,
          "the Swift code generated for \(interface.scope.name) does not do what its rules say: "
            + "\(difference); please report this as a fault of rulesc"))
    }
  }
  return diagnostics
}

/// The lines of each private method in the extension of a task, by the method's name.
private func methodLines(of task: TaskModel, in text: String) -> [String: [Substring]] {
  var methods: [String: [Substring]] = [:]
  var isInside = false
  var method: String?
  var isHeader = false
  for line in text.split(separator: "\n") {
    if line.hasPrefix("nonisolated extension \(task.name):") { isInside = true }
    if line == "}" { isInside = false }
    guard isInside else { continue }
    if line.hasPrefix("  private func ") {
      let name = line.dropFirst("  private func ".count).prefix { $0 != "(" }
      method = methods[String(name)] == nil ? String(name) : nil
      if let method { methods[method] = [] }
      isHeader = !line.hasSuffix("{")
    } else if line == "  }" {
      method = nil
    } else if isHeader {
      isHeader = !line.hasSuffix("{")
    } else if let method {
      methods[method]?.append(line)
    }
  }
  return methods
}
