/// What a condition is for; it decides what the condition may mention.
enum ConditionPurpose: Sendable {
  case clause
  /// Own, task-level and foreign facts only.
  case always
  /// Facts only.
  case quantifier
}

/// What an atom asks of the value that its path names.
private enum AtomTest {
  case isTrue
  case compare(Condition.Relation, ValueSyntax)
  case isIn([ValueSyntax])

}

extension Resolver {
  /// Binds a condition as seen from `view`. What is in error is reported and becomes `true`.
  mutating func resolve(
    _ condition: ConditionSyntax, _ view: View, _ purpose: ConditionPurpose
  ) -> Condition {
    switch condition {
    case .constant(let value): return .constant(value)
    case .path(let path): return resolveAtom(path, .isTrue, view, purpose)
    case .comparison(let path, let relation, let value):
      return resolveAtom(path, .compare(relation, value), view, purpose)
    case .membership(let path, let values): return resolveAtom(path, .isIn(values), view, purpose)
    case .not(let part): return .not(resolve(part, view, purpose))
    case .and(let parts): return .and(parts.map { resolve($0, view, purpose) })
    case .or(let parts): return .or(parts.map { resolve($0, view, purpose) })
    case .oneOf(let parts): return .oneOf(parts.map { resolve($0, view, purpose) })
    case .implies(let left, let right):
      return .or([.not(resolve(left, view, purpose)), resolve(right, view, purpose)])
    case .quantified(let quantifier, let each, let body):
      return resolveQuantified(quantifier, each, body, view, purpose)
    }
  }

  private mutating func resolveQuantified(
    _ quantifier: Condition.Quantifier, _ each: NameSyntax, _ body: ConditionSyntax, _ view: View,
    _ purpose: ConditionPurpose
  ) -> Condition {
    switch purpose {
    case .clause: purity.current.isPure = false
    case .always:
      report(
        "bad-always", at: each.position,
        "an `always` mentions own, task-level and foreign facts only, no quantifier")
    case .quantifier:
      report("type", at: each.position, "a quantifier cannot stand in another one")
    }
    switch view.lookUp(each.text)?.meaning {
    case .each(let number)?:
      let inner = self.view(ScopeID(task: view.scope.task, each: number))
      return .quantified(quantifier, each: each.text, resolve(body, inner, .quantifier))
    case let meaning?:
      report("type", at: each.position, "`\(each.text)` is \(meaning.kind), not an each")
    case nil:
      if !view.isDamaged {
        let eaches = taskTrees[view.scope.task].body.eaches.map(\.name.text)
        unknown(each, "no each is called", among: .list(eaches))
      }
    }
    return .constant(true)
  }

  private mutating func resolveAtom(
    _ path: PathSyntax, _ test: AtomTest, _ view: View, _ purpose: ConditionPurpose
  ) -> Condition {
    if let second = path.rest.first {
      return resolveRelatedAtom(path, second, test, view, purpose)
    }
    let name = path.first
    guard let (meaning, layer) = view.lookUp(name.text) else {
      if !view.isDamaged { unknown(name, "no fact or define is called", among: .view(view)) }
      return .constant(true)
    }
    let fact = FactReference(layer.owner, name.text)
    switch meaning {
    case .fact(.bool): return resolveBool(.fact(fact), test, name, view)
    case .fact(.enumeration(let index)): return resolveEnum(fact, index, test, name, view)
    case .fact(.member(let chain)): return resolveMember(fact, chain, test, name, view)
    case .fact(.unusable): return .constant(true)
    case .define:
      purity.use(
        PurityChecks.Define(scope: layer.scope, name: name.text), at: name.position, purpose,
        isForeign: layer.isForeign)
      return resolveBool(.define(layer.owner, name.text), test, name, view)
    case .related, .event, .each:
      report("type", at: name.position, "`\(name.text)` is \(meaning.kind), not a condition")
      return .constant(true)
    }
  }

