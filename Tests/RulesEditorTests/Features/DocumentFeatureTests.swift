import RulesLanguage
import RulesOutput
import Testing

@testable import RulesEditor

@Suite("Editor: outline, folding, formatting, fixes, semantic tokens")
struct DocumentFeatureTests {
  private let document: JSONValue = ["textDocument": ["uri": "file:///a.rules"], "options": [:]]

  private func outline(_ symbols: JSONValue?, indent: String = "") -> [String] {
    elements(symbols).flatMap { symbol in
      ["\(indent)\(text(symbol["detail"])) \(text(symbol["name"])) \(range(symbol["range"]))"]
        + outline(symbol["children"], indent: indent + "  ")
    }
  }

  @Test("the outline is a tree; each item has its whole text")
  func outline() throws {
    var session = try EditorSession()
    try session.open(
      "/a.rules",
      """
      extern enum E { a }
      task T {
        lazy fact x, y : E
        when x == a {
          rule R
            when y == a
            do go()
          when y != a { wait W for t }
        }
        event t
        each i : I in list {
          goal x == a
        }
      }
      pool P { task T }
      """)
    let found = try session.request("textDocument/documentSymbol", document)
    #expect(
      outline(found) == [
        "enum E 1:1-1:20", "  value a 1:17-1:18", "task T 2:1-14:2", "  fact x 3:3-3:21",
        "  fact y 3:3-3:21", "  rule R 5:5-7:14", "  wait W 8:19-8:31", "  event t 10:3-10:10",
        "  each i 11:3-13:4", "    goal goal 12:5-12:16", "pool P 15:1-15:18",
      ])
  }

  @Test("bodies, Swift blocks and comments of several lines fold")
  func folding() throws {
    var session = try EditorSession()
    try session.open(
      "/a.rules",
      "// a\n// b\ntask T {\n  // c\n  fact a : Bool\n  rule R do {\n    b()\n  }\n\n  goal a\n}\n// d\n// e"
    )
    let found = try session.request("textDocument/foldingRange", document)
    let folds = elements(found).map {
      "\(number($0["startLine"]))-\(number($0["endLine"])) \(text($0["kind"]))"
    }
    #expect(folds == ["0-1 comment", "5-7 ", "2-9 ", "11-12 comment"])
  }

  @Test("formatting gives the formatter's text, as one edit of whole lines")
  func formatting() throws {
    var session = try EditorSession()
    let rules = "enum A { a, b }\n\ntask T {\n     fact x:A initially a\n  goal x==b // 😀\n}\n"
    try session.open("/a.rules", rules)
    let edits = try session.request("textDocument/formatting", document)
    let formatted = try #require(format(SourceFile(path: "a", text: rules)).value)
    #expect(applying(edits, to: rules) == formatted)
    #expect(elements(edits).count == 1)
    #expect(range(elements(edits).first?["range"]) == "4:1-6:1")
    try session.change("/a.rules", to: formatted)
    #expect(try session.request("textDocument/formatting", document) == .array([]))
  }

  @Test("random layouts of the flagship are formatted as the formatter does")
  func randomFormatting() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    let source = try #require(try flagshipRules()["/rules/Segment.rules"])
    var session = try EditorSession()
    for _ in 0..<20 {
      var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for _ in 0..<generator.pick([0, 1, 2, 10]) {
        let line = Int.random(in: lines.indices, using: &generator)
        lines[line] = generator.pick(["", " ", "   "]) + lines[line]
      }
      let text = lines.joined(separator: "\n") + generator.pick(["", "\n", "\n\n"])
      try session.notify(
        "textDocument/didOpen",
        ["textDocument": ["uri": "file:///a.rules", "version": 1, "text": .string(text)]])
      let edits = try session.request("textDocument/formatting", document)
      let formatted = format(SourceFile(path: "a", text: text)).value
      #expect(applying(edits, to: text) == formatted, "seed \(seed)")
    }
  }

  @Test("a text in error is not formatted")
  func formattingErrors() throws {
    var session = try EditorSession()
    try session.open("/a.rules", "enum  A")
    #expect(try session.request("textDocument/formatting", document) == .null)
  }

  @Test("the fixes of a diagnostic are quick fixes where it stands")
  func codeActions() throws {
    var session = try EditorSession()
    let rules = "task T {\n  fact header : Bool\n  goal haeder\n}\n"
    try session.open("/a.rules", rules)
    let actions = elements(try session.request("textDocument/codeAction", codeActions(line: 2)))
    let action = try #require(actions.first)
    #expect(action["kind"] == "quickfix")
    #expect(elements(action["diagnostics"]).first?["code"] == "unknown-name")
    #expect(
      applying(action["edit"]?["changes"]?["file:///a.rules"], to: rules)
        == "task T {\n  fact header : Bool\n  goal header\n}\n")
    #expect(elements(try session.request("textDocument/codeAction", codeActions(line: 1))).isEmpty)
    let others = codeActions(line: 2, context: ["only": ["refactor"]])
    #expect(try session.request("textDocument/codeAction", others) == .array([]))
  }

  private func codeActions(line: Int, context: JSONValue = [:]) -> JSONValue {
    [
      "textDocument": ["uri": "file:///a.rules"], "context": context,
      "range": [
        "start": ["line": .integer(line), "character": 8],
        "end": ["line": .integer(line), "character": 8],
      ],
    ]
  }

  @Test("semantic tokens tell names apart by what they are bound to")
  func semanticTokens() throws {
    var session = try EditorSession()
    try session.open("/a.rules", "enum E { x }\ntask T { fact x : E  goal \"😀\" x == x }")
    let data = elements(try session.request("textDocument/semanticTokens/full", document)["data"])
      .map { number($0) }
    var found: [String] = []
    var (line, character) = (0, 0)
    for start in stride(from: 0, to: data.count, by: 5) {
      line += data[start]
      character = data[start] == 0 ? character + data[start + 1] : data[start + 1]
      let type = TokenType(rawValue: data[start + 3]).map { "\($0)" } ?? "?"
      found.append(
        "\(line):\(character)+\(data[start + 2]) \(type)\(data[start + 4] == 1 ? " new" : "")")
    }
    #expect(
      found == [
        "0:0+4 keyword", "0:5+1 enum new", "0:9+1 enumMember new", "1:0+4 keyword",
        "1:5+1 class new", "1:9+4 keyword", "1:14+1 property new", "1:18+1 enum",
        "1:21+4 keyword new", "1:26+4 string", "1:31+1 property", "1:36+1 enumMember",
      ])
  }
}
