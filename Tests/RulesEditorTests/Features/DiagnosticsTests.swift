import RulesOutput
import Testing

@testable import RulesEditor

@Suite("Editor: diagnostics")
struct DiagnosticsTests {
  @Test("a misspelt name is an error where it stands, in units of UTF-16")
  func misspelt() throws {
    var session = try EditorSession()
    try session.open(
      "/a.rules",
      """
      task T {
        fact open : Bool
        /* no comment */
      }
      task U { fact a : Bool  rule R "😀" when opne do x()  goal not a }
      """)
    #expect(session.shown("/a.rules").contains("3:3 error syntax"))
    try session.change(
      "/a.rules", to: "task U { fact open : Bool  rule R \"😀\" when opne do x()\n goal not open }")
    #expect(session.shown("/a.rules") == ["1:45 error unknown-name"])
  }

  @Test("an error covers its word, and says where it comes from")
  func shape() throws {
    var session = try EditorSession()
    try session.open("/a.rules", "enum A { a }\nenum A { b }")
    let published = session.notifications.last
    #expect(published?["params"]?["version"] == 1)
    let diagnostic = try #require(session.diagnostics(published).first)
    #expect(diagnostic["source"] == "rulesc")
    #expect(diagnostic["code"] == "duplicate-name")
    #expect(range(diagnostic["range"]) == "2:6-2:7")
  }

  @Test("a gap is found by the analysis, its states are further lines of the message")
  func gap() throws {
    var session = try EditorSession()
    try session.open(
      "/a.rules",
      "task T {\n  fact a, b : Bool  goal a\n  rule R when b, not a do x()  then a = true\n}")
    let gap = session.diagnostics(session.notifications.last).first { $0["code"] == "gap" }
    #expect(range(gap?["range"]) == "1:6-1:7")
    let message = text(gap?["message"])
    #expect(message.contains("\n"))
  }

  @Test("what is fine again is cleared, and closed files are too")
  func cleared() throws {
    var session = try EditorSession()
    try session.open("/a.rules", "enum A")
    #expect(session.shown("/a.rules") == ["1:7 error syntax"])
    try session.change("/a.rules", to: "enum A { a }")
    #expect(session.shown("/a.rules") == [])
    try session.change("/a.rules", to: "enum", version: 3)
    #expect(session.shown("/a.rules") == ["1:5 error syntax"])
    try session.close("/a.rules")
    #expect(session.shown("/a.rules") == [])
    let count = session.notifications.count
    session.settle()
    #expect(session.notifications.count == count)
  }

  @Test("nothing is said twice about one version")
  func once() throws {
    var session = try EditorSession()
    try session.open("/a.rules", "enum A")
    #expect(session.notifications.count == 1)
    session.settle()
    try session.notify("textDocument/didSave", ["textDocument": ["uri": "file:///a.rules"]])
    session.settle()
    #expect(session.notifications.count == 1)
  }

  @Test("imports are read from open documents first, then from disk")
  func imports() throws {
    let user =
      "import \"b.rules\"\ntask T { fact a : B  goal a == one  rule R when a == two do x()  then a = one }"
    var session = try EditorSession(disk: ["/w/b.rules": "enum B { one, two }"])
    try session.open("/w/a.rules", user)
    #expect(session.shown("/w/a.rules") == [])
    try session.open("/w/b.rules", "enum B { one, three }")
    #expect(session.shown("/w/a.rules").map { String($0.suffix(12)) } == ["unknown-name"])
    try session.change("/w/b.rules", to: "enum B { one, two }")
    #expect(session.shown("/w/a.rules") == [])
    try session.change("/w/b.rules", to: "enum B { one, thre }", version: 3)
    try session.close("/w/b.rules")
    #expect(session.shown("/w/a.rules") == [])
  }

  @Test("an open file is checked as part of the program that imports it from beside it")
  func siblings() throws {
    let disk = [
      "/w/pool.rules": "import \"t.rules\"\npool P { task T  policy gap warn }",
      "/w/other.rules": "enum Broken",
      "/w/t.rules": "",
    ]
    var session = try EditorSession(disk: disk)
    try session.open("/w/t.rules", "task T { fact a : Bool  goal a }")
    #expect(session.shown("/w/t.rules") == ["1:6 warning gap"])
    #expect(session.shown("/w/other.rules") == [])
  }

  @Test("files that import each other are one program")
  func circle() throws {
    var session = try EditorSession()
    try session.open("/w/a.rules", "import \"b.rules\"\nenum A { a }")
    try session.open("/w/b.rules", "import \"a.rules\"\nenum A { b }")
    #expect(session.shown("/w/b.rules") == ["2:6 error duplicate-name"])
    #expect(session.server.checker.workspace.roots.map(\.path) == ["/w/a.rules"])
  }

  @Test("a result that an edit has overtaken is dropped, and the next check is of the new text")
  func stale() throws {
    let session = try EditorSession()
    var server = session.server
    let gap = "task T { fact a : Bool  goal a }"
    _ = server.receive(opened(gap))
    _ = server.settle()
    let check = try #require(server.nextCheck())
    _ = server.receive(changed("task T { fact a : Bool  goal a  goal not a }"))
    #expect(server.finish(check.run()).isEmpty)
    let next = try #require(server.nextCheck())
    let messages = server.finish(next.run())
    #expect(messages.count == 1)
    #expect(session.diagnostics(messages.first).isEmpty)
    #expect(server.nextCheck() == nil)
  }

  @Test("while a text waits for its analysis, its errors in the text are shown at once")
  func errorsAtOnce() throws {
    let session = try EditorSession()
    var server = session.server
    _ = server.receive(opened("task T { fact a : Bool  goal b }"))
    #expect(session.diagnostics(server.settle().first).count == 1)
    _ = server.receive(changed("task T { fact a : Bool  goal a }"))
    #expect(session.diagnostics(server.settle().first).isEmpty)
    #expect(server.nextCheck() != nil)
  }

  private func opened(_ text: String) -> JSONValue {
    [
      "jsonrpc": "2.0", "method": "textDocument/didOpen",
      "params": ["textDocument": ["uri": "file:///a.rules", "version": 1, "text": .string(text)]],
    ]
  }

  private func changed(_ text: String) -> JSONValue {
    [
      "jsonrpc": "2.0", "method": "textDocument/didChange",
      "params": [
        "textDocument": ["uri": "file:///a.rules", "version": 2],
        "contentChanges": [["text": .string(text)]],
      ],
    ]
  }
}