  /// `prior.closed`
  private mutating func resolveRelatedAtom(
    _ path: PathSyntax, _ second: NameSyntax, _ test: AtomTest, _ view: View,
    _ purpose: ConditionPurpose
  ) -> Condition {
    switch purpose {
    case .clause: purity.current.isPure = false
    case .always:
      report(
        "bad-always", at: path.position,
        "an `always` mentions own, task-level and foreign facts only; nothing can promise what"
          + " a related task does")
    case .quantifier:
      report("type", at: path.position, "a quantifier's condition may mention facts only")
    }
    guard let target = resolveRelatedPath(path, view) else { return .constant(true) }
    switch target.meaning {
    case .fact(.bool), .define:
      return resolveBool(.related(path.first.text, second.text), test, second, view)
    case .fact(.enumeration) where target.isOptional:
      report(
        "type", at: second.position,
        "`\(second.text)` has no value when `\(path.first.text)` is absent; define a condition"
          + " in the related task")
    case .fact(.enumeration):
      unsupported("comparing an enum fact of a related task", at: path.position)
    case .fact(.unusable): break
    case .fact(.member), .related, .event, .each:
      report(
        "type", at: second.position,
        "`\(path.text)` is no Bool: only Bool facts and defines of a related task can be seen")
    }
    return .constant(true)
  }

  // MARK: Tests by type

  private mutating func resolveBool(
    _ base: Condition, _ test: AtomTest, _ name: NameSyntax, _ view: View
  ) -> Condition {
    let accepted: Set<String>
    switch test {
    case .isTrue: return base
    case .compare(let relation, let value):
      guard let text = checkedValue(value, .bool, view) else { return .constant(true) }
      guard let values = accept(relation, text, of: ["false", "true"], name) else {
        return .constant(true)
      }
      accepted = Set(values)
    case .isIn(let values): accepted = Set(values.compactMap { checkedValue($0, .bool, view) })
    }
    switch (accepted.contains("true"), accepted.contains("false")) {
    case (true, false): return base
    case (false, true): return .not(base)
    case (let both, _): return .constant(both)
    }
  }

  private mutating func resolveEnum(
    _ fact: FactReference, _ index: Int, _ test: AtomTest, _ name: NameSyntax, _ view: View
  ) -> Condition {
    let domain = enums[index].values
    switch test {
    case .isTrue:
      report(
        "type", at: name.position,
        "`\(name.text)` is of enum `\(enums[index].name)`; compare it with a value")
    case .compare(let relation, let value):
      if let text = checkedValue(value, .enumeration(index), view),
        let values = accept(relation, text, of: domain, name)
      {
        return .isIn(fact, values: values)
      }
    case .isIn(let values):
      let accepted = Set(values.compactMap { checkedValue($0, .enumeration(index), view) })
      return .isIn(fact, values: domain.filter(accepted.contains))
    }
    return .constant(true)
  }

  /// The values that stand in `relation` to `value`, which only `==` and `!=` can say.
  private mutating func accept(
    _ relation: Condition.Relation, _ value: String, of domain: [String], _ name: NameSyntax
  ) -> [String]? {
    switch relation {
    case .equal: return [value]
    case .notEqual: return domain.filter { $0 != value }
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      report(
        "type", at: name.position,
        "`\(relation.rawValue)` compares numbers; `\(name.text)` has no order")
      return nil
    }
  }

  private mutating func resolveMember(
    _ fact: FactReference, _ chain: Int, _ test: AtomTest, _ name: NameSyntax, _ view: View
  ) -> Condition {
    guard case .compare(let relation, let value) = test else {
      report(
        "type", at: name.position,
        "`\(name.text)` is a member of a chain; compare it with another member")
      return .constant(true)
    }
    guard let other = checkedMember(value, chain: chain, view) else { return .constant(true) }
    return .compare(fact, relation, FactReference(fact.owner, other))
  }
}
