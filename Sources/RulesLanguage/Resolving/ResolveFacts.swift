extension Resolver {
  /// Enters the names of one fact declaration and keeps its variables for the model.
  mutating func resolveFact(_ fact: FactSyntax, _ scope: ScopeID) {
    if let lazy = fact.lazy { unsupported("`lazy`", at: lazy) }
    if fact.isStable { unsupported("`stable`", at: fact.position) }
    switch fact.declaration {
    case .names(let names, let type): resolveNames(names, type, fact, scope)
    case .chain(let terms, let links): resolveChain(terms, links, fact, scope)
    }
  }

  // MARK: Bool and enum facts

  private mutating func resolveNames(
    _ names: [NameSyntax], _ type: NameSyntax, _ fact: FactSyntax, _ scope: ScopeID
  ) {
    let resolved = resolveFactType(type)
    for name in names { enter(name, .fact(resolved), scope) }
    let kind: VariableModel.Kind
    switch resolved {
    case .bool: kind = .bool
    case .enumeration(let index): kind = .enumeration(enums[index].name)
    case .member, .unusable: return
    }
    let initially = fact.initially
    if initially.count > 1, initially.count != names.count {
      report(
        "type", at: initially[0].position,
        "\(names.count) facts take one initial value, or \(names.count) of them;"
          + " there are \(initially.count)")
    }
    for value in initially { checkInitial(value, resolved) }
    for (index, name) in names.enumerated() {
      let value =
        initially.count > 1 && index < initially.count ? initially[index] : initially.first
      variables[scope, default: []].append(
        VariableModel(
          name: name.text, kind: kind, initially: value?.text, swift: fact.swift, isStable: false,
          doc: fact.doc, position: name.position))
    }
  }

  private mutating func resolveFactType(_ type: NameSyntax) -> FactType {
    switch types[type.text] {
    case .bool?: return .bool
    case .enumeration(let index)?: return .enumeration(index)
    case .ambiguous?: break
    case .int?: unsupported("an `Int` fact outside a chain of two facts", at: type.position)
    case let meaning?:
      report("type", at: type.position, "`\(type.text)` is \(meaning.kind), not a fact's type")
    case nil where isDamaged: break
    case nil:
      unknown(type, "no type is called", among: .factTypes)
    }
    return .unusable
  }

  private mutating func checkInitial(_ value: ValueSyntax, _ type: FactType) {
    let values = domain(of: type)
    if values.contains(value.text), (value.kind == .boolean) == (type == .bool) { return }
    if value.kind == .name {
      unknown(value.name, "\(name(of: type)) has no value", among: .list(values))
    } else {
      report("type", at: value.position, "`\(value.text)` is no value of \(name(of: type))")
    }
  }

  // MARK: Chains

  private mutating func resolveChain(
    _ terms: [ValueSyntax], _ links: [VariableModel.ChainLink], _ fact: FactSyntax,
    _ scope: ScopeID
  ) {
    let members = terms.filter { $0.kind == .name }.map(\.name)
    guard let refusal = chainRefusal(terms, members) else {
      let number = resolveChainStart(fact, links)
      let chain = chains.count
      chains.append(Chain(members: members.map(\.text), number: number))
      for member in members { enter(member, .fact(.member(chain: chain)), scope) }
      if let swift = fact.swift { unsupported("`=` on a chain", at: swift.position) }
      var name = members[0].text
      for (link, member) in zip(links, members.dropFirst()) {
        name += " \(link.rawValue) \(member.text)"
      }
      variables[scope, default: []].append(
        VariableModel(
          name: name, kind: .chain(members: members.map(\.text), links: links), initially: number,
          swift: nil, isStable: false, doc: fact.doc, position: members[0].position))
      return
    }
    for member in members { enter(member, .fact(.unusable), scope) }
    unsupported(refusal.construct, at: refusal.position)
  }

  private func chainRefusal(
    _ terms: [ValueSyntax], _ members: [NameSyntax]
  ) -> (construct: String, position: SourcePosition)? {
    if members.count < 2 {
      return ("an `Int` fact outside a chain of two facts", terms[0].position)
    }
    if let number = terms.first(where: { $0.kind == .integer }) {
      return ("a number as a member of a chain", number.position)
    }
    if members.count > Limits.chainMembers {
      return ("a chain of more than \(Limits.chainMembers) facts", members[0].position)
    }
    return nil
  }

  /// The one number that all members have at first.
  private mutating func resolveChainStart(
    _ fact: FactSyntax, _ links: [VariableModel.ChainLink]
  ) -> String? {
    guard let value = fact.initially.first else { return nil }
    if value.kind == .name {
      unknown(
        value.name, "the initial value of a chain is a number, and there is none", among: .list([]))
    } else if value.kind == .boolean {
      report("type", at: value.position, "the initial value of a chain is one number")
    } else if fact.initially.count > 1 {
      report("type", at: value.position, "all members of a chain start with one number")
    } else if links.contains(.less) {
      report(
        "type", at: value.position,
        "members of a chain start equal, which `<` in its declaration excludes")
    } else {
      return value.text
    }
    return nil
  }
}
