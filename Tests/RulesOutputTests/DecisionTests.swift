import RulesAnalysis
import RulesLanguage
import Testing

@testable import RulesOutput

@Suite("The decision that code is made of")
struct DecisionTests {
  @Test("ends, in every state of the flagship rules, where the analysis says")
  func flagship() throws {
    let program = try FlagshipProgram.load()
    for scope in analyse(program).scopes {
      #expect(check(scope.partition) == scope.counts.consistent)
    }
  }

  @Test("asks no more than once for each clause of Figure 2")
  func size() throws {
    let scopes = analyse(try FlagshipProgram.load()).scopes
    #expect(scopes.map { buildDecisionTree($0.partition).leafCount } == [11, 2])
  }

  @Test("agrees with the analysis on random rules", arguments: 0..<4)
  func random(batch: UInt64) throws {
    for seed in (batch * 50)..<(batch * 50 + 50) {
      let text = RandomRules.text(seed: seed)
      let program = try FlagshipProgram.compile([SourceFile(path: "T.rules", text: text)])
      for scope in analyse(program).scopes {
        #expect(check(scope.partition) > 0, "seed \(seed)")
      }
    }
  }

  @Test("falls back to trying whole conditions when a tree would have too many paths")
  func fallback() throws {
    let facts = (0..<16).map { "f\($0)" }
    let rules = (0..<8).map { index in
      let over = index == 0 ? "" : "over R\(index - 1)"
      return "  rule R\(index) \(over) when f\(index) == true, f\(15 - index) == false do x()"
    }
    let text =
      "task T {\n  fact \(facts.joined(separator: ", ")) : Bool\n"
      + rules.joined(separator: "\n").replacing(" == true", with: "")
      .replacing(/, (f\d+) == false/) { ", not \($0.output.1)" } + "\n}"
    let program = try FlagshipProgram.compile([SourceFile(path: "T.rules", text: text)])
    let scope = try #require(analyse(program).scopes.first)
    let tree = buildDecisionTree(scope.partition)
    guard case .clause(7, _, _) = tree else {
      Issue.record("not a chain of conditions: \(tree.leafCount) paths")
      return
    }
    #expect(check(scope.partition) == 65536)
  }

  /// Compares the decision with the class of every state that passes the guards.
  /// - Returns: how many consistent states there are.
  private func check(_ partition: Partition) -> UInt128 {
    let tree = buildDecisionTree(partition)
    let diagram = partition.diagram
    var state = partition.space.variables.map { _ in 0 }
    var consistent: UInt128 = 0
    var isLast = false
    while !isLast {
      let stateClass = partition.stateClass(at: state)
      if let expected = Outcome(stateClass) {
        let outcome = tree.outcome(at: state) { clause in
          diagram.value(of: partition.lowered.clauses[clause], at: state) == 1
        }
        if stateClass != .inconsistent { consistent += 1 }
        #expect(outcome == expected, "\(partition.space.text(of: state))")
      }
      isLast = true
      for index in state.indices {
        state[index] += 1
        if state[index] < partition.space.variables[index].values.count {
          isLast = false
          break
        }
        state[index] = 0
      }
    }
    return consistent
  }
}
