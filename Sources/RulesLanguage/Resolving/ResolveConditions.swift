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
  /// Binds a condition that stands in no define.
  ///
  /// - Returns: the condition, and its index in `purity.conditions`.
  mutating func resolveMeasured(
    _ condition: ConditionSyntax, _ view: View, _ purpose: ConditionPurpose
  ) -> (condition: Condition, index: Int) {
    purity.current = PurityChecks.Uses()
    compared = nil
    let resolved = resolve(condition, view, purpose)
    purity.conditions.append(purity.current)
    return (resolved, purity.conditions.count - 1)
  }

  /// Binds a condition that stands in no define and no group.
  mutating func resolveAlone(
    _ condition: ConditionSyntax, _ view: View, _ purpose: ConditionPurpose,
    at position: SourcePosition
  ) -> Condition {
    let (resolved, index) = resolveMeasured(condition, view, purpose)
    purity.roots.append(([index], position))
    return resolved
  }

  /// Binds a condition as seen from `view`. What is in error is reported and becomes `true`.
  mutating func resolve(
    _ condition: ConditionSyntax, _ view: View, _ purpose: ConditionPurpose
  ) -> Condition {
    purity.current.size += 1
    purity.level += 1
    purity.current.depth = max(purity.current.depth, purity.level)
    defer { purity.level -= 1 }
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
    switch bind(each, view)?.meaning {
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
    guard let (meaning, layer) = bind(name, view) else {
      if !view.isDamaged { unknownAtom(name, test, view) }
      return .constant(true)
    }
    let fact = FactReference(layer.owner, name.text)
    switch meaning {
    case .fact(.bool): return resolveBool(.fact(fact), test, name, view)
    case .fact(.enumeration(let index)):
      let values = resolveEnum(index, test, name, view)
      return values.map { .isIn(fact, values: $0) } ?? .constant(true)
    case .fact(.integer(let index)): return resolveInteger(fact, index, test, name, view)
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

  private mutating func unknownAtom(_ name: NameSyntax, _ test: AtomTest, _ view: View) {
    guard case .isTrue = test, let compared, enums[compared.enumeration].values.contains(name.text)
    else { return unknown(name, "no fact or define is called", among: .view(view)) }
    report(
      "unknown-name", at: name.position,
      "no fact or define is called `\(name.text)`; did you mean `\(compared.path) =="
        + " \(name.text)`?",
      fixes: [.replace(name.range, with: "\(compared.path) == \(name.text)")])
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
    case .fact(.enumeration(let index)):
      let values = resolveEnum(index, test, second, view)
      if compared != nil { compared = (path.text, index) }
      if let values {
        return .relatedIn(path.first.text, second.text, values: values)
      }
    case .fact(.unusable): break
    case .fact(.integer), .fact(.member), .related, .event, .each:
      report(
        "type", at: second.position,
        "`\(path.text)` is \(target.meaning.kind): only Bool facts, defines and enum"
          + " facts of a related task can be seen")
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

  /// The values that pass the test; nil when it is in error.
  private mutating func resolveEnum(
    _ index: Int, _ test: AtomTest, _ name: NameSyntax, _ view: View
  ) -> [String]? {
    let domain = enums[index].values
    switch test {
    case .isTrue:
      report(
        "type", at: name.position,
        "`\(name.text)` is of enum `\(enums[index].name)`; compare it with a value")
      return nil
    case .compare(let relation, let value):
      compared = (name.text, index)
      guard let text = checkedValue(value, .enumeration(index), view) else { return nil }
      return accept(relation, text, of: domain, name)
    case .isIn(let values):
      let accepted = Set(values.compactMap { checkedValue($0, .enumeration(index), view) })
      return domain.filter(accepted.contains)
    }
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
    func comparison(_ relation: Condition.Relation, _ other: String) -> Condition {
      .compare(fact, relation, FactReference(fact.owner, other))
    }
    switch test {
    case .isTrue:
      report(
        "type", at: name.position,
        "`\(name.text)` is a member of a chain; compare it with another member")
      return .constant(true)
    case .compare(let relation, let value):
      return checkedMember(value, chain: chain, view).map { comparison(relation, $0) }
        ?? .constant(true)
    case .isIn(let values):
      return disjunction(
        values.compactMap { checkedMember($0, chain: chain, view) }.map { comparison(.equal, $0) })
    }
  }

  private mutating func resolveInteger(
    _ fact: FactReference, _ index: Int, _ test: AtomTest, _ name: NameSyntax, _ view: View
  ) -> Condition {
    switch test {
    case .isTrue:
      report("type", at: name.position, "`\(name.text)` is an Int; compare it with a number")
      return .constant(true)
    case .compare(let relation, let value):
      guard let number = checkedNumber(value, index, view) else { return .constant(true) }
      integers[index].cut(relation, number)
      return .compareNumber(fact, relation, number)
    case .isIn(let values):
      let numbers = values.compactMap { checkedNumber($0, index, view) }
      for number in numbers { integers[index].cut(around: number) }
      return disjunction(numbers.map { .compareNumber(fact, .equal, $0) })
    }
  }

  private func disjunction(_ parts: [Condition]) -> Condition {
    parts.count == 1 ? parts[0] : .or(parts)
  }
}
