import RulesAnalysis
import RulesLanguage

/// Compares two versions of a scope state by state.
///
/// Both are brought into one diagram, so a clause with the same states is the same node, and only
/// the states in which some clause wins in one version alone need to be looked at.
///
/// A state that one version excludes only because of what the other cannot see (a fact that the
/// other does not have, a finer cut of an Int) is no difference: the other version's state is still
/// there, with other values of these.
func compareScopes(
  _ old: ScopeAnalysis, _ new: ScopeAnalysis
) throws(AnalysisFailure) -> ScopeDifference {
  let oldVariables = old.partition.space.variables
  let newVariables = new.partition.space.variables
  let space = CommonSpace(old: oldVariables, new: newVariables)
  var common = CommonDiagram(space, order: new.partition.diagram.order)
  let former = try version(old, .old, &common)
  let latter = try version(new, .new, &common)
  let matches = matchClauses(former, latter)

  var difference = ScopeDifference(name: new.name)
  difference.facts = space.factChanges(old: oldVariables, new: newVariables)
  difference.clauses = clauseChanges(former, latter, matches)

  let compared = try comparedStates(former, latter, &common)
  difference.compared = common.diagram.count(compared, variables: space.variables.count)
  let suspects = try common.diagram.and(
    compared, try suspectStates(former, latter, matches, &common))
  difference.decisions = try decisionChanges(
    former, latter, matches, among: suspects, compared: compared, &common)
  return difference
}

private func version(
  _ analysis: ScopeAnalysis, _ side: CommonSpace.Side, _ common: inout CommonDiagram
) throws(AnalysisFailure) -> ComparedVersion {
  let partition = analysis.partition
  let nodes = try common.transfer(
    [partition.lowered.consistent] + partition.wins, of: partition, side)
  return ComparedVersion(
    analysis: analysis, consistent: nodes[0], wins: Array(nodes.dropFirst()))
}

/// The states that are consistent in one version, without those that the other excludes only
/// because of what the first cannot see.
private func comparedStates(
  _ old: ComparedVersion, _ new: ComparedVersion, _ common: inout CommonDiagram
) throws(AnalysisFailure) -> DecisionDiagram.Node {
  func excludedUnseen(
    by a: DecisionDiagram.Node, _ b: DecisionDiagram.Node, _ side: CommonSpace.Side,
    _ common: inout CommonDiagram
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let onlyB = try common.diagram.and(b, try common.diagram.not(a))
    return try common.diagram.and(onlyB, try common.blur(a, for: side))
  }
  let either = try common.diagram.or(old.consistent, new.consistent)
  let unseen = try common.diagram.or(
    try excludedUnseen(by: new.consistent, old.consistent, .old, &common),
    try excludedUnseen(by: old.consistent, new.consistent, .new, &common))
  return try common.diagram.and(either, try common.diagram.not(unseen))
}

/// The states in which not the same clauses win: all that can be decided differently.
private func suspectStates(
  _ old: ComparedVersion, _ new: ComparedVersion, _ matches: [Int?], _ common: inout CommonDiagram
) throws(AnalysisFailure) -> DecisionDiagram.Node {
  var suspects = try common.diagram.differing(old.consistent, new.consistent)
  for (index, match) in matches.enumerated() {
    let before = match.map { old.wins[$0] } ?? DecisionDiagram.never
    guard before != new.wins[index] else { continue }
    suspects = try common.diagram.or(
      suspects, try common.diagram.differing(before, new.wins[index]))
  }
  for index in old.wins.indices where !matches.contains(index) {
    suspects = try common.diagram.or(suspects, old.wins[index])
  }
  return suspects
}

extension DecisionDiagram {
  /// The condition that one of them holds and the other does not.
  fileprivate mutating func differing(
    _ a: Node, _ b: Node
  ) throws(AnalysisFailure) -> Node {
    try apply(a, b) { $0 ^ $1 }
  }
}
