import RulesLanguage

/// One diagnostic for a scope with unhandled states: how many, which, whether they can happen, what
/// nearly covers them, and what to write.
func findGap(
  _ analysis: ScopeAnalysis, _ severity: Diagnostic.Severity, _ edits: SourceEdits
) -> Diagnostic? {
  let partition = analysis.partition
  let counts = analysis.counts
  guard counts.unhandled > 0 else { return nil }
  let reached = analysis.exploration?.reached
  var notes: [Diagnostic.Note] = []
  for family in analysis.gap.families {
    notes.append(Diagnostic.Note("missing", familyText(family, partition.space)))
    if let happens = happensNote(family.witness, family.steps, reached) { notes.append(happens) }
    guard let near = nearestClause(to: family.witness, partition) else { continue }
    let note = nearestNote(near, partition)
    if !notes.contains(note) { notes.append(note) }
  }
  if analysis.gap.remainder > 0 {
    notes.append(
      Diagnostic.Note("missing", "and \(states(analysis.gap.remainder)) in further families"))
  }
  var fixes: [Diagnostic.Fix] = []
  if let family = analysis.gap.families.first {
    let near = nearestClause(to: family.witness, partition)
    for (index, clause) in suggestedClauses(for: family.cube, near, partition).enumerated() {
      notes.append(Diagnostic.Note(index == 0 ? "add" : "or", clause.text))
      if let edit = edits.insertion(of: clause.text, atEndOfScope: partition.scope.position) {
        fixes.append(Diagnostic.Fix("Add \(clause.kind) \(clause.name)", [edit]))
      }
    }
  }
  let verb = counts.unhandled == 1 ? "has" : "have"
  return Diagnostic(
    "gap", severity, at: partition.scope.position,
    "\(counts.unhandled) of \(counts.consistent) consistent states of \(partition.scope.name) "
      + "\(verb) no rule, wait or goal", notes: notes, fixes: fixes, about: partition.scope.subject)
}

/// `happens  reachable in 5 steps: R1, R2, reply, R3, finalize`; nil: not known.
func happensNote(
  _ witness: [Int], _ steps: Int?, _ reached: (any ReachedStates)?
) -> Diagnostic.Note? {
  guard let reached else { return nil }
  guard let steps else {
    return Diagnostic.Note("happens", "never, as long as effects and events are as declared")
  }
  guard steps > 0 else { return Diagnostic.Note("happens", "a new instance may be in it") }
  let moves = reached.trace(to: witness).dropFirst().map(\.move)
  return Diagnostic.Note(
    "happens",
    "reachable in \(steps) \(steps == 1 ? "step" : "steps"): \(moves.joined(separator: ", "))")
}

/// Names of facts that a family does not depend on; more are only counted.
private let openLimit = 6

private func familyText(_ family: Gap.Family, _ space: StateSpace) -> String {
  let names = family.open.map { space.variables[$0].name }
  let any =
    names.isEmpty
    ? ""
    : names.count > openLimit
      ? ", any value of the \(names.count) others" : ", any \(names.joined(separator: "; "))"
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
  var best: (index: Int, missing: Int)?
  for index in partition.scope.clauses.indices where !partition.scope.clauses[index].isGoal {
    let conjuncts = lowered.conjuncts[index]
    let missing = conjuncts.count { lowered.diagram.value(of: $0.node, at: state) == 0 }
    let isNearer = best.map { best in
      (missing, lowered.conjuncts[best.index].count) < (best.missing, conjuncts.count)
    }
    if isNearer ?? true { best = (index, missing) }
  }
  return best.map { best in
    NearClause(
      index: best.index,
      missing: lowered.conjuncts[best.index].filter {
        lowered.diagram.value(of: $0.node, at: state) == 0
      }.map(\.condition))
  }
}

private func nearestNote(_ near: NearClause, _ partition: Partition) -> Diagnostic.Note {
  let clause = partition.scope.clauses[near.index]
  let texts = near.missing.map { conditionText($0, in: partition.scope) }
  let title = "\(clause.kindName) \(clause.name)"
  return Diagnostic.Note(
    "nearest",
    texts.isEmpty
      ? "\(title), which holds there and is overruled"
      : "\(title), which also needs \(texts.joined(separator: ", "))",
    at: clause.position)
}

private struct SuggestedClause {
  var kind: String
  var name: String
  var text: String
}

/// What would close a gap: a rule, or first a wait if one condition is missing that can be waited
/// for.
private func suggestedClauses(
  for cube: Cube, _ near: NearClause?, _ partition: Partition
) -> [SuggestedClause] {
  let scope = partition.scope
  let pattern = partition.space.pattern(cube)
  var clauses: [SuggestedClause] = []
  if let near, near.missing.count == 1 {
    switch near.missing[0] {
    case .related, .fact, .define:
      let cause = conditionText(near.missing[0], in: scope)
      let name = freeName("W", in: scope)
      clauses.append(
        SuggestedClause(
          kind: "wait", name: name, text: "wait \(name) for \(cause) when \(pattern)"))
    default: break
    }
  }
  let name = freeName("R", in: scope)
  clauses.append(
    SuggestedClause(
      kind: "rule", name: name,
      text: "rule \(name) when \(pattern) do handle\(name)()"))
  return clauses
}

/// `R8`: the first name after those of this kind that the task has not.
private func freeName(_ prefix: String, in scope: Scope) -> String {
  let task = scope.task
  var taken = Set(task.relateds.map(\.name) + task.eaches.map(\.name))
  for body in [task.body] + task.eaches.map(\.body) {
    taken.formUnion(body.clauses.map(\.name) + body.events.map(\.name))
    taken.formUnion(body.defines.map(\.name) + body.variables.flatMap(\.factNames))
  }
  var number = scope.clauses.count { $0.name.hasPrefix(prefix) } + 1
  while taken.contains("\(prefix)\(number)") { number += 1 }
  return "\(prefix)\(number)"
}
