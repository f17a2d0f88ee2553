import RulesLanguage

/// Warnings for rules and waits that no consistent state needs: they never hold, or where they hold
/// something else wins.
func findUselessClauses(_ partition: Partition) throws(AnalysisFailure) -> [Diagnostic] {
  var found: [Diagnostic] = []
  for (index, clause) in partition.scope.clauses.enumerated() where !clause.isGoal {
    if partition.holds[index] == DecisionDiagram.never {
      found.append(
        Diagnostic(
          "never-enabled", .warning, at: clause.position,
          "\(clause.kindName) \(clause.name) holds in no consistent state of "
            + partition.scope.name))
    } else if partition.wins[index] == DecisionDiagram.never {
      found.append(
        Diagnostic(
          "shadowed-rule", .warning, at: clause.position,
          "\(clause.kindName) \(clause.name) never wins: wherever it holds, "
            + "a clause that is over it holds too",
          notes: try winners(where: index, partition)))
    }
  }
  return found
}

/// The clauses that win somewhere where this one holds.
private func winners(
  where index: Int, _ partition: Partition
) throws(AnalysisFailure) -> [Diagnostic.Note] {
  var diagram = partition.diagram
  var notes: [Diagnostic.Note] = []
  for (other, clause) in partition.scope.clauses.enumerated() {
    let both = try diagram.and(partition.holds[index], partition.wins[other])
    guard both != DecisionDiagram.never else { continue }
    notes.append(
      Diagnostic.Note(
        "note", "\(clause.kindName) \(clause.name) wins here", at: clause.position))
  }
  return notes
}
