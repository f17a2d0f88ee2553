import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Diagnostics as text")
struct RenderDiagnosticsTests {
  @Test(
    "every code reads as reviewed",
    arguments: [
      "syntax", "unknown-name", "duplicate-name", "type", "bad-effect", "bad-always", "over-cycle",
      "unsupported", "gap", "overlap",
    ])
  func golden(code: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/Diagnostics")
    let rules = try String(contentsOf: folder.appending(path: "\(code).rules"), encoding: .utf8)
    let diagnostics = findings(rules)
    #expect(diagnostics.contains { $0.code == code })
    let text = render(diagnostics, files: [file(rules)])
    let url = folder.appending(path: "\(code).golden")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOf: url, encoding: .utf8)))
  }

  private func file(_ text: String) -> SourceFile { SourceFile(path: "Lamp.rules", text: text) }

  private func findings(_ text: String) -> [Diagnostic] {
    let compiled = compile([file(text)]) { _ in nil }.result
    return compiled.diagnostics + (compiled.value.map { analyse($0).diagnostics } ?? [])
  }

  private func render(
    _ message: String, line: Int = 1, column: Int = 1, notes: [Diagnostic.Note] = [],
    in text: String
  ) -> [String] {
    let position = SourcePosition(file: 0, line: line, column: column)
    let diagnostic = Diagnostic("code", .warning, at: position, message, notes: notes)
    return RulesOutput.render([diagnostic], files: [file(text)])
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func render(_ diagnostics: [Diagnostic], files: [SourceFile]) -> String {
    RulesOutput.render(diagnostics, files: files)
  }

  @Test("the first line is what editors parse, then the line with a caret under the name")
  func shape() {
    #expect(
      render("wrong", line: 2, column: 3, in: "a\nb name_1 c")
        == ["Lamp.rules:2:3: warning: wrong [code]", "    2 | b name_1 c", "      |   ^~~~~~", ""])
  }

  @Test("notes stand in two columns; a note with a place has a line of its own")
  func notes() {
    let place = SourcePosition(file: 0, line: 1, column: 2)
    let notes = [
      Diagnostic.Note("missing", "first\nsecond"), Diagnostic.Note("add", "third"),
      Diagnostic.Note("note", "here", at: place), Diagnostic.Note("nearest", "R1", at: place),
    ]
    #expect(
      render("wrong", notes: notes, in: "ab").dropFirst(3) == [
        "   missing  first", "            second", "   add      third",
        "Lamp.rules:1:2: note: here", "Lamp.rules:1:2: note: nearest: R1", "",
      ])
  }

  @Test("no diagnostic is no text")
  func empty() { #expect(render([], files: []).isEmpty) }

  @Test("the place behind the end of the file is shown")
  func endOfFile() {
    #expect(
      render("end", line: 2, column: 1, in: "a\n").dropFirst() == ["    2 | ", "      | ^", ""])
    #expect(render("end", line: 9, in: "a") == ["Lamp.rules:9:1: warning: end [code]", ""])
  }

  @Test("tabs keep the caret in place, and control characters do not reach the terminal")
  func controlCharacters() {
    #expect(
      render("a\u{1B}[31m", column: 4, in: "\t\u{1B}[x\r\n") == [
        "Lamp.rules:1:4: warning: a?[31m [code]", "    1 |  ?[x", "      |    ^", "",
      ])
  }

  @Test("of a long line the part around the place is shown")
  func longLine() {
    let text = String(repeating: "a ", count: 1000)
    let lines = render("long", column: 1001, in: text)
    #expect(lines[1].count < 140 && lines[2].count < 140)
    #expect(lines[1].contains("…a a ") && lines[1].hasSuffix("…"))
    let caret = Array(lines[2]).firstIndex(of: "^")
    #expect(caret.map { Array(lines[1])[$0] } == "a")
  }
}
