import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

/// The rules of Figure 2 with what makes them complete, and programs made of a text.
enum FlagshipProgram {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let options = GenerationOptions(root: "/project", workingDirectory: "/project")

  /// All three files, under the paths that a build in `/project` would give them as the log's.
  static func load() throws -> Program {
    let files = try ["Segment", "ServerFailure", "LogReplication"].map { name in
      let path = "rules/ReplicatedLog/\(name).rules"
      let text = try String(
        contentsOf: root.appending(path: "Tests/Fixtures/Figure2/\(name).rules"), encoding: .utf8)
      return SourceFile(path: path, text: text)
    }
    return try compile(files)
  }

  static func compile(_ files: [SourceFile]) throws -> Program {
    let compiled = RulesLanguage.compile(files) { path in
      files.first { $0.path.hasSuffix(path) }
    }
    let errors = compiled.result.diagnostics.map { "\($0.position.line): \($0.message)" }
    return try #require(compiled.result.value, "\(errors)")
  }

  /// What one file of this text generates.
  static func generate(_ text: String) throws -> String {
    let program = try compile([SourceFile(path: "Test.rules", text: text)])
    return try #require(generateSwift(program, analyse(program), options: options).first).text
  }
}
