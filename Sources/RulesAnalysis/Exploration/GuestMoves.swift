import RulesLanguage

// What others do to a scope.
//
// A sibling replica finalizes the segment both belong to; a visitor (`ServerFailure`) resets the
// replica it looks at; a neighbour sets a flag of this task through a `related`. To the scope being
// explored such a *guest* is a second instance with facts of its own, of which it sees only those
// that they share. The guest's rule is a move here in each state that *some* consistent state of the
// guest agrees with, so its facts are hidden variables of a joint diagram and are projected away:
//
//     possible(here) = exists guest facts: rule wins there, its invariants hold,
//                      and the quantifiers can have these values with both instances in the set.

/// How another scope is related to the explored one.
private enum Relation {
  /// Another scope, or a sibling instance, of the same task.
  case sameTask
  /// It ranges over an each of this scope's task.
  case visitor
  /// It is a scope of the task whose each this scope ranges over.
  case host
  /// It ranges over an each of the same task as this scope does.
  case fellow
  /// It has a related of this task (false), or of the task this scope looks into (true).
  case related(String, isForeign: Bool)
}

/// Adds the moves of all other scopes, and of sibling instances, that change a variable of a scope.
func addGuestMoves(
  to system: inout TransitionSystem, _ scope: Scope, _ space: StateSpace,
  _ others: [String: Partition]
) throws(AnalysisFailure) {
  for guest in Scope.all(of: scope.program) {
    for relation in relations(of: guest, to: scope) {
      let actions = Action.all(of: guest).filter { action in
        isTaskEvent(action, guest, scope, relation)
          || action.effects.contains { effect in
            effect.changes.contains { slot(of: $0.target, guest, relation, scope, space) != nil }
          }
      }
      guard !actions.isEmpty else { continue }
      var guestSpace = others[guest.name]?.space
      if guestSpace == nil { guestSpace = try lowerScope(guest).space }
      guard let guestSpace else { continue }
      var joint = try JointLowering(
        scope, space, guest, guestSpace, isSameTask: relation.isSameTask
      ) { owner in ownerHere(owner, of: guest, relation, scope) }
      for action in actions {
        let move = try makeMove(action, guest, relation, scope, space, &joint, &system)
        if let move { system.moves.append(move) }
      }
    }
  }
}

extension Relation {
  fileprivate var isSameTask: Bool {
    if case .sameTask = self { return true }
    return false
  }
}

private func relations(of guest: Scope, to scope: Scope) -> [Relation] {
  var found: [Relation] = []
  if guest.task.name == scope.task.name {
    if guest.each?.name != scope.each?.name || scope.each != nil { found.append(.sameTask) }
  } else {
    if guest.foreign?.task.name == scope.task.name { found.append(.visitor) }
    if let home = scope.foreign?.task.name {
      if home == guest.task.name { found.append(.host) }
      if home == guest.foreign?.task.name { found.append(.fellow) }
    }
  }
  for related in guest.task.relateds {
    if related.task == scope.task.name {
      found.append(.related(related.name, isForeign: false))
    } else if related.task == scope.foreign?.task.name {
      found.append(.related(related.name, isForeign: true))
    }
  }
  return found
}

/// Task-level events happen to every element, also if they change nothing of it.
private func isTaskEvent(
  _ action: Action, _ guest: Scope, _ scope: Scope, _ relation: Relation
) -> Bool {
  !action.isRule && relation.isSameTask && guest.each == nil && scope.each != nil
}

/// As what the explored scope sees facts that a guest sees under `owner`; nil: it does not.
private func ownerHere(
  _ owner: FactReference.Owner, of guest: Scope, _ relation: Relation, _ scope: Scope
) -> FactReference.Owner? {
  switch (relation, owner) {
  case (.sameTask, .task): .task
  case (.visitor, .foreignTask): .task
  case (.visitor, .foreignElement):
    guest.foreign?.each.name == scope.each?.name ? .element : nil
  case (.host, .task): .foreignTask
  case (.host, .element): guest.each?.name == scope.foreign?.each.name ? .foreignElement : nil
  case (.fellow, .foreignTask): .foreignTask
  case (.fellow, .foreignElement):
    guest.foreign?.each.name == scope.foreign?.each.name ? .foreignElement : nil
  default: nil
  }
}

/// The variable of the explored scope that a guest's change concerns.
private func slot(
  of target: Change.Target, _ guest: Scope, _ relation: Relation, _ scope: Scope,
  _ space: StateSpace
) -> Int? {
  switch (target, relation) {
  case (.fact(let fact), _):
    guard let owner = ownerHere(fact.owner, of: guest, relation, scope) else { return nil }
    return space.slots[FactReference(owner, fact.name)]
  case (.every(let each, let fact), .sameTask):
    return each == scope.each?.name ? space.slots[FactReference(.element, fact)] : nil
  case (.every(let each, let fact), .host):
    return each == scope.foreign?.each.name
      ? space.slots[FactReference(.foreignElement, fact)] : nil
  case (.related(let name, let fact), .related(let related, let isForeign)):
    guard name == related else { return nil }
    return space.slots[FactReference(isForeign ? .foreignTask : .task, fact)]
  case (.related(let name, let fact), .sameTask):
    guard guest.each == nil else { return nil }
    return space.related[RelatedName(related: name, name: fact)]
  default: return nil
  }
}

private func makeMove(
  _ action: Action, _ guest: Scope, _ relation: Relation, _ scope: Scope, _ space: StateSpace,
  _ joint: inout JointLowering, _ system: inout TransitionSystem
) throws(AnalysisFailure) -> Move? {
  let condition = try joint.condition(of: action)
  var alternatives: [Move.Alternative] = []
  let all = try action.alternatives(space.variables, system.layout) {
    slot(of: $0, guest, relation, scope, space)
  }
  for (index, effect) in action.effects.enumerated() {
    let isPossible = try joint.isPossible(effect) {
      slot(of: $0, guest, relation, scope, space) != nil
    }
    let here = try joint.project(condition, isPossible)
    guard here != DecisionDiagram.never else { continue }
    var alternative = all[index]
    alternative.condition = system.diagram.add([here], of: joint.lowering.diagram)[0]
    alternatives.append(alternative)
  }
  guard !alternatives.isEmpty else { return nil }
  // In its own task's scopes, nobody may count on what a visitor does.
  let isVisitor = guest.foreign?.task.name == scope.task.name
  return Move(
    name: moveName(action, guest, relation, scope),
    kind: isTaskEvent(action, guest, scope, relation) ? .event(part: 0) : .guest,
    clause: (action.name, action.position), isDependable: action.isDependable && !isVisitor,
    condition: FlatDiagram.always, alternatives: alternatives)
}

private func moveName(
  _ action: Action, _ guest: Scope, _ relation: Relation, _ scope: Scope
) -> String {
  switch relation {
  case .sameTask:
    guard let each = guest.each?.name else { return action.name }
    return each == scope.each?.name
      ? "\(action.name) of another \(each)" : "\(action.name) of a \(each)"
  case .related:
    return guest.task.name == scope.task.name
      ? "\(action.name) of another \(guest.name)" : "\(action.name) of a \(guest.name)"
  case .visitor, .host, .fellow: return "\(action.name) of \(guest.name)"
  }
}
