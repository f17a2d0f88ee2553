import Foundation
import RulesLanguage
import RulesOutput
import Testing

@Suite("Golden diagnostics")
struct DiagnosticGoldenTests {
  /// `CODE.rules`, `CODE-variant.rules`.
  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".rules") }.map { String($0.dropLast(".rules".count)) }.sorted() ?? []
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/Diagnostics")

  /// Compares with `NAME.txt`. After a wanted change, run the tests once with UPDATE_GOLDEN=1 in the
  /// environment, which writes the files, and review their difference.
  @Test(
    "what is said about a text is what was reviewed, and all of it has one code", arguments: names)
  func golden(name: String) throws {
    let url = Self.folder.appending(path: "\(name).rules")
    let rules = SourceFile(
      path: "\(name).rules", text: try String(contentsOf: url, encoding: .utf8))
    let diagnostics = findings(in: rules)
    #expect(Set(diagnostics.map(\.code)) == [code(of: name)])
    let text = render(diagnostics, files: [rules])
    let golden = Self.folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOf: golden, encoding: .utf8)))
  }

  private func code(of name: String) -> String {
    let codes = explanations.map(\.code).filter { name == $0 || name.hasPrefix($0 + "-") }
    return codes.max { $0.count < $1.count } ?? "?"
  }

  @Test("every code has a golden file, but for the one that no text causes")
  func complete() {
    let missing = explanations.map(\.code).filter { !Self.names.contains($0) }
    #expect(missing == ["internal"])
  }

  @Test("every golden text has its rules")
  func orphans() throws {
    let texts = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(".txt".count)) }.sorted()
    #expect(texts == Self.names)
  }
}
