import RulesLanguage

/// The changes of one alternative that concern one variable.
package struct VariableChange {
  /// The variable, as whoever grouped them numbers it.
  package var slot: Int
  /// In text order; of a chain perhaps several.
  package var changes: [(member: String, value: Change.Value)]

  /// Groups changes by the variable they concern, in text order; others are left out.
  package static func grouped(_ changes: [Change], slot: (Change.Target) -> Int?)
    -> [VariableChange]
  {
    var groups: [VariableChange] = []
    for change in changes {
      guard let slot = slot(change.target) else { continue }
      let entry = (change.target.fact, change.value)
      if let known = groups.firstIndex(where: { $0.slot == slot }) {
        groups[known].changes.append(entry)
      } else {
        groups.append(VariableChange(slot: slot, changes: [entry]))
      }
    }
    return groups
  }
}

extension Change.Target {
  /// The name of the fact that is changed.
  var fact: String {
    switch self {
    case .fact(let fact): fact.name
    case .every(_, let fact), .related(_, let fact): fact
    }
  }
}

extension Effect {
  /// What it changes; nothing if it is `stay`.
  package var changes: [Change] {
    if case .changes(let changes) = self { return changes }
    return []
  }

  /// Whether it is `stay after`.
  var isPause: Bool {
    if case .stay(.some) = self { return true }
    return false
  }
}

/// A rule or an event of a scope: what can change facts.
struct Action {
  var name: String
  var position: SourcePosition
  var isRule: Bool
  /// All rules, and events that are `fair`.
  var isDependable: Bool
  /// The clause's index of a rule, the event's of an event.
  var index: Int
  /// One alternative each; never empty.
  var effects: [Effect]

  /// In text order, rules first.
  static func all(of scope: Scope) -> [Action] {
    var actions: [Action] = []
    for (index, clause) in scope.clauses.enumerated() {
      guard case .rule(_, let effects) = clause.kind else { continue }
      actions.append(
        Action(
          name: clause.name, position: clause.position, isRule: true, isDependable: true,
          index: index, effects: effects.isEmpty ? [.stay(afterMilliseconds: nil)] : effects))
    }
    for (index, event) in scope.body.events.enumerated() {
      actions.append(
        Action(
          name: event.name, position: event.position, isRule: false, isDependable: event.isFair,
          index: index,
          effects: event.effects.isEmpty ? [.stay(afterMilliseconds: nil)] : event.effects))
    }
    return actions
  }
}

extension Action {
  /// What happens to the variables of a system; `slot` says which variable a change concerns.
  func alternatives(
    _ variables: [StateVariable], _ layout: WordLayout, slot: (Change.Target) -> Int?
  ) throws(AnalysisFailure) -> [Move.Alternative] {
    var alternatives: [Move.Alternative] = []
    for effect in effects {
      var alternative = Move.Alternative()
      alternative.isPause = effect.isPause
      for change in VariableChange.grouped(effect.changes, slot: slot) {
        let outcomes = try checkedOutcomes(of: variables[change.slot], change.changes)
        alternative.add(outcomes, of: change.slot, layout)
      }
      alternatives.append(alternative)
    }
    return alternatives
  }
}

/// The most orderings, and members, of a chain whose outcomes are worked out.
private let orderingLimit = 256
private let memberLimit = 30

/// `outcomes`, for chains of a reasonable size.
package func checkedOutcomes(
  of variable: StateVariable, _ changes: [(member: String, value: Change.Value)]
) throws(AnalysisFailure) -> [[Int]] {
  if let chain = variable.chain, chain.count > orderingLimit || chain.members.count > memberLimit {
    throw .unsupported("changes of a chain of more than \(orderingLimit) orderings")
  }
  return outcomes(of: variable, changes)
}
