import RulesAnalysis
import RulesLanguage
import Testing

@Suite("Findings")
struct FindingTests {
  private func task(_ body: String, pool: String = "") -> String {
    "task T {\n  fact a, b : Bool\n\(body)\n}\n\(pool)"
  }

  @Test("contradicting invariants are one error, and nothing else is said about the scope")
  func contradiction() throws {
    let analysis = try analyse(task("  always a, not a\n  rule R when b do x()"))
    #expect(codes(staticFindings(analysis)) == ["1:6 always-contradiction error"])
  }

  @Test("initial values that break an invariant are an error")
  func noInitial() throws {
    let analysis = try analyse(
      "task T {\n  fact a : Bool initially false\n  always a\n  goal a\n}")
    #expect(codes(staticFindings(analysis)) == ["1:6 no-initial error"])
  }

  @Test("a rule that holds nowhere, and one that never wins, are warnings")
  func useless() throws {
    let analysis = try analyse(
      task(
        """
          always a => b
          rule R1 when a, not b do x()
          rule R2 when a do x()
          rule R3 over R2 when a do x()
          goal not a
        """))
    #expect(
      codes(staticFindings(analysis)) == ["4:8 never-enabled warning", "5:8 shadowed-rule warning"])
  }

  @Test("a fact that no condition mentions is a warning, and still counts")
  func unusedFact() throws {
    let analysis = try analyse(
      "task T {\n  fact a, b : Bool\n  rule R when a do x()\n  goal not a\n}")
    #expect(codes(staticFindings(analysis)) == ["2:11 unused-fact warning"])
    #expect(analysis.scopes.first?.counts.abstract == 4)
  }

  @Test("a fact mentioned only through a define or as a cause is used")
  func usedFact() throws {
    let analysis = try analyse(
      """
      task T {
        fact a, b : Bool
        define c = a
        rule R when c do x()
        wait W for b when not b, not c
        rule S when b, not c do x()
      }
      """)
    #expect(staticFindings(analysis).isEmpty)
  }

  @Test(
    "a pool's policy sets the severity, and `allow` keeps the counts",
    arguments: [("error", "error"), ("warn", "warning"), ("allow", "")])
  func policy(policy: String, severity: String) throws {
    let analysis = try analyse(
      task(
        "  rule R1 when a do x()\n  rule R2 when a, b do x()",
        pool: "pool P { task T policy gap \(policy) policy overlap \(policy) }"))
    let expected = ["1:6 gap \(severity)", "4:8 overlap \(severity)"]
    #expect(codes(staticFindings(analysis)) == (severity.isEmpty ? [] : expected))
    #expect(analysis.scopes.first?.counts.unhandled == 2)
    #expect(analysis.scopes.first?.counts.overlap == 1)
  }

  @Test("an overlap names both, its size, and one whole state")
  func overlap() throws {
    let analysis = try analyse(
      task("  rule R1 when a do x()\n  wait W1 for b when b\n  goal not a, not b"))
    let overlap = try #require(staticFindings(analysis).first)
    #expect(overlap.message == "R1 and W1 both hold in 1 state of T")
    #expect(overlap.position == SourcePosition(file: 0, line: 4, column: 8))
    #expect(overlap.notes.first == Diagnostic.Note("witness", "a, b"))
    #expect(
      overlap.notes.compactMap(\.position) == [SourcePosition(file: 0, line: 3, column: 8)])
  }

  @Test("two waits, and a wait beside a goal, agree")
  func agreement() throws {
    let analysis = try analyse(
      task("  wait W1 for a when not a\n  wait W2 for b when not a, not b\n  goal a or b"))
    let scope = try #require(analysis.scopes.first)
    #expect(staticFindings(analysis).isEmpty)
    #expect(scope.counts.wait == 1)
    #expect(scope.counts.goal == 3)
    #expect(scope.clauses.map(\.handles) == [1, 1, 3])
  }

  @Test("a gap lists at most eight families, and counts the rest exactly")
  func manyFamilies() throws {
    let names = (0..<6).map { "f\($0)" }
    let parity = names.dropFirst().reduce("f0") { "((\($0), not \($1)) or (not \($0), \($1)))" }
    let analysis = try analyse(
      "task T {\n  fact \(names.joined(separator: ", ")) : Bool\n  rule R when \(parity) do x()\n}")
    let gap = try #require(staticFindings(analysis).first)
    #expect(gap.message == "32 of 64 consistent states of T have no rule, wait or goal")
    let missing = gap.notes.filter { $0.title == "missing" }.map(\.text)
    #expect(missing.count == 9)
    #expect(missing.last == "and 24 states in further families")
  }

  @Test("patterns of chains are comparisons one could paste")
  func chainPattern() throws {
    let analysis = try analyse(
      "task T {\n  fact x <= y <= z : Int\n  rule R when x == z do act()\n}")
    let gap = try #require(staticFindings(analysis).first)
    #expect(gap.notes.first?.text == "x < z (3 states)")
  }

  @Test("diagrams beyond the budget are an error, not a guess")
  func budget() throws {
    let program = try Flagship.program([
      SourceFile(path: "T.rules", text: task("  rule R when a do x()\n  goal not a, b"))
    ])
    let scope = try #require(Scope.all(of: program).first)
    #expect(throws: AnalysisFailure.nodeBudget(3)) { try lowerScope(scope, nodeLimit: 3) }
  }

  @Test("a wait whose causes hold while it waits is a warning; an event as a cause is none")
  func vainWait() throws {
    let rules = { (causes: String) in
      "  wait W for \(causes) when a\n  rule R when not a do x() then a = true\n  event e"
    }
    let one = try analyse(task(rules("b")))
    #expect(codes(staticFindings(one)) == ["3:8 wait-cause-holds warning"])
    #expect(
      staticFindings(one).first?.message
        == "wait W waits in 1 state of T in which b holds already: nothing may wake it")
    let two = try analyse(task(rules("b, e")))
    #expect(staticFindings(two).isEmpty)
  }

  @Test("families that can be reached come first, with their steps")
  func reachableFirst() throws {
    let analysis = try analyse(
      """
      enum Step { one, two, three, four }
      task T {
        fact a : Bool initially false
        fact step : Step initially one
        always a => step == one
        rule R1 when step == one, not a do x() then step = two
        rule R2 when step == two, not a do x() then step = four
      }
      """)
    let scope = try #require(analysis.scopes.first)
    let families = scope.gap.families
    #expect(families.map(\.reachable) == families.map(\.reachable).sorted { ($0 ?? 0) > ($1 ?? 0) })
    #expect(families.first?.steps == 2)
    #expect(families.first?.reachable == 1)
    #expect(families.reduce(scope.gap.remainder) { $0 + $1.size } == scope.counts.unhandled)
    let notes = try #require(analysis.diagnostics.first { $0.code == "gap" }).notes
    #expect(notes.map(\.text).contains("1 of them is reachable in 2 steps: R1, R2"))
  }

  @Test("every finding about a scope names its task and scope")
  func subjects() throws {
    let analysis = try analyse(task("  rule R1 when a do x()\n  rule R2 when a, b do x()"))
    let expected = Diagnostic.Subject(task: "T", scope: "T")
    #expect(analysis.diagnostics.allSatisfy { $0.subject == expected })
  }
}
