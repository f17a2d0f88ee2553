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
    let decisions = scopes.map { buildDecision($0.partition, ScopeNames($0.partition)) }
    #expect(decisions.map(\.root.leafCount) == [11, 2])
    #expect(decisions.allSatisfy { $0.methods.isEmpty })
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

  @Test("of more paths than a reader follows shares its parts as methods", arguments: 0..<4)
  func shared(seed: UInt64) throws {
    let scope = try scope(RandomRules.priorities(facts: 14, rules: 20, seed: seed))
    let decision = buildDecision(scope.partition, ScopeNames(scope.partition))
    #expect(!decision.methods.isEmpty && !decision.isChain, "seed \(seed)")
    #expect(decision.methods.allSatisfy { $0.tree.leafCount <= 60 && $0.tree.nesting <= 12 })
    #expect(Set(decision.methods.map(\.name)).count == decision.methods.count)
    #expect(check(scope.partition) == 1 << 14, "seed \(seed)")
  }

  @Test("asks for lazy facts last, and on no path twice", arguments: 0..<4)
  func lazies(seed: UInt64) throws {
    let text = RandomRules.priorities(facts: 10, rules: 12, seed: seed)
      .replacing("fact f0, f1, f2,", with: "lazy fact f0, f1 : Bool\n  fact f2,")
    let scope = try scope(text)
    let decision = buildDecision(scope.partition, ScopeNames(scope.partition))
    expectLaziness(decision.root, read: [], decision, scope.partition)
    #expect(check(scope.partition) == 1 << 10, "seed \(seed)")
  }

  @Test("tries whole conditions one by one, in the order of `over`, when all else is too large")
  func chain() throws {
    let text = RandomRules.priorities(facts: 12, rules: 60, seed: 1)
    let scope = try scope(text)
    let names = ScopeNames(scope.partition)
    let decision = RuleChain(scope.partition.scope, scope.partition.space, stem: names.stem)
      .decision()
    #expect(decision.isChain)
    #expect(decision.methods.count == 1)
    #expect(check(scope.partition, decision) == 1 << 12)
  }

  private func scope(_ text: String) throws -> ScopeAnalysis {
    let program = try FlagshipProgram.compile([SourceFile(path: "T.rules", text: text)])
    return try #require(analyse(program).scopes.first)
  }

  /// Compares the decision with the class of every state that passes the guards.
  /// - Returns: how many consistent states there are.
  private func check(_ partition: Partition, _ decision: Decision? = nil) -> UInt128 {
    let decision = decision ?? buildDecision(partition, ScopeNames(partition))
    let diagram = partition.diagram
    var state = partition.space.variables.map { _ in 0 }
    var consistent: UInt128 = 0
    var isLast = false
    while !isLast {
      let stateClass = partition.stateClass(at: state)
      if let expected = Outcome(stateClass) {
        let outcome = decision.outcome(at: state) { clause in
          diagram.value(of: partition.lowered.clauses[clause], at: state) == 1
        }
        if stateClass != .inconsistent { consistent += 1 }
        if outcome != expected {
          Issue.record("\(partition.space.text(of: state)): \(outcome), not \(expected)")
          return 0
        }
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

  /// On every path: no question about a lazy fact before it is read, nor one about another fact
  /// after that, and no second reading.
  private func expectLaziness(
    _ tree: DecisionTree, read: Set<Int>, _ decision: Decision, _ partition: Partition
  ) {
    let variables = partition.space.variables
    switch tree {
    case .read(let variable, let then):
      #expect(variables[variable].isLazy && !read.contains(variable))
      expectLaziness(then, read: read.union([variable]), decision, partition)
    case .branch(let questions, _, _):
      for variable in questions.map(\.variable) {
        #expect(variables[variable].isLazy ? read.contains(variable) : read.isEmpty)
      }
      for part in tree.parts { expectLaziness(part, read: read, decision, partition) }
    case .call(let method):
      expectLaziness(decision.methods[method].tree, read: read, decision, partition)
    default:
      for part in tree.parts { expectLaziness(part, read: read, decision, partition) }
    }
  }
}

extension Decision {
  /// What generated code does in a state, given by the value index of each variable.
  fileprivate func outcome(at state: [Int], holds: (_ clause: Int) -> Bool) -> Outcome {
    var tree = root
    while true {
      switch tree {
      case .leaf(let outcome): return outcome
      case .branch(let questions, let then, let otherwise):
        let answer = questions.allSatisfy { $0.values.contains(state[$0.variable]) }
        tree = answer ? then : otherwise
      case .select(let variable, let cases):
        tree = cases.first { $0.values.contains(state[variable]) }?.tree ?? .leaf(.unhandled)
      case .read(_, let then): tree = then
      case .clause(let clause, let unless, let then, let otherwise):
        tree = holds(clause) && !unless.contains(where: holds) ? then : otherwise
      case .waits(let steps, let otherwise):
        let waits = steps.filter { holds($0.wait) && !$0.unless.contains(where: holds) }
        if !waits.isEmpty { return .wait(waits.map(\.wait)) }
        tree = otherwise
      case .call(let method): tree = methods[method].tree
      }
    }
  }
}
