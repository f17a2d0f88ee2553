import RulesAnalysis
import RulesLanguage

/// One version of a scope with its clauses' states in the common diagram.
struct ComparedVersion {
  var analysis: ScopeAnalysis
  /// The consistent states.
  var consistent: DecisionDiagram.Node
  /// Where each clause wins.
  var wins: [DecisionDiagram.Node]

  var clauses: [ClauseModel] { analysis.partition.scope.clauses }
}

/// Which clause of the old version is which of the new one: for each new clause the old one's index.
///
/// A rule or wait keeps its name. What is left is matched by the states in which it wins, as far as
/// both versions have these states; the number in the name of a goal means nothing, so goals are
/// matched by states first.
func matchClauses(_ old: ComparedVersion, _ new: ComparedVersion) -> [Int?] {
  var matches: [Int?] = new.clauses.map { _ in nil }
  var free = Set(old.clauses.indices)
  func match(_ isSame: (Int, Int) -> Bool) {
    for index in new.clauses.indices where matches[index] == nil {
      let candidate = old.clauses.indices.first {
        free.contains($0) && old.clauses[$0].kindName == new.clauses[index].kindName
          && isSame($0, index)
      }
      guard let candidate else { continue }
      matches[index] = candidate
      free.remove(candidate)
    }
  }
  func haveSameStates(_ a: Int, _ b: Int) -> Bool {
    old.wins[a] == new.wins[b] && old.wins[a] != DecisionDiagram.never
  }
  func haveSameName(_ a: Int, _ b: Int) -> Bool { old.clauses[a].name == new.clauses[b].name }
  match { haveSameName($0, $1) && haveSameStates($0, $1) }
  match { old.clauses[$0].isGoal && haveSameStates($0, $1) }
  match(haveSameName)
  match(haveSameStates)
  return matches
}

/// What became of the clauses: in the order of the new version, then those that are gone.
func clauseChanges(
  _ old: ComparedVersion, _ new: ComparedVersion, _ matches: [Int?]
) -> [ClauseChange] {
  var changes: [ClauseChange] = []
  for (index, clause) in new.clauses.enumerated() {
    guard let match = matches[index] else {
      changes.append(
        .added(
          kind: clause.kindName, name: clause.name, handles: new.analysis.clauses[index].handles))
      continue
    }
    let former = old.clauses[match]
    if former.name != clause.name {
      changes.append(.renamed(kind: clause.kindName, from: former.name, to: clause.name))
    }
    let parts = changedParts(former, clause)
    if !parts.isEmpty {
      changes.append(.changed(kind: clause.kindName, name: clause.name, parts: parts))
    }
  }
  for (index, clause) in old.clauses.enumerated() where !matches.contains(index) {
    changes.append(
      .removed(
        kind: clause.kindName, name: clause.name, handles: old.analysis.clauses[index].handles))
  }
  return changes
}

/// What of a clause changed beside its states.
private func changedParts(_ old: ClauseModel, _ new: ClauseModel) -> [String] {
  switch (old.kind, new.kind) {
  case (.rule(let action, let effects), .rule(let newAction, let newEffects)):
    return (action.text == newAction.text ? [] : ["do"]) + (effects == newEffects ? [] : ["then"])
  case (.wait(let causes, let warnAfter), .wait(let newCauses, let newWarnAfter)):
    return (causes == newCauses ? [] : ["for"]) + (warnAfter == newWarnAfter ? [] : ["warn after"])
  default: return []
  }
}
