import Foundation
import RulesOutput
import Testing

@testable import RulesEditor

@Suite("Editor: definition, references, highlights")
struct ReferenceTests {
  private let rules = """
    enum Light { red, green }
    task T {
      related next : T?  absent ready
      fact light : Light
      define ready = light == green
      goal ready, next.ready
    }
    """

  private func marked(_ text: String, _ with: String) throws -> String {
    let found = try #require(rules.range(of: text))
    return rules.replacingCharacters(in: found, with: with)
  }

  @Test("a name leads to its declaration, also behind a dot")
  func definition() throws {
    var session = try EditorSession()
    let found = try session.ask("textDocument/definition", try marked("next.ready", "next.re|ady"))
    #expect(elements(found).map(place) == ["a.rules 5:10-5:15"])
  }

  @Test("a value leads to its enum, though a fact may have the same name")
  func value() throws {
    var session = try EditorSession()
    let found = try session.ask("textDocument/definition", try marked("== green", "== gr|een"))
    #expect(elements(found).map(place) == ["a.rules 1:19-1:24"])
  }

  @Test("an import leads to its file, names of it to their places there")
  func imported() throws {
    var session = try EditorSession(disk: ["/lib/b.rules": "enum B { one }"])
    let text = "import \"lib/b.rules\"\ntask T { fact a : B  goal a == one }"
    let file = try session.ask(
      "textDocument/definition", text.replacingOccurrences(of: "lib/", with: "li|b/"))
    #expect(place(file) == "b.rules 1:1-1:1")
    let name = try session.ask(
      "textDocument/definition", text.replacingOccurrences(of: "one", with: "on|e"))
    #expect(elements(name).map { RulesEditorTests.text($0["uri"]) } == ["file:///lib/b.rules"])
  }

  @Test("references are all places, with or without the declaration")
  func references() throws {
    var session = try EditorSession()
    let all = try session.ask(
      "textDocument/references", try marked("define ready", "define ready|"))
    #expect(
      elements(all).map(place) == [
        "a.rules 3:29-3:34", "a.rules 5:10-5:15", "a.rules 6:8-6:13", "a.rules 6:20-6:25",
      ])
    let uses = try session.ask(
      "textDocument/references", try marked("define ready", "define |ready"),
      [.init("context", ["includeDeclaration": false])])
    #expect(elements(uses).count == 3)
  }

  @Test("highlights tell the declaration from the uses")
  func highlights() throws {
    var session = try EditorSession()
    let found = try session.ask(
      "textDocument/documentHighlight", try marked("goal ready", "goal |ready"))
    #expect(elements(found).map { number($0["kind"]) } == [2, 3, 2, 2])
  }

  @Test("a keyword leads nowhere", arguments: ["definition", "references", "documentHighlight"])
  func nowhere(method: String) throws {
    var session = try EditorSession()
    let found = try session.ask("textDocument/\(method)", try marked("define", "def|ine"))
    #expect(found == .null)
  }

  @Test("positions of documents that are not open are refused")
  func notOpen() throws {
    var session = try EditorSession()
    let refusal = try session.refusal(
      "textDocument/definition",
      [
        "textDocument": ["uri": "file:///x.rules"], "position": ["line": 0, "character": 0],
      ])
    #expect(refusal == "-32602: the document file:///x.rules is not open")
    try session.open("/a.rules", "")
    let noPosition = try session.refusal(
      "textDocument/definition", ["textDocument": ["uri": "file:///a.rules"]])
    #expect(noPosition == "-32602: the parameter `position` is missing")
  }
}
