import Testing

@testable import RulesLanguage

@Suite("Syntax errors")
struct SyntaxErrorTests {
  @Test("every broken item is reported, and no good one")
  func items() {
    let text = """
      fact a Bool
      fact b : Bool
      define x =
      goal b ==
      rule R when b then on = true
      wait W tick
      goal b
      """
    #expect(
      findings(inTask: text)
        == ["syntax 1:8", "syntax 4:1", "syntax 5:1", "syntax 5:15", "syntax 6:8"])
  }

  @Test("names that a broken item might have declared are not reported missing")
  func noCascade() {
    #expect(findings(inTask: "fact = Bool\ngoal a, b") == ["syntax 1:6"])
    #expect(findings(inTask: "event a b c\ngoal z") == ["syntax 1:9", "unknown-name 2:6"])
    #expect(findings("enum E { a b }\ntask T { fact x : E goal x == a }") == ["syntax 1:12"])
  }

  @Test("a broken header of a body does not lose what is in the body")
  func headers() {
    #expect(
      findings(inTask: "each x = X in xs {\n  fact hot Bool\n  goal on\n}\ngoal on") == [
        "syntax 1:8", "syntax 2:12",
      ])
    #expect(
      findings(inTask: "when on of {\n  rule R do\n  wait W for tick\n}") == [
        "syntax 1:9", "syntax 2:12",
      ])
    #expect(
      findings("task T() {\n  fact a Bool\n}\nenum E { a b }") == [
        "syntax 1:8", "syntax 2:10", "syntax 4:12",
      ])
  }

  @Test("a missing brace is reported where the next declaration starts")
  func missingBrace() {
    #expect(
      findings("task A {\n  fact a : Bool\ntask B {\n  fact b Bool\n}") == [
        "syntax 3:1", "syntax 4:10",
      ])
    #expect(findings("task A {\n  each e : E in es {\n}") == ["syntax 3:2"])
  }

  @Test("Swift text of a broken rule starts no item")
  func swiftTextInRecovery() {
    #expect(
      findings(inTask: "rule R wen on\n  do { goal(event) }\n  then on = true\ngoal on") == [
        "syntax 1:8"
      ])
  }

  @Test("a word that starts an item does so only as the first of its line")
  func wordsInRecovery() {
    #expect(findings(inTask: "rule 1 over goal when on\n  do a()\ngoal on") == ["syntax 1:6"])
  }

  @Test("a `when` of a broken rule is not taken for a group, a real group is")
  func whenInRecovery() {
    #expect(
      findings(inTask: "rule 1\n  when on\n  do a()\nwhen on {\n  rule R a()\n}") == [
        "syntax 1:6", "syntax 5:10",
      ])
  }

  @Test("misplaced items are named")
  func misplaced() {
    #expect(
      findings(inEach: "related r : T\neach x : X in y { fact z : Bool }\ngoal hot") == [
        "syntax 1:1", "syntax 2:1",
      ])
    #expect(findings(inTask: "when on {\n  goal off\n  wait W for tick\n}") == ["syntax 2:3"])
  }

  @Test("characters and tokens that do not exist")
  func tokens() {
    #expect(findings("enum É { a }") == ["syntax 1:6"])
    #expect(findings("/* no */") == ["syntax 1:1"])
    #expect(findings("import \"a\\b\"") == ["syntax 1:8"])
    #expect(findings("import \"a\n") == ["syntax 1:8"])
    #expect(
      findings("task T { event x wait W for x warn after 99999999999999999999 s }") == [
        "syntax 1:42"
      ])
    #expect(
      findings("task T { wait W for x event x wait V for x warn after 9999999999999999 min }") == [
        "syntax 1:55"
      ])
  }

  @Test("columns count characters, not bytes")
  func columns() {
    #expect(findings("task T { always \"é👨‍👩‍👧e\u{301}\" missing }") == ["unknown-name 1:23"])
    #expect(findings("\u{FEFF}enum E") == ["syntax 1:7"])
    #expect(findings("enum E { a }\r\n\r\nenum E { a }") == ["duplicate-name 3:6"])
  }

  @Test("messages say what was expected and what was found")
  func messages() {
    let messages = [
      "enum E { }", "task T { fact a : Bool goal a = true }", "task T { wait W tick }",
    ].map {
      compileText($0).diagnostics.first?.message
    }
    #expect(
      messages == [
        "expected a value of enum `E`, found `}`",
        "expected `==` to compare (one `=` is a change, and stands after `then`), found `=`",
        "expected `for` and what wait `W` waits for, found `tick`",
      ])
  }

  @Test("words that are not reserved are names")
  func contextualWords() {
    let text = """
      enum Max { none, all, error }
      task gap { fact fair, one, some, none, all : Bool fact warn : Max
        each where : E in absent { fact after : Bool }
        goal one, some or none, all, (all where: after), (none where: after), warn == none
        event links fair }
      """
    #expect(findings(text).isEmpty)
  }
}
