import RulesAnalysis
import RulesLanguage

extension StateVariable {
  /// Whether it is read only when the decision asks for it.
  var isLazy: Bool {
    guard case .fact(_, let model) = origin else { return false }
    return model.isLazy
  }

  /// The fact, or every member of a chain, numbers too.
  var members: [FactReference] {
    guard case .fact(let owner, let model) = origin else { return [] }
    if case .chain(let members, _) = model.kind { return members.map { FactReference(owner, $0) } }
    return [FactReference(owner, model.name)]
  }

  /// Whether its values are the cases of a Swift enum.
  var isPlainEnum: Bool { !isBool && chain == nil && integer == nil }
}

extension Partition {
  /// Whether some states hold their own invariants, but not those of what the scope looks at.
  var hasInconsistentStates: Bool {
    parts.contains { $0.stateClass == .inconsistent && $0.count > 0 }
  }
}

extension StateSpace {
  /// The lazy ones among the variables of some facts.
  func lazyVariables(in facts: Set<FactReference>) -> Set<Int> {
    Set(
      variables.indices.filter {
        variables[$0].isLazy && variables[$0].facts.contains(where: facts.contains)
      })
  }
}

extension Scope {
  /// The facts that a condition asks for, through defines; not those inside quantifiers.
  func facts(in condition: Condition) -> Set<FactReference> {
    // What cannot be expanded is in no analysed scope.
    guard let expanded = try? expand(condition) else { return [] }
    var facts: Set<FactReference> = []
    func collect(_ condition: Condition) {
      switch condition {
      case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _): facts.insert(fact)
      case .compare(let a, _, let b): facts.formUnion([a, b])
      case .quantified: break
      default: for part in condition.parts { collect(part) }
      }
    }
    collect(expanded)
    return facts
  }
}
