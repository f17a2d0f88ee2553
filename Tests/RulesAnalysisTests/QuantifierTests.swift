import RulesAnalysis
import RulesLanguage
import Testing

@Suite("Quantifiers in a scope's own clauses")
struct QuantifierTests {
  @Test("only valuations that some set of instances gives are consistent")
  func realizable() throws {
    let analysis = try analyse(
      """
      task T {
        each e : E in es { fact a, b : Bool }
        rule R1 when all e: a, all e: not a do x()
        rule R2 when not (all e: a), not (all e: not a) do x()
        goal all e: a
        goal all e: not a
        rule R3 when all e: b do x()
      }
      """)
    let scope = try #require(analysis.scopes.first)
    #expect(scope.counts.abstract == 8)
    // `all a` and `all not a` exclude each other; `all b` goes with everything.
    #expect(scope.counts.consistent == 6)
    #expect(scope.clauses.first?.holds == 0)
    #expect(codes(staticFindings(analysis)).contains("3:8 never-enabled warning"))
  }

  @Test("bodies that mean the same are one variable, and some is not all not")
  func sameMeaning() throws {
    let analysis = try analyse(
      """
      task T {
        each e : E in es { fact a, b : Bool }
        rule R1 when all e: (a, b) do x()
        rule R2 when some e: (not b or not a) do x()
      }
      """)
    let scope = try #require(analysis.scopes.first)
    #expect(scope.counts.abstract == 2)
    #expect(scope.counts.rule == 2)
    #expect(staticFindings(analysis).isEmpty)
  }
}
