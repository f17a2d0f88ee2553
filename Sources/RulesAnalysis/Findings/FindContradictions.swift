import RulesLanguage

/// The most invariants of a scope for which the contradicting ones are looked for: each costs
/// another state space.
private let invariantLimit = 40

/// Invariants of a scope that exclude all its states, or all its initial ones, and of which none can
/// be left out for that. Empty if they are not known: foreign invariants are part of it, or there
/// are too many, or without some of them the scope is too large.
func contradictingAlways(of scope: Scope, initially: Bool) -> [AlwaysModel] {
  var core = Array(scope.always.indices)
  guard core.count <= invariantLimit else { return [] }
  do throws(AnalysisFailure) {
    for index in core.reversed() {
      let fewer = core.filter { $0 != index }
      if try excludesAll(scope.keeping(fewer), initially: initially) { core = fewer }
    }
  } catch {
    // The finding stands without them.
    return []
  }
  return core.map { scope.always[$0] }
}

private func excludesAll(_ scope: Scope, initially: Bool) throws(AnalysisFailure) -> Bool {
  var lowered = try lowerScope(scope)
  let initial = initially ? lowered.initial : DecisionDiagram.always
  return try lowered.diagram.and(lowered.consistent, initial) == DecisionDiagram.never
}

extension Scope {
  /// The same with some of its invariants, by their indices in `always`.
  fileprivate func keeping(_ indices: [Int]) -> Scope {
    let count = task.body.always.count
    var task = task
    var each = each
    task.body.always = indices.filter { $0 < count }.map { always[$0] }
    each?.body.always = indices.filter { $0 >= count }.map { always[$0] }
    if let each, let index = task.eaches.firstIndex(where: { $0.name == each.name }) {
      task.eaches[index] = each
    }
    var program = program
    if let index = program.tasks.firstIndex(where: { $0.name == task.name }) {
      program.tasks[index] = task
    }
    return Scope(program, task, each)
  }
}

/// A line for each of them.
func alwaysNotes(_ core: [AlwaysModel]) -> [Diagnostic.Note] {
  core.map { always in
    let label = always.label.map { " \"\($0)\"" } ?? ""
    return Diagnostic.Note("note", "always\(label) \(always.text)", at: always.position)
  }
}
