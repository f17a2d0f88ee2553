import RulesAnalysis
import RulesLanguage
import Testing

@Suite("The diagram and a list of all states agree")
struct BruteForceTests {
  @Test("on the counts, classes, gaps and overlaps of random programs", arguments: 0..<6)
  func agrees(batch: UInt64) throws {
    for seed in (batch * 50)..<(batch * 50 + 50) {
      let program = RandomProgram.make(seed: seed)
      let analysis = analyse(program)
      for scope in Scope.all(of: program) where !scope.clauses.isEmpty {
        let partition = try partition(try lowerScope(scope))
        try compare(partition, analysis, seed: seed)
      }
    }
  }

  private func compare(_ partition: Partition, _ analysis: Analysis, seed: UInt64) throws {
    let scope = partition.scope
    let note: Comment = "seed \(seed), scope \(scope.name)"
    let naive = NaiveScope(scope.program, scope.task, scope.each)
    let (abstract, consistent) = naive.states()
    let analysed = try #require(analysis.scopes.first { $0.name == scope.name }, note)
    let counts = analysed.counts
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
    for (index, clause) in scope.clauses.enumerated() where clause.isRule {
      #expect(analysed.clauses[index].handles == count { $0 == .rule(index) }, note)
    }
    for (index, clause) in analysed.clauses.enumerated() {
      let holding = consistent.keys.filter { naive.holds(naive.clauses[index].condition, $0) }
      #expect(clause.holds == UInt128(holding.count), note)
    }

    let listed = consistent.map { (indices(of: $0.key, naive, partition.space), $0.value) }
    for (state, expected) in listed {
      #expect(shortClass(partition.stateClass(at: state)) == expected, note)
    }
    try checkGap(partition, listed, note)
    try checkOverlaps(partition, listed, note)
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
    _ partition: Partition, _ listed: [([Int], NaiveScope.Class)], _ note: Comment
  ) throws {
    let overlaps = try overlaps(of: partition)
    let overlapping = Set(listed.filter { $0.1 == .overlap }.map(\.0))
    #expect(overlaps.isEmpty == overlapping.isEmpty, note)
    for overlap in overlaps {
      #expect(overlapping.contains(overlap.witness), note)
      let size = overlapping.filter { state in
        [overlap.earlier, overlap.later].allSatisfy {
          partition.diagram.value(of: partition.wins[$0], at: state) == 1
        }
      }.count
      #expect(overlap.size == UInt128(size), note)
    }
  }

  /// A listed state, as the analyser numbers values.
  private func indices(
    of state: NaiveScope.State, _ naive: NaiveScope, _ space: StateSpace
  ) -> [Int] {
    space.variables.map { variable in
      switch variable.origin {
      case .related(let related, let name):
        return state.related[.init(related: related, name: name)] == true ? 1 : 0
      case .quantifier(let each, let body):
        return state.quantifiers[naive.meaning(each, body)] == true ? 1 : 0
      case .fact(let owner, let model):
        let value: String
        if case .chain(let members, _) = model.kind {
          let ranks = members.map { state.facts[FactReference(owner, $0)] }
          value = members.indices.dropFirst().reduce(members[0]) { name, index in
            name + (ranks[index] == ranks[index - 1] ? " == " : " < ") + members[index]
          }
        } else {
          switch state.facts[FactReference(owner, model.name)] {
          case .bool(let bool): value = "\(bool)"
          case .name(let name): value = name
          default: value = "?"
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
