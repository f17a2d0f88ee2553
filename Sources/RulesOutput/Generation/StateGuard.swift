import RulesAnalysis
import RulesLanguage

/// A state that must not exist, caught before the decision, which then need not think of it.
struct StateGuard {
  /// Holds in the states to report.
  let condition: SwiftExpression
  /// What the rules say about them.
  let comment: String
  let leaf: Leaf

  /// Chains out of order first: no ordering of their members is among the values the analysis knows.
  /// Then every `always`.
  static func all(
    of partition: Partition, _ names: ScopeNames, _ cases: inout UniqueNames
  ) -> [StateGuard] {
    let scope = partition.scope
    var guards: [StateGuard] = []
    for variable in partition.space.variables {
      guard case .fact(_, let model) = variable.origin, let chain = variable.chain else { continue }
      let facts = variable.facts.map(names.ofState.fact)
      let broken = chain.links.indices.map { link -> SwiftExpression in
        let sign = chain.links[link] == .less ? ">=" : ">"
        return .atom("\(facts[link]) \(sign) \(facts[link + 1])")
      }
      guards.append(
        StateGuard(
          condition: .any(broken), comment: variable.name,
          leaf: Leaf(
            name: variable.name, enumCase: cases.make("outOfOrder"), kind: "impossible",
            line: model.position.line)))
    }
    for (number, always) in scope.always.enumerated() {
      guards.append(
        StateGuard(
          condition: scope.swift(always.condition, names.ofState, isNegated: true),
          comment: "always " + (always.label.map { "\"\($0)\"" } ?? always.text),
          leaf: Leaf(
            name: "always", enumCase: cases.make("broken\(number + 1)"), kind: "impossible",
            line: always.position.line, label: always.label ?? always.text)))
    }
    return guards
  }
}
