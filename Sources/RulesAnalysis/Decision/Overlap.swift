/// Two clauses of which a state cannot have both: two rules, or a rule and a wait or goal.
package struct Overlap: Sendable {
  /// Indices of clauses, in text order.
  package let earlier, later: Int
  /// The states in which both win. A state with more winners counts for each of its pairs.
  package let size: UInt128
  /// One of them; if some can be reached, one that is reached first, else the first by values.
  package let witness: [Int]
  /// How many of them can be reached; nil: not explored.
  package let reachable: Int?
  /// The fewest steps to one of them; nil: not explored, or none can be reached.
  package let steps: Int?
}

/// The most pairs that are listed; a thousand rules can make half a million.
package let overlapLimit = 1_000

/// The overlaps of a scope, by the later clause, then the earlier one; the first `overlapLimit`.
///
/// - Parameter reached: the reachable states, where they are known.
package func overlaps(
  of partition: Partition, reached: (any ReachedStates)? = nil
) throws(AnalysisFailure) -> [Overlap] {
  guard partition.counts.overlap > 0 else { return [] }
  var diagram = partition.diagram
  let clauses = partition.scope.clauses
  let candidates = clauses.indices.filter { partition.tallies[$0].overlaps > 0 }
  let exclusions = ExclusionTable(partition.lowered)
  var pairs: [(earlier: Int, later: Int)] = []
  var nodes: [DecisionDiagram.Node] = []
  search: for (index, later) in candidates.enumerated() {
    for earlier in candidates.prefix(index) {
      guard clauses[earlier].isRule || clauses[later].isRule,
        !exclusions.exclude(earlier, later)
      else { continue }
      let both = try diagram.and(partition.rawWins[earlier], partition.rawWins[later])
      guard both != DecisionDiagram.never else { continue }
      let consistent = try diagram.and(both, partition.lowered.consistent)
      guard consistent != DecisionDiagram.never else { continue }
      pairs.append((earlier, later))
      nodes.append(consistent)
      if pairs.count == overlapLimit { break search }
    }
  }
  let variables = partition.space.variables.count
  let met = meet(partition, reached)
  var found: [Overlap] = []
  for (index, pair) in pairs.enumerated() {
    let meeting = met[[pair.earlier, pair.later]]
    guard
      let witness = meeting?.state ?? diagram.firstState(of: nodes[index], variables: variables)
    else { throw .inconsistent("an overlap has no state") }
    found.append(
      Overlap(
        earlier: pair.earlier, later: pair.later,
        size: diagram.count(nodes[index], variables: variables), witness: witness,
        reachable: reached == nil ? nil : meeting?.count ?? 0, steps: meeting?.steps))
  }
  return found
}

/// For each pair of clauses how many reachable states both win in, and the first one.
private func meet(
  _ partition: Partition, _ reached: (any ReachedStates)?
) -> [[Int]: (state: [Int], steps: Int, count: Int)] {
  var met: [[Int]: (state: [Int], steps: Int, count: Int)] = [:]
  reached?.visit { state, steps in
    let kind = partition.diagram.value(of: partition.classes, at: state)
    guard kind == StateClass.Kind.overlap.rawValue else { return }
    let winners = partition.winners(at: state)
    for (index, later) in winners.enumerated() {
      for earlier in winners.prefix(index) {
        met[[earlier, later], default: (state, steps, 0)].count += 1
      }
    }
  }
  return met
}

/// Which clauses cannot hold together because a single comparison of one contradicts one of the
/// other: most pairs of a large rule set, found out without building anything.
private struct ExclusionTable {
  /// For each clause its variables, and the values each of them may have as bits.
  private var demands: [[(variable: Int, values: UInt64)]] = []
  /// For each clause and variable the permitted values.
  private var permitted: [[UInt64]] = []

  init(_ lowered: LoweredScope) {
    let sizes = lowered.space.variables.map(\.values.count)
    for conjuncts in lowered.conjuncts {
      var row = Array(repeating: UInt64.max, count: sizes.count)
      for literal in conjuncts.compactMap(\.literal) where sizes[literal.variable] <= 64 {
        row[literal.variable] &= literal.values.reduce(0) { $0 | 1 << UInt64($1) }
      }
      permitted.append(row)
      demands.append(row.indices.filter { row[$0] != .max }.map { ($0, row[$0]) })
    }
  }

  func exclude(_ a: Int, _ b: Int) -> Bool {
    let row = permitted[b]
    var index = 0
    while index < demands[a].count {
      let demand = demands[a][index]
      if row[demand.variable] & demand.values == 0 { return true }
      index += 1
    }
    return false
  }
}
