import RulesLanguage
import Testing

@testable import RulesAnalysis

@Suite("Stepping by hand")
struct SimulationTests {
  @Test("taking every choice reaches what exploration reaches", arguments: 0..<8)
  func agrees(batch: UInt64) throws {
    for seed in (batch * 20)..<(batch * 20 + 20) {
      let program = RandomDynamics.make(seed: seed)
      for scope in analyse(program).scopes {
        guard let exploration = scope.exploration, exploration.states > 0 else { continue }
        var simulation = try Simulation(program, scope: scope.name)
        var seen = Set(simulation.initialStates)
        var open = Array(seen)
        var stalls = 0
        while let word = open.popLast() {
          simulation.word = word
          if simulation.isStall { stalls += 1 }
          for outcome in simulation.choices.flatMap(\.outcomes)
          where seen.insert(outcome.word).inserted {
            open.append(outcome.word)
          }
        }
        #expect(seen.count == exploration.states, "seed \(seed), \(scope.name)")
        if let liveness = exploration.liveness {
          #expect(stalls == liveness.stalls, "seed \(seed), \(scope.name)")
        }
      }
    }
  }

  @Test("the way to the goal is as short as can be, and leads there")
  func wayToGoal() throws {
    var simulation = try Simulation(try figureTwo(), scope: "Segment.replica")
    guard case .found(let steps, let isDependable) = simulation.wayToGoal else {
      Issue.record("no way")
      return
    }
    #expect(steps.map(\.move) == ["R1", "R2", "reply", "R3"] && isDependable)
    for step in steps {
      let choice = try #require(simulation.choices.first { $0.name == step.move })
      let outcome = try #require(choice.outcomes.first { $0.changes == step.changes })
      simulation.take(choice, outcome)
    }
    #expect(simulation.isAtGoal && simulation.stepCount == 4)
    #expect(simulation.undo()?.move == "R3" && !simulation.isAtGoal)
  }

  @Test("an outcome that would break an `always` is no choice, and is counted")
  func broken() throws {
    let program = try Flagship.program([
      SourceFile(
        path: "T.rules",
        text: """
          task T {
            fact a, b : Bool  initially false
            always not a or b
            rule R when not a do x() then a = true
            goal a
          }
          """)
    ])
    let choices = try Simulation(program, scope: "T").choices
    #expect(choices.map(\.name) == ["R"])
    #expect(choices[0].outcomes.isEmpty && choices[0].broken == 1)
  }
}

@Suite("Holding recorded steps against rules")
struct StepCheckTests {
  @Test(
    "each step of the explored graph is possible, a random one is exactly if it can be followed")
  func agrees() throws {
    let program = try figureTwo()
    var check = try StepCheck(program, scope: "Segment.replica")
    let partition = check.inquiry.partition
    var simulation = try Simulation(program, scope: "Segment.replica")
    let system = simulation.system
    let words = reachable(&simulation)
    for word in words {
      let cube = Cube(state: system.layout.unpack(word))
      #expect(check.isConsistent(cube))
      for (index, clause) in partition.scope.clauses.enumerated() where clause.isRule {
        let wins = partition.winners(at: system.layout.unpack(word)).contains(index)
        #expect(try check.wins(index, in: cube) == wins)
        guard wins else { continue }
        let followers = followers(of: word, by: clause.name, &simulation)
        for next in words {
          let isPossible = check.leads(
            from: cube, by: index, to: Cube(state: system.layout.unpack(next)))
          #expect(isPossible == followers.contains(next))
        }
      }
    }
  }

  /// Every state that choices lead to.
  private func reachable(_ simulation: inout Simulation) -> [UInt64] {
    var words = simulation.initialStates
    var seen = Set(words)
    var next = 0
    while next < words.count {
      simulation.word = words[next]
      for outcome in simulation.choices.flatMap(\.outcomes)
      where seen.insert(outcome.word).inserted {
        words.append(outcome.word)
      }
      next += 1
    }
    return words
  }

  /// The rule's outcomes, and what all choices but rules make of them.
  private func followers(
    of word: UInt64, by rule: String, _ simulation: inout Simulation
  ) -> Set<UInt64> {
    simulation.word = word
    let choice = simulation.choices.first { $0.kind == .rule && $0.name == rule }
    var seen = Set((choice?.outcomes ?? []).map(\.word))
    var open = Array(seen)
    while let next = open.popLast() {
      simulation.word = next
      for outcome in simulation.choices.filter({ $0.kind != .rule }).flatMap(\.outcomes)
      where seen.insert(outcome.word).inserted {
        open.append(outcome.word)
      }
    }
    return seen
  }

  @Test("what depends on a fact that is not known is neither yes nor no")
  func unknown() throws {
    let program = try Flagship.program([
      SourceFile(
        path: "T.rules",
        text: """
          task T {
            fact a, b : Bool
            rule R when not a, b do x() then a = true
            rule S when not a, not b do x() then b = true
            goal a
          }
          """)
    ])
    var check = try StepCheck(program, scope: "T")
    let open = Cube(values: [[0], [0, 1]])
    #expect(try check.wins(0, in: open) == nil)
    #expect(try check.wins(2, in: open) == false)
    #expect(try check.wins(2, in: Cube(values: [[1], [0, 1]])) == true)
    #expect(check.leads(from: open, by: 0, to: Cube(values: [[1], [1]])) == true)
    #expect(check.leads(from: open, by: 0, to: Cube(values: [[1], [0]])) == false)
  }
}
