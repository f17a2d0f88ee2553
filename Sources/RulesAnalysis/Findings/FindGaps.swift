import RulesLanguage

/// Unhandled states as patterns: some families, and how many states are in none of them.
package struct Gap: Sendable {
  /// Unhandled states that one pattern describes.
  package struct Family: Sendable {
    /// Every consistent state in it is unhandled.
    package let cube: Cube
    /// Its unhandled states that no earlier family has.
    package let size: UInt128
    /// One of these.
    package let witness: [Int]
    /// The variables on which it does not depend whether a state is one of these.
    package let open: [Int]
  }

  /// At most `gapFamilyLimit`.
  package let families: [Family]
  /// The unhandled states in no family.
  package let remainder: UInt128
}

/// The most families that a report lists.
package let gapFamilyLimit = 8

/// The unhandled states of a scope, in families of few literals: a family may contain impossible
/// states, which makes its pattern shorter and adds nothing to its size.
package func gap(of partition: Partition) throws(AnalysisFailure) -> Gap {
  var diagram = partition.diagram
  let variables = partition.space.variables.count
  let handled = try partition.states(&diagram) {
    switch $0 {
    case .rule, .goal, .wait, .overlap: true
    case .unhandled, .broken, .inconsistent: false
    }
  }
  var remaining = try partition.states(&diagram) { $0 == .unhandled }
  var families: [Gap.Family] = []
  while families.count < gapFamilyLimit,
    let state = diagram.firstState(of: remaining, variables: variables)
  {
    let cube = diagram.widen(state, avoiding: handled)
    let inside = try diagram.node(for: cube)
    let added = try diagram.and(remaining, inside)
    let size = diagram.count(added, variables: variables)
    remaining = try diagram.and(remaining, try diagram.not(inside))
    let asked = diagram.variables(of: added)
    families.append(
      Gap.Family(
        cube: cube, size: size, witness: state,
        open: (0..<variables).filter { !asked.contains($0) }))
  }
  return Gap(families: families, remainder: diagram.count(remaining, variables: variables))
}

/// One diagnostic for a scope with unhandled states: how many, which, what nearly covers them.
func findGap(
  _ partition: Partition, _ severity: Diagnostic.Severity
) throws(AnalysisFailure) -> Diagnostic? {
  let counts = partition.counts
  guard counts.unhandled > 0 else { return nil }
  let gap = try gap(of: partition)
  var notes: [Diagnostic.Note] = []
  for family in gap.families {
    notes.append(
      Diagnostic.Note("missing", familyText(family, partition.space)))
    guard let near = nearestClause(to: family.witness, partition) else { continue }
    let note = nearestNote(near, partition)
    if !notes.contains(note) { notes.append(note) }
  }
  if gap.remainder > 0 {
    notes.append(Diagnostic.Note("missing", "and \(states(gap.remainder)) in further families"))
  }
  if let family = gap.families.first {
    let near = nearestClause(to: family.witness, partition)
    notes += suggestClauses(for: family.cube, near, partition)
  }
  let verb = counts.unhandled == 1 ? "has" : "have"
  return Diagnostic(
    "gap", severity, at: partition.scope.position,
    "\(counts.unhandled) of \(counts.consistent) consistent states of \(partition.scope.name) "
      + "\(verb) no rule, wait or goal", notes: notes)
}

private func familyText(_ family: Gap.Family, _ space: StateSpace) -> String {
  let open = family.open.map { space.variables[$0].name }
  let any = open.isEmpty ? "" : ", any \(open.joined(separator: "; "))"
  return "\(space.pattern(family.cube)) (\(states(family.size))\(any))"
}

func states(_ count: UInt128) -> String { count == 1 ? "1 state" : "\(count) states" }

/// A rule or wait that does not hold in a state, and what of its condition fails there.
private struct NearClause {
  var index: Int
  var missing: [Condition]
}

/// The rule or wait with the fewest failing conditions; among equals the one with the most that
/// hold, then the first in the text.
private func nearestClause(to state: [Int], _ partition: Partition) -> NearClause? {
  let lowered = partition.lowered
  let candidates = partition.scope.clauses.indices
    .filter { !partition.scope.clauses[$0].isGoal }
    .map { index in
      NearClause(
        index: index,
        missing: lowered.conjuncts[index].filter {
          lowered.diagram.value(of: $0.node, at: state) == 0
        }.map(\.condition))
    }
  func rank(_ near: NearClause) -> (Int, Int) {
    (near.missing.count, near.missing.count - lowered.conjuncts[near.index].count)
  }
  return candidates.min { rank($0) < rank($1) }
}

private func nearestNote(_ near: NearClause, _ partition: Partition) -> Diagnostic.Note {
  let clause = partition.scope.clauses[near.index]
  let texts = near.missing.map { conditionText($0, in: partition.scope) }
  return Diagnostic.Note(
    "nearest",
    "\(clause.kindName) \(clause.name), which also needs \(texts.joined(separator: ", "))",
    at: clause.position)
}

/// What would close a gap: a rule, or a wait if one condition is missing that can be waited for.
private func suggestClauses(
  for cube: Cube, _ near: NearClause?, _ partition: Partition
) -> [Diagnostic.Note] {
  let pattern = partition.space.pattern(cube)
  let rule = "rule NAME when \(pattern) do ... then ..."
  guard let near, near.missing.count == 1 else { return [Diagnostic.Note("add", rule)] }
  switch near.missing[0] {
  case .related, .fact, .define:
    let cause = conditionText(near.missing[0], in: partition.scope)
    return [
      Diagnostic.Note("add", "wait NAME for \(cause) when \(pattern)"),
      Diagnostic.Note("or", rule),
    ]
  default: return [Diagnostic.Note("add", rule)]
  }
}
