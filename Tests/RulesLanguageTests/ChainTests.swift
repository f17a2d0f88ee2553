import RulesLanguage
import Testing

@Suite("Chains")
struct ChainTests {
  @Test("a number may be a member, and members are compared with it")
  func numberMember() throws {
    let text = "task T { fact 0 <= a < b : Int initially 0 goal a == 0 }"
    #expect(findings(text) == ["type 1:42"])
    let result = compileText("task T { fact 0 <= a <= b : Int initially 0 goal a == 0, b > a }")
    #expect(result.diagnostics.isEmpty)
    let body = try #require(result.program?.tasks[0].body)
    #expect(body.variables.map(\.name) == ["0 <= a <= b"])
    #expect(body.variables.map(\.initially) == ["0"])
    guard case .chain(let members, let links) = body.variables[0].kind else {
      Issue.record("no chain")
      return
    }
    #expect(members == ["0", "a", "b"])
    #expect(links == [.lessOrEqual, .lessOrEqual])
    func fact(_ name: String) -> FactReference { FactReference(.task, name) }
    #expect(
      body.clauses[0].condition
        == .and([
          .compare(fact("a"), .equal, fact("0")), .compare(fact("b"), .greater, fact("a")),
        ]))
  }

  @Test("it uses one number in all")
  func oneNumber() {
    #expect(findings(inTask: "fact 0 <= a <= b <= 9 : Int") == ["type 1:21"])
    #expect(findings(inTask: "fact 0 <= a <= b : Int initially 1") == ["type 1:34"])
    #expect(findings(inTask: "fact 0 <= a <= b : Int event e then a = 1") == ["type 1:41"])
    #expect(findings(inTask: "fact a <= b : Int event e then a = 1, b = 2") == ["type 1:43"])
    #expect(
      findings(inTask: "fact a <= b : Int rule R do r() then a = 1\nevent e then a = 2")
        == ["type 2:18"])
    #expect(findings(inTask: "fact a <= b : Int event e then a = 1, b = any in (1, b]").isEmpty)
  }

  @Test("a number that is no member cannot be compared with")
  func otherNumber() {
    #expect(findings(inTask: "fact 0 <= a <= b : Int goal a == 1") == ["type 1:34"])
    #expect(findings(inTask: "fact a <= b : Int initially 0 goal a == 0") == ["type 1:41"])
  }

  @Test("a member may be one of several members")
  func membership() throws {
    let text =
      "task T { fact a <= b <= c : Int goal a in { b, c } event e then b = any { a, c, 0 } }"
    let body = try #require(compileText(text).program?.tasks[0].body)
    func fact(_ name: String) -> FactReference { FactReference(.task, name) }
    #expect(
      body.clauses[0].condition
        == .or([
          .compare(fact("a"), .equal, fact("b")), .compare(fact("a"), .equal, fact("c")),
        ]))
    #expect(
      body.events[0].effects
        == [.changes([Change(.fact(fact("b")), to: .anyOf(["a", "c", "0"]))])])
  }

  @Test("all members start with one number, unless `<` keeps them apart")
  func initially() {
    #expect(findings(inTask: "fact a <= b : Int initially 0, 1") == ["type 1:32"])
    #expect(findings(inTask: "fact a < b : Int initially 0") == ["type 1:28"])
    #expect(findings(inTask: "fact a <= b : Int initially zero") == ["unknown-name 1:29"])
  }

  @Test("Swift text after `=` is kept: a tuple of its facts")
  func swift() throws {
    let text = "task T { fact a <= b : Int = (log.a, log.b)\n}"
    let variable = try #require(compileText(text).program?.tasks[0].body.variables[0])
    #expect(variable.swift?.text == "(log.a, log.b)")
  }
}
