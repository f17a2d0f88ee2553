extension Resolver {
  /// Rules, waits and goals of one scope in text order, with the conditions of the groups around
  /// them and-ed in. Several goals are called `goal`, `goal2`, and so on.
  mutating func resolveClauses(_ items: [ClauseItemSyntax], _ view: View) -> [ClauseModel] {
    var clauses: [ClauseModel] = []
    var names: [ClauseNames.Entry] = []
    collect(items, conditions: [], view, &clauses, &names)
    resolveOver(&clauses, names, view.scope)
    return clauses
  }

  private mutating func collect(
    _ items: [ClauseItemSyntax], conditions: [(condition: Condition, index: Int)], _ view: View,
    _ clauses: inout [ClauseModel], _ names: inout [ClauseNames.Entry]
  ) {
    // Goals stand outside groups, so only the outermost list has any.
    var goals = 0
    for item in items {
      switch item {
      case .group(let group):
        let condition = resolveMeasured(group.condition, view, .clause)
        collect(group.items, conditions: conditions + [condition], view, &clauses, &names)
      case .clause(let clause):
        let own = clause.condition.map { resolveMeasured($0, view, .clause) }
        let all = conditions + (own.map { [$0] } ?? [])
        purity.roots.append((all.map(\.index), clause.name.position))
        clauses.append(
          resolve(
            clause, condition: conjunction(all.map(\.condition)), goalsBefore: goals, view))
        names.append(ClauseNames.Entry(clause))
        if case .goal = clause.kind { goals += 1 }
      }
    }
  }

  private mutating func resolve(
    _ clause: ClauseSyntax, condition: Condition, goalsBefore: Int, _ view: View
  ) -> ClauseModel {
    var name = clause.name.text
    let kind: ClauseModel.Kind
    switch clause.kind {
    case .rule(let action, let effects):
      kind = .rule(action: action, effects: resolve(effects, view))
    case .wait(let causes, let milliseconds):
      kind = .wait(
        causes: causes.compactMap { resolveCause($0, view) }, warnAfterMilliseconds: milliseconds)
    case .goal:
      kind = .goal
      if goalsBefore > 0 { name += String(goalsBefore + 1) }
    }
    if records.isOn {
      let symbol = SymbolIndex.Symbol(kind.symbolKind, name, in: self.name(of: view.scope))
      records.add(symbol, clause.name, isDeclaration: true)
    }
    return ClauseModel(
      name: name, label: clause.label, kind: kind, over: [], condition: condition, doc: clause.doc,
      position: clause.name.position)
  }

  mutating func resolveEvent(_ event: EventSyntax, _ view: View) -> EventModel {
    EventModel(
      name: event.name.text, label: event.label, isFair: event.isFair,
      condition: event.condition.map {
        resolveAlone($0, view, .clause, at: event.name.position)
      } ?? .constant(true),
      effects: resolve(event.effects, view), doc: event.doc, position: event.name.position)
  }

  /// What a wait waits for: an event, or a condition that is one name.
  private mutating func resolveCause(_ path: PathSyntax, _ view: View) -> Cause? {
    if let second = path.rest.first {
      guard let target = resolveRelatedPath(path, view) else { return nil }
      switch target.meaning {
      case .fact(.bool), .define: return .related(related: path.first.text, name: second.text)
      case .fact(.unusable): return nil
      default:
        report(
          "type", at: second.position,
          "`\(path.text)` is \(target.meaning.kind), not a Bool fact or define")
        return nil
      }
    }
    let name = path.first
    guard let (meaning, layer) = bind(name, view) else {
      if !view.isDamaged { unknown(name, "no event or condition is called", among: .view(view)) }
      return nil
    }
    switch meaning {
    case .event: return .event(name.text)
    case .fact(.bool): return .name(name.text)
    case .define:
      if layer.isForeign {
        purity.use(
          PurityChecks.Define(scope: layer.scope, name: name.text), at: name.position, .clause,
          isForeign: true)
      }
      return .name(name.text)
    case .fact(.unusable): break
    case .fact(let type):
      report(
        "type", at: name.position,
        "`\(name.text)` is of \(self.name(of: type)); a wait is for an event or a Bool")
    case .related, .each:
      report(
        "type", at: name.position,
        "`\(name.text)` is \(meaning.kind); a wait is for an event or a Bool")
    }
    return nil
  }

  private func conjunction(_ parts: [Condition]) -> Condition {
    switch parts.count {
    case 0: .constant(true)
    case 1: parts[0]
    default: .and(parts)
    }
  }
}

extension ClauseModel.Kind {
  var symbolKind: SymbolIndex.Symbol.Kind {
    switch self {
    case .rule: .rule
    case .wait: .wait
    case .goal: .goal
    }
  }
}
