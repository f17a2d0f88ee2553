extension Resolver {
  mutating func resolve(_ effects: [EffectSyntax], _ view: View) -> [Effect] {
    effects.map { effect in
      switch effect {
      case .stay(let milliseconds): return .stay(afterMilliseconds: milliseconds)
      case .changes(let changes): return .changes(resolve(changes, view))
      }
    }
  }

  private mutating func resolve(_ changes: [ChangeSyntax], _ view: View) -> [Change] {
    var changed: Set<FactReference> = []
    return changes.compactMap { change in
      guard let target = resolveTarget(change.path, view) else { return nil }
      if !changed.insert(target.fact).inserted {
        report(
          "bad-effect", at: change.path.position,
          "`\(change.path.text)` is changed twice in one alternative")
      }
      guard let value = resolve(change.value, target.type, change.path, target.view) else {
        return nil
      }
      return Change(fact: target.fact, value: value)
    }
  }

  private typealias Target = (fact: FactReference, type: FactType, view: View)

  // MARK: What is changed

  private mutating func resolveTarget(_ path: PathSyntax, _ view: View) -> Target? {
    if let second = path.rest.first { return resolveMemberTarget(path, second, view) }
    let name = path.first
    if let (meaning, layer) = view.lookUp(name.text) {
      if case .fact(let type) = meaning {
        return (FactReference(layer.owner, name.text), type, view)
      }
      report(
        "bad-effect", at: name.position,
        "`\(name.text)` is \(meaning.kind); only facts can be changed")
      return nil
    }
    if view.scope.each == nil, let target = resolveEachTarget(name, view) { return target.value }
    let isDamaged =
      view.isDamaged || view.scope.each == nil && hasDamagedEach[view.scope.task]
    if !isDamaged { unknown(name, "no fact is called", among: .view(view)) }
    return nil
  }

  /// At task level the name of an each's fact means the fact of all its instances.
  ///
  /// - Returns: nil when no each has such a name; a nil value when it was reported.
  private mutating func resolveEachTarget(
    _ name: NameSyntax, _ view: View
  ) -> (value: Target?, Void)? {
    let found = eaches(of: view.scope.task, declaring: name.text)
    guard let first = found.first else { return nil }
    if found.count > 1 {
      report(
        "bad-effect", at: name.position,
        "\(found.count) eaches have a `\(name.text)`; write `each.\(name.text)`")
      return (nil, ())
    }
    return (eachTarget(name, first), ())
  }

  /// `e.x` at task level; `r.x` is known to the language but not to this version.
  private mutating func resolveMemberTarget(
    _ path: PathSyntax, _ second: NameSyntax, _ view: View
  ) -> Target? {
    guard let meaning = view.lookUp(path.first.text)?.meaning else {
      if !view.isDamaged {
        unknown(path.first, "no related task or each is called", among: .view(view))
      }
      return nil
    }
    switch meaning {
    case .related:
      unsupported("changing a fact of a related task", at: path.position)
    case .each(let number) where view.scope.each == nil && path.rest.count == 1:
      let scope = ScopeID(task: view.scope.task, each: number)
      let table = tables[scope] ?? NameTable()
      if table.meanings[second.text] == nil {
        if !table.isDamaged {
          unknown(
            second, "each `\(path.first.text)` has no fact", among: .table(table))
        }
      } else if eaches(of: view.scope.task, declaring: second.text).count > 1 {
        unsupported("a task-level change of a fact that two eaches have", at: path.position)
      } else {
        return eachTarget(second, scope)
      }
    default:
      report(
        "bad-effect", at: path.position,
        "`\(path.first.text)` is \(meaning.kind); `\(path.text)` cannot be changed here")
    }
    return nil
  }

  private mutating func eachTarget(_ name: NameSyntax, _ scope: ScopeID) -> Target? {
    switch tables[scope]?.meanings[name.text] {
    case .fact(let type)?: return (FactReference(.element, name.text), type, view(scope))
    case let meaning?:
      report(
        "bad-effect", at: name.position,
        "`\(name.text)` is \(meaning.kind); only facts can be changed")
    case nil: break
    }
    return nil
  }

  private func eaches(of task: Int, declaring name: String) -> [ScopeID] {
    (eachesByName[task][name] ?? []).map { ScopeID(task: task, each: $0) }
  }

  // MARK: To what it is changed

  private mutating func resolve(
    _ value: ChangeSyntax.Value, _ type: FactType, _ path: PathSyntax, _ view: View
  ) -> Change.Value? {
    if type == .unusable { return nil }
    if case .member(let chain) = type { return resolveMember(value, chain, path, view) }
    switch value {
    case .any: return .any
    case .exactly(let value): return checkedValue(value, type, view).map(Change.Value.exactly)
    case .anyOf(let values): return .anyOf(values.compactMap { checkedValue($0, type, view) })
    case .range(let range):
      report(
        "type", at: range.from.position,
        "`\(path.text)` is of \(name(of: type)); only numbers have ranges")
      return nil
    }
  }

  private mutating func resolveMember(
    _ value: ChangeSyntax.Value, _ chain: Int, _ path: PathSyntax, _ view: View
  ) -> Change.Value? {
    switch value {
    case .any: return .any
    case .exactly(let value):
      return checkedMemberOrNumber(value, chain: chain, view).map(Change.Value.exactly)
    case .anyOf:
      unsupported("`any { ... }` for a member of a chain", at: path.position)
      return nil
    case .range(let range):
      let from = resolveEnd(range.from, open: .min, chain, view)
      let to = resolveEnd(range.to, open: .max, chain, view)
      guard let from, let to else { return nil }
      return .range(
        from: from, includesFrom: range.includesFrom, to: to, includesTo: range.includesTo)
    }
  }

  private mutating func resolveEnd(
    _ value: ValueSyntax, open: ContextualWord, _ chain: Int, _ view: View
  ) -> String? {
    if value.text == open.rawValue { return value.text }
    return checkedMemberOrNumber(value, chain: chain, view)
  }
}
