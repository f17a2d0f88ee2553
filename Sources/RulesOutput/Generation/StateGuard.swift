import RulesAnalysis
import RulesLanguage

/// A state that must not exist, caught before the decision, which then need not think of it.
struct StateGuard {
  /// Holds in the states to report.
  let condition: SwiftExpression
  /// The lazy variables that must have been read before.
  var lazies: Set<Int> = []
  /// What the rules say about them.
  let comment: String
  let leaf: Leaf

  /// Chains out of order and Ints out of bounds first: no value that the analysis knows stands for
  /// these. Then every `always`.
  static func all(
    of partition: Partition, _ names: ScopeNames, _ table: LeafTable
  ) -> [StateGuard] {
    let scope = partition.scope
    var guards: [StateGuard] = []
    for (index, leaf) in table.misplaced {
      let variable = partition.space.variables[index]
      var broken: [SwiftExpression] = []
      let facts = variable.members.map(names.ofState.fact)
      if let chain = variable.chain {
        broken = chain.links.indices.map { link in
          let sign = chain.links[link] == .less ? ">=" : ">"
          return .atom("\(facts[link]) \(sign) \(facts[link + 1])")
        }
      } else if let domain = variable.integer {
        if let lower = domain.lower { broken.append(.atom("\(facts[0]) < \(lower)")) }
        if let upper = domain.upper { broken.append(.atom("\(facts[0]) > \(upper)")) }
      }
      guards.append(
        StateGuard(
          condition: .any(broken), lazies: variable.isLazy ? [index] : [],
          comment: table.leaves[leaf].name, leaf: table.leaves[leaf]))
    }
    for (always, leaf) in zip(scope.always, table.leaves[table.broken]) {
      guards.append(
        StateGuard(
          condition: scope.swift(always.condition, names.ofState, isNegated: true),
          lazies: partition.space.lazyVariables(in: scope.facts(in: always.condition)),
          comment: "always " + (always.label.map { "\"\($0)\"" } ?? always.text), leaf: leaf))
    }
    return guards
  }
}
