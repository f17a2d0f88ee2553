extension Resolver {
  /// Enters the names of one fact declaration and keeps its variables for the model.
  mutating func resolveFact(_ fact: FactSyntax, _ scope: ScopeID) {
    switch fact.declaration {
    case .names(let names, let type): resolveNames(names, type, fact, scope)
    case .chain(let terms, let links):
      let names = terms.filter { $0.kind == .name }
      if names.count > 1 {
        resolveChain(terms, links, fact, scope)
      } else {
        resolveBoundedFact(terms, links, fact, scope)
      }
    }
  }

  private mutating func resolveNames(
    _ names: [NameSyntax], _ type: NameSyntax?, _ fact: FactSyntax, _ scope: ScopeID
  ) {
    guard let type else {
      for name in names { enter(name, .fact(.unusable), scope) }
      return
    }
    checkStable(fact, types[type.text].map { if case .bool = $0 { true } else { false } } ?? true)
    if case .int? = types[type.text] {
      let facts = names.map { IntegerFact(name: $0.text, scope: scope) }
      return resolveIntegers(facts, names, fact, scope)
    }
    let resolved = resolveFactType(type)
    for name in names { enter(name, .fact(resolved), scope) }
    let kind: VariableModel.Kind
    switch resolved {
    case .bool: kind = .bool
    case .enumeration(let index): kind = .enumeration(enums[index].name)
    case .integer, .member, .unusable: return
    }
    let initially = initialValues(fact, for: names)
    for value in fact.initially { checkInitial(value, resolved) }
    for (name, value) in zip(names, initially) {
      declare(name, kind, initially: value?.text, fact, scope)
    }
  }

  private mutating func resolveFactType(_ type: NameSyntax) -> FactType {
    switch bindType(type) {
    case .bool?: return .bool
    case .enumeration(let index)?: return .enumeration(index)
    case .ambiguous?: break
    case let meaning?:
      report("type", at: type.position, "`\(type.text)` is \(meaning.kind), not a fact's type")
    case nil where isDamaged: break
    case nil: unknown(type, "no type is called", among: .factTypes)
    }
    return .unusable
  }

  private mutating func checkInitial(_ value: ValueSyntax, _ type: FactType) {
    let values = domain(of: type)
    if values.contains(value.text), (value.kind == .boolean) == (type == .bool) {
      return recordValue(value, type)
    }
    if case .enumeration(let index) = type, damagedEnums.contains(index) { return }
    if value.kind == .name {
      unknown(value.name, "\(name(of: type)) has no value", among: .list(values))
    } else {
      report("type", at: value.position, "`\(value.text)` is no value of \(name(of: type))")
    }
  }

  // MARK: For every kind of fact

  /// `stable` is a promise about a Bool.
  mutating func checkStable(_ fact: FactSyntax, _ isBool: Bool) {
    guard let stable = fact.stable, !isBool else { return }
    report(
      "type", at: stable,
      "only a Bool fact can be `stable`: once true it stays true; define a condition and make that"
        + " `stable`",
      fixes: [.remove(NameSyntax(text: Keyword.stable.rawValue, position: stable).range, "stable")])
  }

  /// The value of each name, nil for any: one for all of them, or one each.
  mutating func initialValues(_ fact: FactSyntax, for names: [NameSyntax]) -> [ValueSyntax?] {
    let values = fact.initially
    if values.count > 1, values.count != names.count {
      report(
        "type", at: values[0].position,
        "\(names.count) facts take one initial value, or \(names.count) of them;"
          + " there are \(values.count)")
    }
    return names.indices.map { index in
      values.count > 1 && index < values.count ? values[index] : values.first
    }
  }

  mutating func declare(
    _ name: NameSyntax, _ kind: VariableModel.Kind, initially: String?, _ fact: FactSyntax,
    _ scope: ScopeID
  ) {
    variables[scope, default: []].append(
      VariableModel(
        name: name.text, kind: kind, initially: initially, swift: fact.swift,
        isStable: fact.stable != nil, isLazy: fact.isLazy, doc: fact.doc, position: name.position))
  }
}
