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
    var changed: Set<Change.Target> = []
    return changes.compactMap { change in
      guard let target = resolveTarget(change.path, view) else { return nil }
      if !changed.insert(target.change).inserted {
        report(
          "bad-effect", at: change.path.position,
          "`\(change.path.text)` is changed twice in one alternative")
      }
      guard let value = resolve(change.value, target.type, change.path, target.view) else {
        return nil
      }
      return Change(target.change, to: value)
    }
  }

  private typealias Target = (change: Change.Target, type: FactType, view: View)

  // MARK: What is changed

  private mutating func resolveTarget(_ path: PathSyntax, _ view: View) -> Target? {
    if let second = path.rest.first { return resolveMemberTarget(path, second, view) }
    let name = path.first
    if let (meaning, layer) = bind(name, view) {
      if case .fact(let type) = meaning {
        return (.fact(FactReference(layer.owner, name.text)), type, view)
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
      let paths = found.compactMap(\.each).map {
        "\(taskTrees[view.scope.task].body.eaches[$0].name.text).\(name.text)"
      }
      report(
        "bad-effect", at: name.position,
        "\(found.count) eaches have a `\(name.text)`; say which: `\(paths[0])`, `\(paths[1])`"
          + (paths.count > 2 ? ", ..." : ""),
        fixes: paths.prefix(8).map { .replace(name.range, with: $0) })
      return (nil, ())
    }
    return (eachTarget(name, first), ())
  }

  /// `r.x`, and at task level `e.x`.
  private mutating func resolveMemberTarget(
    _ path: PathSyntax, _ second: NameSyntax, _ view: View
  ) -> Target? {
    guard let meaning = bind(path.first, view)?.meaning else {
      if !view.isDamaged {
        unknown(path.first, "no related task or each is called", among: .view(view))
      }
      return nil
    }
    guard path.rest.count == 1 else {
      report("bad-effect", at: path.position, "`\(path.text)` has more than two parts")
      return nil
    }
    switch meaning {
    case .related(let task, _):
      guard let task else { return nil }
      return resolveRelatedTarget(path.first, second, ofTask: task, view)
    case .each(let number) where view.scope.each == nil:
      let scope = ScopeID(task: view.scope.task, each: number)
      let table = tables[scope] ?? NameTable()
      if table.meanings[second.text] != nil { return eachTarget(second, scope) }
      if !table.isDamaged {
        unknown(second, "each `\(path.first.text)` has no fact", among: .table(table))
      }
    default:
      report(
        "bad-effect", at: path.position,
        "`\(path.first.text)` is \(meaning.kind); `\(path.text)` cannot be changed here")
    }
    return nil
  }

  private mutating func resolveRelatedTarget(
    _ related: NameSyntax, _ fact: NameSyntax, ofTask task: Int, _ view: View
  ) -> Target? {
    switch lookUp(fact, inTask: task, "no fact") {
    case .fact(let type)?: return (.related(related.text, fact: fact.text), type, view)
    case let meaning?:
      report(
        "bad-effect", at: fact.position,
        "`\(related.text).\(fact.text)` is \(meaning.kind); only facts can be changed")
    case nil: break
    }
    return nil
  }

  private mutating func eachTarget(_ name: NameSyntax, _ scope: ScopeID) -> Target? {
    switch bind(name, in: scope) {
    case .fact(let type)?:
      let each = scope.each.map { taskTrees[scope.task].body.eaches[$0].name.text } ?? ""
      return (.every(each: each, fact: name.text), type, view(scope))
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
    switch value {
    case .any: return .any
    case .exactly(let value): return newValue(value, type, view).map(Change.Value.exactly)
    case .anyOf(let values): return .anyOf(values.compactMap { newValue($0, type, view) })
    case .range(let range):
      switch type {
      case .integer, .member: return resolve(range, type, view)
      case .bool, .enumeration, .unusable:
        report(
          "type", at: range.from.position,
          "`\(path.text)` is of \(name(of: type)); only numbers have ranges")
        return nil
      }
    }
  }

  /// One value that a fact may be changed to.
  private mutating func newValue(_ value: ValueSyntax, _ type: FactType, _ view: View) -> String? {
    switch type {
    case .bool, .enumeration, .unusable: return checkedValue(value, type, view)
    case .member(let chain): return checkedMemberOrNumber(value, chain: chain, view)
    case .integer(let index):
      guard let number = checkedNumber(value, index, view) else { return nil }
      integers[index].cut(around: number)
      return value.text
    }
  }

  // MARK: Ranges

  private mutating func resolve(
    _ range: RangeSyntax, _ type: FactType, _ view: View
  ) -> Change.Value? {
    let from = resolveEnd(range.from, open: .min, isCutBefore: range.includesFrom, type, view)
    let to = resolveEnd(range.to, open: .max, isCutBefore: !range.includesTo, type, view)
    guard let from, let to else { return nil }
    return .range(
      from: from, includesFrom: range.includesFrom, to: to, includesTo: range.includesTo)
  }

  /// - Parameter isCutBefore: a number at this end cuts the number line before it, else after it.
  private mutating func resolveEnd(
    _ value: ValueSyntax, open: ContextualWord, isCutBefore: Bool, _ type: FactType, _ view: View
  ) -> String? {
    if value.text == open.rawValue { return value.text }
    if case .member(let chain) = type {
      return checkedMemberOrNumber(value, chain: chain, view)
    }
    guard case .integer(let index) = type else { return nil }
    // The fact's own name is its old value.
    if value.kind == .name, value.text == integers[index].name {
      record(.fact, value.name, in: integers[index].scope, isDeclaration: false)
      return value.text
    }
    guard let number = checkedNumber(value, index, view) else { return nil }
    if isCutBefore {
      integers[index].cut(before: number)
    } else {
      integers[index].cut(after: number)
    }
    return value.text
  }
}
