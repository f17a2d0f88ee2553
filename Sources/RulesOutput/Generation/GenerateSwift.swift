import RulesAnalysis
import RulesLanguage

/// One generated Swift file.
public struct GeneratedFile: Hashable, Sendable {
  /// `Segment.rules.swift`
  public var name: String
  /// The whole file.
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// One Swift file for each rules file of the program, in the order of `program.files`.
///
/// Call it only when neither `analysis.diagnostics` nor `analysis.generationDiagnostics` has an
/// error. The text depends on nothing but the arguments.
public func generateSwift(
  _ program: Program, _ analysis: Analysis, options: GenerationOptions
) -> [GeneratedFile] {
  let names = generatedFileNames(for: program.files.map(\.path))
  let source = SourceText(program: program, options: options)
  return program.files.indices.map { file in
    GeneratedFile(name: names[file], text: emitFile(file, source, analysis))
  }
}

/// The names of the Swift files generated from these rules files, in the same order: the base name
/// and `.swift`. Files of one base name also get the names of the folders around them, joined by
/// `-`, as many as tell them apart: `a/Log.rules`, `b/Log.rules` give `a-Log.rules.swift`,
/// `b-Log.rules.swift`.
public func generatedFileNames(for paths: [String]) -> [String] {
  let parts = paths.map { path in path.split(separator: "/").filter { $0 != "." && $0 != ".." } }
  func name(_ index: Int, _ depth: Int) -> String {
    parts[index].suffix(depth).joined(separator: "-") + ".swift"
  }
  let longest = parts.map(\.count).max() ?? 1
  return paths.indices.map { index in
    for depth in 1...max(longest, 1) {
      let isUnique = !paths.indices.contains {
        $0 != index && paths[$0] != paths[index] && name($0, depth) == name(index, depth)
      }
      if isUnique { return name(index, depth) }
    }
    return name(index, longest)
  }
}
