import RulesAnalysis
import RulesLanguage
import Testing

@Suite("Asking about states")
struct InquiryTests {
  /// Every state of a scope, consistent or not.
  private func states(of space: StateSpace) -> [[Int]] {
    space.variables.reduce([[]]) { states, variable in
      states.flatMap { state in variable.values.indices.map { state + [$0] } }
    }
  }

  @Test("about a random cube says what looking at each of its states says", arguments: 0..<8)
  func agrees(batch: UInt64) throws {
    for seed in (batch * 25)..<(batch * 25 + 25) {
      let program = RandomDynamics.make(seed: seed)
      var random = SeededGenerator(seed: seed)
      for name in program.scopesWithClauses {
        let inquiry = try Inquiry(program, scope: name)
        let all = states(of: inquiry.space)
        let cube = Cube(
          values: inquiry.space.variables.map { variable in
            let kept = variable.values.indices.filter { _ in random.chance(70) }
            return kept.isEmpty ? [0] : kept
          })
        check(
          try inquiry.answer(about: cube), inquiry, all.filter(cube.contains),
          "seed \(seed), \(name)")
      }
    }
  }

  private func check(
    _ answer: StateAnswer, _ inquiry: Inquiry, _ asked: [[Int]], _ note: Comment
  ) {
    let partition = inquiry.partition
    let consistent = asked.filter {
      let kind = partition.stateClass(at: $0).kind
      return kind != .broken && kind != .inconsistent
    }
    #expect(answer.asked == UInt128(asked.count), note)
    #expect(answer.consistent == UInt128(consistent.count), note)
    let winners = Dictionary(grouping: consistent) { partition.winners(at: $0) }
    #expect(
      Dictionary(uniqueKeysWithValues: answer.decisions.map { ($0.winners, $0.states) })
        == winners.mapValues { UInt128($0.count) }, note)
    for decision in answer.decisions {
      let own = winners[decision.winners] ?? []
      #expect(
        own.allSatisfy { partition.stateClass(at: $0).kind == decision.stateClass.kind }, note)
      guard let reached = inquiry.reached else { continue }
      let steps = own.compactMap(reached.steps(to:))
      #expect(decision.reachable == steps.count && decision.steps == steps.min(), note)
    }
    for verdict in answer.verdicts {
      let wins = consistent.count { partition.winners(at: $0).contains(verdict.clause) }
      #expect(verdict.wins == UInt128(wins), note)
      // A clause that never holds lacks something; one that holds lacks nothing.
      #expect((verdict.holds == 0) == !verdict.failing.isEmpty, note)
      #expect((verdict.holds > verdict.wins) == !verdict.overrulers.isEmpty, note)
    }
    let first = answer.decisions.compactMap(\.steps).min()
    #expect(answer.trace.isEmpty ? first == nil : answer.trace.count - 1 == first, note)
  }

  @Test("names the `always` that excludes all of the states, with how many it excludes")
  func exclusions() throws {
    let program = try Flagship.program([
      SourceFile(
        path: "T.rules",
        text: """
          task T {
            fact a, b, c : Bool
            always "first" not a or b
            always "second" not a or c
            rule R when not a do x() then a = true, b = true, c = true
            goal a
          }
          """)
    ])
    let inquiry = try Inquiry(program, scope: "T")
    let answer = try inquiry.answer(about: Cube(values: [[1], [0, 1], [0]]))
    #expect(answer.consistent == 0)
    #expect(answer.exclusions.map { $0.always?.label } == ["first", "second"])
    #expect(answer.exclusions.map(\.states) == [1, 2])
  }
}
