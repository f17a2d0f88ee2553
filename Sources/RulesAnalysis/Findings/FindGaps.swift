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
  let edits = SourceEdits(partition.scope.program, file: partition.scope.position.file)
  var fixes: [Diagnostic.Fix] = []
  func fix(_ title: String, _ text: String) {
    if let edit = edits.insertion(of: text, atEndOfScope: partition.scope.position) {
      fixes.append(Diagnostic.Fix(title, [edit]))
    }
  }
  var notes: [Diagnostic.Note] = []
  var isFirstWay = true
  var promises: [Diagnostic.Note] = []
  for family in analysis.gap.families {
    notes.append(Diagnostic.Note("missing", familyText(family, partition.space)))
    if let happens = happensNote(family.witness, family.steps, reached, in: family) {
      notes.append(happens)
    }
    if let reached, let steps = family.steps, steps > 0, isFirstWay {
      notes += stepNotes(to: family.witness, reached, partition.space)
      isFirstWay = false
    }
    if let near = nearestClause(to: family.witness, partition) {
      let note = nearestNote(near, partition)
      if !notes.contains(note) { notes.append(note) }
    }
    if let promise = promise(without: family, reached, partition.space) {
      promises.append(Diagnostic.Note(promises.isEmpty ? "add" : "and", promise))
      fix("Promise that this cannot be", promise)
    }
  }
  if analysis.gap.remainder > 0 {
    notes.append(
      Diagnostic.Note("missing", "and \(states(analysis.gap.remainder)) in further families"))
  }
  if let family = analysis.gap.families.first {
    let near = nearestClause(to: family.witness, partition)
    for (index, clause) in suggestedClauses(for: family.cube, near, partition).enumerated() {
      notes.append(Diagnostic.Note(index == 0 ? "add" : "or", clause.text))
      fix("Add \(clause.kind) \(clause.name)", clause.text)
    }
  }
  notes += promises
  let verb = counts.unhandled == 1 ? "has" : "have"
  return Diagnostic(
    "gap", severity, at: partition.scope.position,
    "\(counts.unhandled) of \(counts.consistent) consistent states of \(partition.scope.name) "
      + "\(verb) no rule, wait or goal", notes: notes, fixes: fixes, about: partition.scope.subject)
}

/// `happens  reachable in 5 steps: R1, R2, reply, R3, finalize`; nil: not known.
func happensNote(
  _ witness: [Int], _ steps: Int?, _ reached: (any ReachedStates)?, in family: Gap.Family? = nil
) -> Diagnostic.Note? {
  guard let reached else { return nil }
  guard let steps else {
    return Diagnostic.Note("happens", "never, as long as effects and events are as declared")
  }
  var which = ""
  if let family, let count = family.reachable, count < family.size {
    which = count == 1 ? "1 of them is " : "\(count) of them are "
  }
  guard steps > 0 else {
    let rest = which.isEmpty ? "" : "; \(which)reachable"
    return Diagnostic.Note("happens", "a new instance may be in it\(rest)")
  }
  let moves = reached.trace(to: witness).dropFirst().map(\.move)
  let order = which.isEmpty || family?.reachable == 1 ? "" : ", the first"
  return Diagnostic.Note(
    "happens",
    "\(which)reachable\(order) in \(steps) \(steps == 1 ? "step" : "steps"): "
      + moves.joined(separator: ", "))
}

/// The most steps that are told one by one.
private let stepLimit = 16

/// What each move on a shortest way changes.
private func stepNotes(
  to witness: [Int], _ reached: any ReachedStates, _ space: StateSpace
) -> [Diagnostic.Note] {
  let way = reached.trace(to: witness)
  guard let start = way.first, way.count <= stepLimit + 1 else { return [] }
  var notes: [Diagnostic.Note] = []
  let open = space.variables.indices.filter { space.variables[$0].initialValue == nil }
  if !open.isEmpty {
    let texts = open.map { space.variables[$0].pattern([start.state[$0]]) }
    notes.append(Diagnostic.Note("start", texts.joined(separator: ", ")))
  }
  for step in way.indices.dropFirst() {
    let changes = differences(
      space.variables, from: way[step - 1].state, to: way[step].state
    ).map(\.text)
    let text = changes.isEmpty ? "no change" : changes.joined(separator: ", ")
    notes.append(Diagnostic.Note("step", "\(step). \(way[step].move): \(text)"))
  }
  return notes
}

/// The `always` that says of a family which cannot be reached that it cannot be; nil if some state
/// in it can be, or if it is about others, of whom nothing can be promised.
private func promise(
  without family: Gap.Family, _ reached: (any ReachedStates)?, _ space: StateSpace
) -> String? {
  guard let reached, family.steps == nil else { return nil }
  var isReached = false
  reached.visit { state, _ in if family.cube.contains(state) { isReached = true } }
  let isAboutFacts = space.variables.indices.allSatisfy { index in
    if family.cube.values[index].count == space.variables[index].values.count { return true }
    if case .fact = space.variables[index].origin { return true }
    return false
  }
  guard !isReached, isAboutFacts else { return nil }
  let literals = space.variables.indices.filter {
    family.cube.values[$0].count < space.variables[$0].values.count
  }
  guard literals.count == 1 else { return "always not (\(space.pattern(family.cube)))" }
  let variable = space.variables[literals[0]]
  let rest = variable.values.indices.filter { !family.cube.values[literals[0]].contains($0) }
  return "always \(variable.pattern(rest))"
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
