import Testing

@Suite("Priorities")
struct OverTests {
  @Test("a cycle is reported at its first clause")
  func cycles() {
    let text = """
      rule Z do z()
      rule A over B do a()
      rule B over C do b()
      rule C over A, Z do c()
      """
    #expect(findings(inTask: text) == ["over-cycle 2:6"])
    #expect(findings(inTask: "rule A over A do a()") == ["over-cycle 1:6"])
  }

  @Test("a chain of priorities is no cycle")
  func chain() {
    #expect(
      findings(
        inTask: "rule A over B, C do a()\nrule B over C do b()\nwait C over goal for tick\ngoal on"
      ).isEmpty)
  }

  @Test("clauses of other scopes are not seen")
  func scopes() {
    #expect(
      findings(inEach: "rule A do a()\n} rule B over A do b()\nfact x : Bool each z : Z in zs {")
        == ["unknown-name 2:15"])
  }

  @Test("`over goal` is over every goal of the scope")
  func goals() throws {
    let text = "task T { fact a, b : Bool goal a goal b rule R over goal do r()\n }"
    let clauses = try #require(compileText(text).program?.tasks[0].body.clauses)
    #expect(clauses.map(\.name) == ["goal", "goal2", "R"])
    #expect(clauses[2].over == ["goal", "goal2"])
  }
}
