import RulesLanguage

/// The state space of a scope: its variables in the order of the language's definition - the task's
/// facts, the each's own, the foreign facts that its conditions mention, names of related tasks,
/// quantifiers. A state picks one value of each.
package struct StateSpace: Sendable {
  /// In the order of the definition; a state has a value index for each.
  package let variables: [StateVariable]
  /// The variable of each fact of the scope (chain members share theirs).
  package let slots: [FactReference: Int]
  /// The variable of each name of a related task.
  package let related: [RelatedName: Int]
  /// The variable of each quantifier as it occurs; bodies that mean the same share one.
  package let quantifiers: [UniversalQuantifier: Int]

  /// The number of all states; nil when 128 bits cannot hold it.
  package var abstractCount: UInt128? {
    var count: UInt128 = 1
    for variable in variables {
      let (product, overflow) = count.multipliedReportingOverflow(
        by: UInt128(variable.values.count))
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// The fact variables of a scope that conditions mention, without atoms.
  static func factVariables(of scope: Scope, _ mentions: Mentions) -> [StateVariable] {
    let program = scope.program
    var variables = scope.task.body.variables.map { StateVariable(.task, $0, program) }
    variables += (scope.each?.body.variables ?? []).map { StateVariable(.element, $0, program) }
    var mentioned = mentions
    for quantifier in mentions.quantifiers where quantifier.each == scope.each?.name {
      mentioned.add(quantifier.body)
    }
    return variables
      + foreignVariables(of: scope).filter { $0.facts.contains { mentioned.facts.contains($0) } }
  }

  /// All facts that the scope's each sees of the each it ranges over.
  static func foreignVariables(of scope: Scope) -> [StateVariable] {
    guard let foreign = scope.foreign else { return [] }
    let program = scope.program
    return foreign.task.body.variables.map { StateVariable(.foreignTask, $0, program) }
      + foreign.each.body.variables.map { StateVariable(.foreignElement, $0, program) }
  }
}
