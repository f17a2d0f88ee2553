import RulesAnalysis
import RulesLanguage
import Testing

@Suite("Large rule sets")
struct LargeScopeTests {
  @Test("of local rules are exact")
  func local() throws {
    let analysis = try analyse(
      LargeRules.local(facts: 40, rules: 48, literals: 3, window: 6, seed: 1))
    let counts = try #require(analysis.scopes.first).counts
    #expect(counts.abstract == UInt128(1) << 40)
    #expect(counts.consistent == counts.abstract)
    #expect(
      counts.rule + counts.wait + counts.goal + counts.unhandled + counts.overlap
        == counts.consistent)
  }

  @Test("of 1,000 rules that exclude each other have no overlap")
  func exclusive() throws {
    let analysis = try analyse(LargeRules.exclusive(facts: 100, rules: 1_000, block: 10))
    let scope = try #require(analysis.scopes.first)
    #expect(scope.counts.overlap == 0)
    #expect(scope.clauses.count == 1_000)
    #expect(scope.clauses.allSatisfy { $0.holds == $0.handles })
    #expect(scope.clauses.reduce(0) { $0 + $1.handles } == scope.counts.rule)
  }

  @Test("list the first thousand overlapping pairs, and say that there are more")
  func manyOverlaps() throws {
    let analysis = try analyse(
      LargeRules.local(facts: 20, rules: 100, literals: 2, window: 4, seed: 2))
    #expect(analysis.diagnostics.count { $0.code == "overlap" } == overlapLimit)
    let budget = try #require(analysis.diagnostics.first { $0.code == "budget" })
    #expect(budget.message.contains("only the first 1000 pairs of clauses are reported"))
    #expect(budget.severity == .warning)
  }

  @Test("that fit no diagram: an error says what is not known, pairs and one gap are still found")
  func bounded() throws {
    let analysis = try analyse(LargeRules.random(facts: 40, rules: 48, literals: 5, seed: 1))
    #expect(analysis.scopes.isEmpty)
    let budget = try #require(analysis.diagnostics.first { $0.code == "budget" })
    #expect(budget.severity == .error)
    #expect(budget.notes.map(\.text).contains { $0.hasPrefix("not known: ") })
    let overlap = try #require(analysis.diagnostics.first { $0.code == "overlap" })
    #expect(overlap.message.contains(" both hold in "))
    let gap = try #require(analysis.diagnostics.first { $0.code == "gap" })
    #expect(gap.message.hasPrefix("at least 1 state of T has no rule"))
  }

  @Test("a better order is found where the declared one is bad, and no number depends on it")
  func partners() throws {
    let names = (0..<26).map { "f\($0)" }
    let rules = (0..<13).map { "  rule R\($0) when f\($0), f\($0 + 13) do x()" }
    let analysis = try analyse(
      "task T {\n  fact \(names.joined(separator: ", ")) : Bool\n"
        + rules.joined(separator: "\n") + "\n}")
    let scope = try #require(analysis.scopes.first)
    // Each of 13 pairs of facts is both true in one state of four.
    #expect(scope.counts.unhandled == 1_594_323)
    #expect(scope.counts.rule == 13 * 531_441)
    #expect(scope.partition.space.variables.map(\.name) == names)
    #expect(scope.partition.diagram.size(of: scope.partition.classes) < 200)
    #expect(scope.gap.families.first?.witness == Array(repeating: 0, count: 26))
  }

  @Test("more combinations than 128 bits count are an error")
  func stateCount() throws {
    let names = (0..<130).map { "f\($0)" }.joined(separator: ", ")
    let analysis = try analyse("task T {\n  fact \(names) : Bool\n  rule R when f0 do x()\n}")
    let budget = try #require(analysis.diagnostics.first { $0.code == "budget" })
    #expect(budget.message.contains("more than 2^128 combinations of values"))
  }

  @Test("a megabyte of facts that nothing mentions, in a thousand tasks, is gone through once")
  func unusedFacts() throws {
    let note = "  // " + String(repeating: "a long remark, ", count: 60) + "\n"
    let text = (0..<1000).map { task in
      "task T\(task) {\n" + note + "  fact a\n  , b, c : Bool\n  fact d : Bool\n}\n"
    }.joined()
    #expect(text.utf8.count > 900_000)
    let unused = try analyse(text).diagnostics.filter { $0.code == "unused-fact" }
    #expect(unused.count == 4000)
    // Only `d` stands alone on its line.
    #expect(unused.count { !$0.fixes.isEmpty } == 1000)
  }
}
