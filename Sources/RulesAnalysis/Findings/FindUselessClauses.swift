import RulesLanguage

/// Warnings for rules and waits that no consistent state needs: they never hold, or where they hold
/// something else wins; and for waits whose causes hold while they wait.
func findUselessClauses(_ partition: Partition) throws(AnalysisFailure) -> [Diagnostic] {
  let scope = partition.scope
  var diagram = partition.diagram
  let waits = try partition.states(&diagram) { $0 == .wait }
  var found: [Diagnostic] = []
  for (index, clause) in scope.clauses.enumerated() where !clause.isGoal {
    if partition.tallies[index].holds == 0 {
      found.append(
        Diagnostic(
          "never-enabled", .warning, at: clause.position,
          "\(clause.kindName) \(clause.name) holds in no consistent state of \(scope.name)",
          about: scope.subject))
    } else if partition.tallies[index].wins == 0 {
      found.append(
        Diagnostic(
          "shadowed-rule", .warning, at: clause.position,
          "\(clause.kindName) \(clause.name) never wins: wherever it holds, "
            + "a clause that is over it holds too",
          notes: try winners(where: index, partition, &diagram), about: scope.subject))
    } else if let vain = try findVainWait(index, partition, waits, &diagram) {
      found.append(vain)
    }
  }
  return found
}

/// The clauses that win somewhere where this one holds.
private func winners(
  where index: Int, _ partition: Partition, _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> [Diagnostic.Note] {
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

/// A wait that waits although everything it waits for has come.
private func findVainWait(
  _ index: Int, _ partition: Partition, _ waits: DecisionDiagram.Node,
  _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> Diagnostic? {
  guard let causes = partition.lowered.causes[index] else { return nil }
  let scope = partition.scope
  let vain = try diagram.all([partition.rawWins[index], causes, waits])
  let variables = partition.space.variables.count
  guard let witness = diagram.firstState(of: vain, variables: variables) else { return nil }
  let clause = scope.clauses[index]
  let texts = clause.causes.map(\.text)
  let isOne = texts.count == 1
  return Diagnostic(
    "wait-cause-holds", .warning, at: clause.position,
    "wait \(clause.name) waits in \(states(diagram.count(vain, variables: variables))) of \(scope.name) in which "
      + "\(texts.joined(separator: ", ")) \(isOne ? "holds" : "hold") already: nothing may wake it",
    notes: [
      Diagnostic.Note("witness", partition.text(of: witness, for: index)),
      Diagnostic.Note("add", "not \(texts[0]) to its condition"),
    ], about: scope.subject)
}

extension Partition {
  /// A state as far as a clause and its causes ask for it.
  fileprivate func text(of state: [Int], for clause: Int) -> String {
    var asked = Set(lowered.literals[clause].map(\.variable))
    if let causes = lowered.causes[clause] { asked.formUnion(diagram.variables(of: causes)) }
    return asked.sorted().map { space.variables[$0].pattern([state[$0]]) }
      .joined(separator: ", ")
  }
}
