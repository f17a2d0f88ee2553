import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Diagnostics as text")
struct RenderDiagnosticsTests {
  private func file(_ text: String) -> SourceFile { SourceFile(path: "Lamp.rules", text: text) }

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

  @Test("notes stand in two columns; a plain note with a place has a line of its own")
  func notes() {
    let place = SourcePosition(file: 0, line: 1, column: 2)
    let notes = [
      Diagnostic.Note("missing", "first\nsecond"), Diagnostic.Note("nearest", "R1", at: place),
      Diagnostic.Note("note", "here", at: place), Diagnostic.Note("add", "third"),
    ]
    #expect(
      render("wrong", notes: notes, in: "ab").dropFirst(3) == [
        "   missing  first", "            second", "   nearest  R1 (line 1)", "   add      third",
        "Lamp.rules:1:2: note: here", "",
      ])
  }

  @Test("a fix is shown unless the message or a note has its text")
  func fixes() {
    let place = SourcePosition(file: 0, line: 1, column: 1)
    func fix(_ title: String, _ text: String) -> Diagnostic.Fix {
      Diagnostic.Fix(title, [Diagnostic.Fix.Edit(SourceRange(start: place, end: place), text)])
    }
    let diagnostic = Diagnostic(
      "code", at: place, "did you mean `on`?", notes: [Diagnostic.Note("add", "rule R1 when x")],
      fixes: [fix("Replace", "on"), fix("Add R1", "\n  rule R1\n    when x"), fix("Delete it", "")])
    let lines = RulesOutput.render([diagnostic], files: [file("no")]).split(separator: "\n")
    #expect(lines.suffix(2) == ["   add  rule R1 when x", "   fix  Delete it"])
  }

  @Test(
    "the whole token is underlined",
    arguments: [
      ("name_1 x", 6), ("-1_0,", 4), ("\"a \\\" b\" c", 8), ("\"open", 5), ("=> a", 2), ("<= a", 2),
      ("< a", 1), ("{ a", 1), ("", 1),
    ])
  func underline(text: String, width: Int) {
    let expected = "      | ^" + String(repeating: "~", count: width - 1)
    #expect(render("wrong", in: text)[2] == expected)
  }

  @Test("colours change nothing but escape sequences")
  func colours() {
    let place = SourcePosition(file: 0, line: 1, column: 1)
    let diagnostic = Diagnostic(
      "code", at: place, "wrong",
      notes: [Diagnostic.Note("add", "x"), Diagnostic.Note("note", "here", at: place)])
    let plain = RulesOutput.render([diagnostic], files: [file("on")])
    let coloured = RulesOutput.render([diagnostic], files: [file("on")], isColoured: true)
    #expect(coloured != plain && !plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[1;31merror:\u{1B}[0m"))
    #expect(coloured.replacing(/\x1B\[[0-9;]*m/, with: "") == plain)
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
