import RulesLanguage
import Testing

@Suite("Fixes that can be pasted")
struct FixTests {
  /// The text with the first fix of its only finding put in.
  private func repaired(_ text: String) throws -> String {
    let diagnostics = compileText(text).diagnostics
    #expect(diagnostics.count == 1, "\(diagnostics.map(\.message))")
    let fix = try #require(diagnostics.first?.fixes.first)
    return apply(fix, to: text)
  }

  private func apply(_ fix: Diagnostic.Fix, to text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    for edit in fix.edits.sorted(by: { $0.range.start > $1.range.start }) {
      let (start, end) = (edit.range.start, edit.range.end)
      precondition(start.line == end.line, "edits of these tests stay on one line")
      lines[start.line - 1].replaceSubrange(
        (start.column - 1)..<(end.column - 1), with: Array(edit.text))
    }
    return lines.map { String($0) }.joined(separator: "\n")
  }

  /// The items of a task, repaired, without the task around them.
  private func repaired(inTask items: String) throws -> String {
    let header = "enum E { red, green } task T { fact on, off : Bool fact colour : E event tick\n"
    let text = try repaired(header + items + "\n}")
    #expect(findings(text) == [], "\(text)")
    return String(text.dropFirst(header.count).dropLast(2))
  }

  @Test("an unknown name becomes the nearest one")
  func names() throws {
    #expect(try repaired(inTask: "goal onn or off") == "goal on or off")
    #expect(try repaired(inTask: "goal colour == grene") == "goal colour == green")
    #expect(try repaired(inTask: "fact x : bool") == "fact x : Bool")
    #expect(try repaired(inTask: "wait W for tic") == "wait W for tick")
    #expect(try repaired(inTask: "event x then colur = red") == "event x then colour = red")
    #expect(
      try repaired(inTask: "rule Rule do a()\nrule S over Rulle do b()")
        == "rule Rule do a()\nrule S over Rule do b()")
  }

  @Test("the fix says what it does")
  func title() {
    let fixes = compileText("task T { fact header : Bool goal heeder }").diagnostics[0].fixes
    #expect(fixes.map(\.title) == ["Replace with `header`"])
  }

  @Test("a misspelt word becomes the word")
  func words() throws {
    #expect(try repaired(inTask: "rule R wen on do a()") == "rule R when on do a()")
    #expect(try repaired(inTask: "fcat x : Bool") == "fact x : Bool")
    #expect(try repaired(inTask: "event x whn on") == "event x when on")
    #expect(try repaired(inTask: "goal on adn off") == "goal on and off")
    #expect(try repaired("taks T {}") == "task T {}")
    #expect(try repaired("pool P { policy gap errror }") == "pool P { policy gap error }")
  }

  @Test("operators of Swift become words")
  func operators() throws {
    #expect(try repaired(inTask: "goal on && off") == "goal on and off")
    #expect(try repaired(inTask: "goal on || off") == "goal on or off")
    #expect(try repaired(inTask: "goal !on") == "goal not on")
    #expect(try repaired(inTask: "always on -> off") == "always on => off")
  }

  @Test("`=` and `==` change places")
  func equalSigns() throws {
    #expect(try repaired(inTask: "goal colour = red") == "goal colour == red")
    #expect(try repaired(inTask: "event x then colour == red") == "event x then colour = red")
  }

  @Test("a second value of one fact gets its comparison")
  func valueAsCondition() throws {
    #expect(
      try repaired(inTask: "goal colour == red or green") == "goal colour == red or colour == green"
    )
  }

  @Test("a comparison with three sides becomes two")
  func chainedComparison() throws {
    #expect(
      try repaired("task T { fact a <= b <= c : Int goal a < b < c }")
        == "task T { fact a <= b <= c : Int goal a < b and b < c }")
  }

  @Test("a missing sign is put in")
  func missing() throws {
    #expect(try repaired(inTask: "fact x Bool") == "fact x: Bool")
    #expect(try repaired(inTask: "related r T") == "related r: T")
    #expect(try repaired(inTask: "define d on") == "define d = on")
    #expect(try repaired(inTask: "wait W tick") == "wait W for tick")
    #expect(try repaired(inTask: "wait W for tick warn 2 s") == "wait W for tick warn after 2 s")
    #expect(try repaired(inTask: "rule R do a() then stay 2 s").hasSuffix("then stay after 2 s"))
    #expect(try repaired(inTask: "goal (on or off") == "goal (on or off)")
    #expect(try repaired("enum E { a b }") == "enum E { a, b }")
    #expect(try repaired("enum E { a, b\ntask T {}") == "enum E { a, b }\ntask T {}")
    #expect(try repaired("task T\n  fact a : Bool\n}") == "task T {\n  fact a : Bool\n}")
    #expect(try repaired("task T {\n  fact a : Bool") == "task T {\n  fact a : Bool\n}")
  }

  @Test("what is too much is taken out")
  func tooMuch() throws {
    #expect(try repaired("enum E { a, b, }") == "enum E { a, b }")
    #expect(try repaired(inTask: "fact x : Bool;") == "fact x : Bool")
    #expect(try repaired("task T {}\n}") == "task T {}\n")
    #expect(try repaired(inTask: "stable fact x : E") == " fact x : E")
  }

  @Test("changes are separated by commas")
  func changes() throws {
    #expect(
      try repaired(inTask: "event x then on = true and off = false")
        == "event x then on = true, off = false")
  }

  @Test("a fact that two eaches have says which, by choice")
  func eaches() {
    let text = """
      task T {
        each a : A in x { fact f : Bool } each b : B in y { fact f : Bool }
        event e then f = true
      }
      """
    let fixes = compileText(text).diagnostics[0].fixes
    #expect(fixes.map(\.title) == ["Replace with `a.f`", "Replace with `b.f`"])
  }

  @Test("a related that can be absent says so")
  func optional() throws {
    let repaired = try repaired("task T { fact on : Bool related r : T absent on }")
    #expect(repaired == "task T { fact on : Bool related r : T? absent on }")
  }
}
