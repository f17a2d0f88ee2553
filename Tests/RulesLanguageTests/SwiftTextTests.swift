import Testing

@testable import RulesLanguage

@Suite("Swift text in rules")
struct SwiftTextTests {
  private func action(_ text: String) -> String? {
    let program = compileText("task T { fact x : Bool rule R do \(text)\n }").program
    guard case .rule(let action, _)? = program?.tasks[0].body.clauses.first?.kind else {
      return nil
    }
    return action.text
  }

  @Test("it ends at the line end")
  func lineEnd() { #expect(action("  call(1)  ") == "call(1)") }

  @Test("it goes on over line ends inside brackets")
  func brackets() { #expect(action("call(\n  [1,\n  2])\nthen x = true") == "call(\n  [1,\n  2])") }

  @Test("a bare `then` ends it, one inside brackets, a string or a name does not")
  func bareThen() {
    #expect(action("call() then x = true") == "call()")
    #expect(action("promise.then() then stay") == "promise.then()")
    #expect(action("call(then: 1)") == "call(then: 1)")
    #expect(action("strengthen() then stay") == "strengthen()")
    #expect(action("thenceforth() then stay") == "thenceforth()")
    #expect(action("log(\"then\"), thenCall()") == "log(\"then\"), thenCall()")
    #expect(action("log(\"\\(then(\"}\"))\")") == "log(\"\\(then(\"}\"))\")")
  }

  @Test("a trailing comment is not part of it")
  func comment() { #expect(action("call(\"// no\") // yes } then") == "call(\"// no\")") }

  @Test("raw and multi-line strings are skipped as such")
  func strings() {
    #expect(action("a(#\"\\(\"}\")\"#)") == "a(#\"\\(\"}\")\"#)")
    #expect(action("a(\"\"\"\n  } \" then\n  \"\"\")") == "a(\"\"\"\n  } \" then\n  \"\"\")")
    #expect(action("a(#selector(b))") == "a(#selector(b))")
  }

  @Test("block comments may nest")
  func blockComment() {
    #expect(action("a() /* then /* } */ ) */ ; b()") == "a() /* then /* } */ ) */ ; b()")
  }

  @Test("a block is the text between its braces")
  func block() {
    #expect(action("{\n  if a { b() }\n  c()\n} then x = true") == "if a { b() }\n  c()")
    #expect(action("{ }") == nil)
  }

  @Test("a `}` that it did not open ends it")
  func closingBrace() {
    #expect(
      compileText("task T { fact x : Bool = a.b }").program?.tasks[0].body.variables[0].swift?.text
        == "a.b")
  }

  @Test("the collection of an each ends before its brace")
  func collection() {
    let each = compileText("task T { each e : E in es.filter({ $0.on }) { } }").program?.tasks[0]
      .eaches[0]
    #expect(each?.collection.text == "es.filter({ $0.on })")
  }

  @Test("its position is that of its first character")
  func position() {
    let program = compileText("task T {\n  rule R\n    do   call()\n}").program
    guard case .rule(let action, _)? = program?.tasks[0].body.clauses[0].kind else {
      Issue.record("no rule")
      return
    }
    #expect(action.position == SourcePosition(file: 0, line: 3, column: 10))
  }

  @Test("what does not close is one error, where it opens, and the next item is read")
  func errors() {
    #expect(
      findings(inTask: "rule R do call(\nrule S do b()\ngoal missing")
        == ["syntax 1:15", "unknown-name 3:6"])
    #expect(findings(inTask: "rule R do call(\"a)\nrule S do b()") == ["syntax 1:16"])
    #expect(findings(inTask: "rule R do call(]\n") == ["syntax 1:16"])
    #expect(findings(inTask: "rule R do\n call()\n") == ["syntax 1:10"])
    #expect(findings(inTask: "rule R do /* a\n") == ["syntax 1:11"])
  }
}
