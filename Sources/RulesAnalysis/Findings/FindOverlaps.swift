import RulesLanguage

/// One diagnostic for each pair, at the later clause.
func findOverlaps(
  _ analysis: ScopeAnalysis, _ severity: Diagnostic.Severity, _ edits: SourceEdits
) -> [Diagnostic] {
  let scope = analysis.partition.scope
  var found = analysis.overlaps.map { overlap in
    overlapDiagnostic(
      overlap, size: states(overlap.size), analysis.partition.lowered, edits,
      happens: happensNote(overlap.witness, overlap.steps, analysis.exploration?.reached), severity)
  }
  if analysis.overlaps.count == overlapLimit {
    found.append(
      Diagnostic(
        "budget", .warning, at: scope.position,
        "\(analysis.counts.overlap) states of \(scope.name) are claimed by contradicting clauses; "
          + "only the first \(overlapLimit) pairs of clauses are reported", about: scope.subject))
  }
  return found
}

/// - Parameter size: `16 states`, `at least 1 state`.
func overlapDiagnostic(
  _ overlap: Overlap, size: String, _ lowered: LoweredScope, _ edits: SourceEdits,
  happens: Diagnostic.Note?, _ severity: Diagnostic.Severity
) -> Diagnostic {
  let scope = lowered.scope
  let first = scope.clauses[overlap.earlier]
  let second = scope.clauses[overlap.later]
  var fixes: [Diagnostic.Fix] = []
  for (winner, loser) in [(second, first), (first, second)] {
    if let edit = edits.overruling(loser.nameInOver, by: winner) {
      fixes.append(Diagnostic.Fix("Let \(winner.name) win over \(loser.name)", [edit]))
    }
  }
  let winner = second.isGoal ? first : second
  let loser = second.isGoal ? second : first
  var notes = [Diagnostic.Note("witness", witnessText(overlap, lowered))]
  if let happens { notes.append(happens) }
  notes.append(
    Diagnostic.Note("note", "\(first.kindName) \(first.name) is here", at: first.position))
  notes.append(
    Diagnostic.Note(
      "add",
      "a condition that tells them apart, or say who wins: "
        + "\(winner.kindName) \(winner.name) over \(loser.nameInOver)"))
  return Diagnostic(
    "overlap", severity, at: second.position,
    "\(first.name) and \(second.name) both hold in \(size) of \(scope.name)",
    notes: notes, fixes: fixes, about: scope.subject)
}

/// What the two clauses ask for, in the witness: nothing else matters to them.
private func witnessText(_ overlap: Overlap, _ lowered: LoweredScope) -> String {
  let asked = Set(
    (lowered.literals[overlap.earlier] + lowered.literals[overlap.later]).map(\.variable))
  let texts = asked.sorted().map { lowered.space.variables[$0].pattern([overlap.witness[$0]]) }
  return texts.isEmpty ? "any state" : texts.joined(separator: ", ")
}

extension ClauseModel {
  /// As an `over` names it.
  fileprivate var nameInOver: String { isGoal ? "goal" : name }
}
