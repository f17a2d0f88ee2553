import RulesAnalysis
import RulesLanguage
import Testing

@Suite("The state space of a scope")
struct StateSpaceTests {
  private func variables(_ text: String, scope: Int = 0) throws -> [String] {
    let analysis = try analyse(text)
    let scopes = analysis.scopes
    try #require(scope < scopes.count, "\(analysis.diagnostics)")
    return scopes[scope].partition.space.variables.map {
      "\($0.name): \($0.values.joined(separator: " | "))"
    }
  }

  @Test("divides an Int at the numbers that the program mentions")
  func integers() throws {
    let text = """
      task T {
        fact 0 <= n <= 100 : Int initially 0
        rule R when n < 10 do x() then n = any in (n, max]
        goal n >= 10
      }
      """
    #expect(try variables(text) == ["n: 0 | 1...9 | 10...100"])
    let counts = try #require(try analyse(text).scopes.first).counts
    #expect(counts.rule == 2)
    #expect(counts.goal == 1)
  }

  @Test("has a chain's orderings, among them its number")
  func chains() throws {
    let text = """
      task T {
        fact 0 <= sent <= made : Int initially 0
        rule R when sent < made do x() then sent = made
        goal sent == made, made > 0
        wait W for more when made == 0
        event more then made = any in (made, max]
      }
      """
    #expect(
      try variables(text) == [
        "0 <= sent <= made: 0 == sent == made | 0 < sent == made | 0 == sent < made "
          + "| 0 < sent < made"
      ])
    let counts = try #require(try analyse(text).scopes.first).counts
    #expect([counts.rule, counts.goal, counts.wait, counts.unhandled] == [2, 1, 1, 0])
  }

  @Test("has task facts, own facts, foreign facts, names of relateds, then quantifiers")
  func order() throws {
    let text = """
      enum Phase { open, shut }
      task U {
        fact shared, unseen : Bool
        fact phase : Phase
        each f : F in all() { fact x, y : Bool }
      }
      task T {
        fact mine : Bool
        related u : U
        each e : U.f in all() {
          fact own : Bool
          rule R1 when y, mine, own do act()
          rule R2 when u.phase == shut, u.shared, shared, some e: (x, own) do act()
        }
      }
      """
    #expect(
      try variables(text) == [
        "mine: false | true", "own: false | true", "shared: false | true", "x: false | true",
        "y: false | true", "u.phase: open | shut", "u.shared: false | true",
        "all e: not (x, own): false | true",
      ])
  }

  @Test("an Int whose intervals do not fit a comparison is an error of the compiler, not a guess")
  func inconsistentCuts() throws {
    var program = try Flagship.program([
      SourceFile(
        path: "T.rules", text: "task T {\n  fact n : Int\n  rule R when n < 10 do x()\n}")
    ])
    program.tasks[0].body.clauses[0].condition = .compareNumber(
      FactReference(.task, "n"), .less, 11)
    let finding = try #require(analyse(program).diagnostics.first)
    #expect(finding.code == "unsupported")
    #expect(finding.message.contains("'n < 11' divides the interval 10..."))
  }
}
