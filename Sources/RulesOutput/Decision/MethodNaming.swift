import RulesAnalysis
import RulesLanguage

/// The name and comment of a method, after what is known when it is called.
struct MethodNaming {
  private let names: ScopeNames
  /// For each variable its possible values, ascending.
  private let cube: Cube

  /// - Parameter masks: for each variable of the scope the possible values, as a bit mask; empty:
  ///   nothing is known.
  init(_ names: ScopeNames, _ masks: [UInt64]) {
    self.names = names
    cube = Cube(
      values: names.space.variables.enumerated().map { index, variable in
        let all = Array(variable.values.indices)
        guard masks.indices.contains(index), all.count <= 64 else { return all }
        return all.filter { masks[index] & (1 << UInt64($0)) != 0 }
      })
  }

  /// As the rules would write it: `rpc == idle, not finalized`.
  var comment: String { names.space.pattern(cube) }

  /// `decideReplicaWhenRpcIsIdle`, `decideReplicaByFooter`, `fireReplicaR4`. Not yet unique.
  func name(
    of target: DecisionGraph.Target, _ graph: DecisionGraph, _ outcomes: [Outcome]
  ) -> String {
    let stem = names.stem
    switch target {
    case .outcome(let outcome):
      let clauses = names.scope.clauses
      switch outcomes[outcome] {
      case .fire(let rule): return "fire\(stem)\(clauses[rule].name)"
      case .fireFirst(let rule): return "fire\(stem)\(clauses[rule].name)First"
      case .wait(let waits):
        return "wait\(stem)" + waits.map { clauses[$0].name }.joined(separator: "And")
      case .reachGoal(let goals): return "reach\(stem)\(capitalized(clauses[goals[0]].name))"
      case .unhandled: return "report\(stem)Unhandled"
      case .inconsistent: return "report\(stem)Inconsistent"
      }
    case .node(let index):
      let known = cube.values.indices.compactMap(word(of:))
      if !known.isEmpty {
        return "decide\(stem)When" + known.suffix(2).joined(separator: "And")
      }
      return "decide\(stem)By" + capitalized(names.propertyName(graph.nodes[index].variable))
    case .nowhere: return "decide\(stem)"
    }
  }

  /// `RpcIsIdle`, `NotFinalized`; nil when nothing short is known about the variable.
  private func word(of index: Int) -> String? {
    let variable = names.space.variables[index]
    let values = cube.values[index]
    guard values.count == 1, variable.chain == nil, variable.integer == nil else {
      return nil
    }
    let name = capitalized(names.propertyName(index))
    if variable.isBool { return values == [1] ? name : "Not\(name)" }
    return "\(name)Is\(capitalized(variable.values[values[0]]))"
  }
}
