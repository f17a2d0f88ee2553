import RulesAnalysis
import RulesLanguage
import Testing

@Suite("The diagram and a list of all states agree")
struct BruteForceTests {
  @Test("on the counts, classes, gaps and overlaps of 1,500 random rule sets", arguments: 0..<10)
  func agrees(batch: UInt64) throws {
    // A program has three scopes with clauses.
    for seed in (batch * 50)..<(batch * 50 + 50) {
      let program = RandomProgram.make(seed: seed)
      for scope in Scope.all(of: program) where !scope.clauses.isEmpty {
        let partition = try partition(try lowerScope(scope))
        try compare(partition, seed: seed)
      }
    }
  }

  @Test("in every order of the variables", arguments: 0..<40)
  func ordersAgree(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let program = RandomProgram.make(seed: seed)
    for scope in Scope.all(of: program) where !scope.clauses.isEmpty {
      let declared = try partition(try lowerScope(scope))
      let order = declared.space.variables.indices.shuffled(using: &random)
      let shuffled = try partition(try lowerScope(scope, order: order))
      #expect(shuffled.counts == declared.counts, "seed \(seed), scope \(scope.name)")
      #expect(shuffled.tallies == declared.tallies, "seed \(seed), scope \(scope.name)")
      try compare(shuffled, seed: seed)
      let pairs = try overlaps(of: shuffled).map { [$0.witness, [$0.earlier, $0.later]] }
      #expect(pairs == (try overlaps(of: declared).map { [$0.witness, [$0.earlier, $0.later]] }))
    }
  }

  private func compare(_ partition: Partition, seed: UInt64) throws {
    let scope = partition.scope
    let note: Comment = "seed \(seed), scope \(scope.name)"
    let naive = NaiveScope(scope.program, scope.task, scope.each)
    let (abstract, consistent) = naive.states()
    let counts = partition.counts
    #expect(counts.abstract == UInt128(abstract), note)
    #expect(counts.consistent == UInt128(consistent.count), note)
    #expect(counts.impossible == UInt128(abstract - consistent.count), note)
    func count(_ isIncluded: (NaiveScope.Class) -> Bool) -> UInt128 {
      UInt128(consistent.values.filter(isIncluded).count)
    }
    #expect(counts.goal == count { $0 == .goal }, note)
    #expect(counts.wait == count { $0 == .wait }, note)
    #expect(counts.unhandled == count { $0 == .unhandled }, note)
    #expect(counts.overlap == count { $0 == .overlap }, note)
    let winners = consistent.keys.reduce(into: [NaiveScope.State: [Int]]()) {
      $0[$1] = naive.winners($1)
    }
    for (index, clause) in scope.clauses.enumerated() {
      let tally = partition.tallies[index]
      let holding = consistent.keys.filter { naive.holds(naive.clauses[index].condition, $0) }
      #expect(tally.holds == UInt128(holding.count), note)
      let handled = consistent.filter { state, stateClass in
        winners[state]?.contains(index) == true && stateClass.kind == clause.kindName
      }
      #expect(tally.handles == UInt128(handled.count), note)
    }

    let listed = consistent.map { (indices(of: $0.key, naive, partition.space), $0.value) }
    for (state, expected) in listed {
      #expect(shortClass(partition.stateClass(at: state)) == expected, note)
    }
    try checkGap(partition, listed, note)
    try checkOverlaps(partition, winners, naive, note)
  }

  private func checkGap(
    _ partition: Partition, _ listed: [([Int], NaiveScope.Class)], _ note: Comment
  ) throws {
    let gap = try gap(of: partition)
    var covered: Set<[Int]> = []
    for family in gap.families {
      let inside = listed.filter { state, _ in
        zip(family.cube.values, state).allSatisfy { $0.contains($1) }
      }
      #expect(inside.allSatisfy { $0.1 == .unhandled }, note)
      let new = inside.map(\.0).filter { !covered.contains($0) }
      #expect(family.size == UInt128(new.count), note)
      covered.formUnion(new)
    }
    let unhandled = listed.filter { $0.1 == .unhandled }.count
    #expect(gap.remainder == UInt128(unhandled - covered.count), note)
  }

  private func checkOverlaps(
    _ partition: Partition, _ winners: [NaiveScope.State: [Int]], _ naive: NaiveScope,
    _ note: Comment
  ) throws {
    var expected: [[Int]: Set<[Int]>] = [:]
    for (state, winners) in winners {
      for later in winners {
        for earlier in winners where earlier < later {
          let isPair = [earlier, later].contains { partition.scope.clauses[$0].isRule }
          guard isPair else { continue }
          expected[[earlier, later], default: []].insert(indices(of: state, naive, partition.space))
        }
      }
    }
    let overlaps = try overlaps(of: partition)
    #expect(Set(overlaps.map { [$0.earlier, $0.later] }) == Set(expected.keys), note)
    for overlap in overlaps {
      let states = expected[[overlap.earlier, overlap.later]] ?? []
      #expect(overlap.size == UInt128(states.count), note)
      #expect(states.contains(overlap.witness), note)
    }
  }

  /// A listed state, as the analyser numbers values.
  private func indices(
    of state: NaiveScope.State, _ naive: NaiveScope, _ space: StateSpace
  ) -> [Int] {
    space.variables.map { variable in
      switch variable.origin {
      case .related(let related, let name):
        switch state.related[.init(related: related, name: name)] {
        case .bool(let bool): return bool ? 1 : 0
        case .name(let value): return variable.values.firstIndex(of: value) ?? -1
        default: return -1
        }
      case .quantifier(let each, let body):
        return state.quantifiers[naive.meaning(each, body)] == true ? 1 : 0
      case .fact(let owner, let model):
        let value: String
        if case .chain(let members, _) = model.kind {
          let ranks = members.map {
            state.facts[FactReference(owner, NaiveScope.key($0, in: model))]
          }
          value = members.indices.dropFirst().reduce(members[0]) { name, index in
            name + (ranks[index] == ranks[index - 1] ? " == " : " < ") + members[index]
          }
        } else {
          switch state.facts[FactReference(owner, model.name)] {
          case .bool(let bool): value = "\(bool)"
          case .name(let name): value = name
          case .int(let number):
            return variable.integer?.intervals.firstIndex { $0.contains(number) } ?? -1
          case nil: value = "?"
          }
        }
        return variable.values.firstIndex(of: value) ?? -1
      }
    }
  }

  private func shortClass(_ stateClass: StateClass) -> NaiveScope.Class? {
    switch stateClass {
    case .rule(let rule): .rule(rule)
    case .goal: .goal
    case .wait: .wait
    case .overlap: .overlap
    case .unhandled: .unhandled
    case .broken, .inconsistent: nil
    }
  }
}

extension NaiveScope.Class {
  /// `rule`, `wait`, `goal`: the kind of clause that it is the class of.
  fileprivate var kind: String? {
    switch self {
    case .rule: "rule"
    case .wait: "wait"
    case .goal: "goal"
    case .unhandled, .overlap: nil
    }
  }
}
