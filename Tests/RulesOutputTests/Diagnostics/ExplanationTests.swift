import Foundation
import RulesLanguage
import RulesOutput
import Testing

@Suite("rulesc explain: the catalogue of codes")
struct ExplanationTests {
  static let pages = explanations.filter { !$0.example.isEmpty }

  private func file(_ text: String) -> SourceFile {
    SourceFile(path: "Example.rules", text: text + "\n")
  }

  private func messages(_ text: String) -> [String] {
    findings(in: file(text)).map { "\($0.position.line): \($0.message) [\($0.code)]" }
  }

  @Test("the example of a code has this finding and no other", arguments: pages.map(\.code))
  func example(code: String) throws {
    let page = try #require(Explanation(of: code))
    let found = findings(in: file(page.example))
    #expect(found.map(\.code) == [code], "\(messages(page.example))")
  }

  @Test("the repaired example has no finding", arguments: pages.map(\.code))
  func repaired(code: String) throws {
    let page = try #require(Explanation(of: code))
    #expect(messages(page.repaired) == [])
    #expect(page.repaired != page.example)
  }

  @Test("the examples are in the style, unless they have no syntax", arguments: pages.map(\.code))
  func style(code: String) throws {
    let page = try #require(Explanation(of: code))
    #expect(format(file(page.repaired)).value == page.repaired + "\n")
    if code != "syntax" { #expect(format(file(page.example)).value == page.example + "\n") }
  }

  @Test("every code that the sources mention has a page, and every page a code in the sources")
  func complete() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    var codes: Set<String> = []
    for module in ["RulesLanguage", "RulesAnalysis", "RulesOutput"] {
      let folder = root.appending(path: "Sources/\(module)")
      for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      where path.hasSuffix(".swift") {
        let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        let calls = text.matches(of: /\b(Diagnostic|report|finding)\(\s*"([a-z]+(?:-[a-z]+)*)"/)
        // `report` of RulesOutput is written into generated code.
        for call in calls where module != "RulesOutput" || call.output.1 == "Diagnostic" {
          codes.insert(String(call.output.2))
        }
      }
    }
    let known = Set(explanations.map(\.code))
    #expect(codes.subtracting(known).sorted() == [])
    #expect(known.subtracting(codes).sorted() == [])
    #expect(known.count == explanations.count)
  }

  @Test("a page shows the example, its message, and the repair")
  func page() throws {
    let text = try #require(Explanation(of: "unused-fact")).text
    #expect(text.hasPrefix("unused-fact: No condition mentions this fact.\n\nWhat no condition"))
    #expect(text.contains("\nFor example\n\n    task Lamp {\n      fact on    : Bool"))
    #expect(text.contains("\nThe message is\n\n    Example.rules:3:8: warning: no condition"))
    #expect(text.contains("\nWhat to do\n\nDrop the fact"))
    #expect(text.hasSuffix("    }\n"))
  }

  @Test("the text of the pages fits a terminal", arguments: explanations.map(\.code))
  func width(code: String) throws {
    let page = try #require(Explanation(of: code))
    #expect(page.summary.count <= 78)
    let prose = page.meaning + "\n" + page.repair
    #expect(prose.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("the list has a line for each code")
  func list() {
    let lines = explanationList().split(separator: "\n")
    #expect(lines.count == explanations.count)
    #expect(lines.contains { $0.hasPrefix("gap  ") && $0.hasSuffix("wait or goal handles.") })
  }

  @Test("a code that is not known has no page")
  func unknown() { #expect(Explanation(of: "gaps") == nil) }
}
