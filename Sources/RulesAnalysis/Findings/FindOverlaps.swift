import RulesLanguage

/// Two clauses of which a state cannot have both: two rules, or a rule and a wait or goal.
package struct Overlap: Sendable {
  /// Indices of clauses, in text order.
  package let earlier, later: Int
  /// The states in which both win. A state with more winners counts for each of its pairs.
  package let size: UInt128
  /// One of them.
  package let witness: [Int]
}

/// The overlaps of a scope, by the later clause, then the earlier one.
package func overlaps(of partition: Partition) throws(AnalysisFailure) -> [Overlap] {
  let clauses = partition.scope.clauses
  var diagram = partition.diagram
  var found: [Overlap] = []
  for later in clauses.indices {
    for earlier in 0..<later where clauses[earlier].isRule || clauses[later].isRule {
      let both = try diagram.and(partition.wins[earlier], partition.wins[later])
      let variables = partition.space.variables.count
      guard let witness = diagram.firstState(of: both, variables: variables) else { continue }
      found.append(
        Overlap(
          earlier: earlier, later: later, size: diagram.count(both, variables: variables),
          witness: witness))
    }
  }
  return found
}

/// One diagnostic for each pair, at the later clause.
func findOverlaps(
  _ partition: Partition, _ severity: Diagnostic.Severity
) throws(AnalysisFailure) -> [Diagnostic] {
  try overlaps(of: partition).map { overlap in
    let first = partition.scope.clauses[overlap.earlier]
    let second = partition.scope.clauses[overlap.later]
    return Diagnostic(
      "overlap", severity, at: second.position,
      "\(first.name) and \(second.name) both hold in \(states(overlap.size)) of "
        + partition.scope.name,
      notes: [
        Diagnostic.Note("witness", partition.space.text(of: overlap.witness)),
        Diagnostic.Note("note", "\(first.kindName) \(first.name) is here", at: first.position),
        Diagnostic.Note(
          "add",
          "a condition that tells them apart, or say who wins: "
            + "\(second.kindName) \(second.name) over \(first.isGoal ? "goal" : first.name)"),
      ])
  }
}
