/// One chain of ordered facts. All its numbers are the same one.
struct Chain: Sendable {
  /// Where it is declared.
  var scope: ScopeID
  /// Facts, and perhaps one number, as written.
  var members: [String]
  /// The number of its declaration: a member, or what all members start with.
  var declaredNumber: String?
  /// Numbers in effects; checked against each other when all are known.
  var numbers: [ValueSyntax] = []
}

extension Resolver {
  /// `fact committed <= sent < 10 : Int`: two names or more, at most one number.
  mutating func resolveChain(
    _ terms: [ValueSyntax], _ links: [VariableModel.ChainLink], _ fact: FactSyntax,
    _ scope: ScopeID
  ) {
    checkStable(fact, false)
    let names = terms.filter { $0.kind == .name }.map(\.name)
    if isRefused(terms, names) {
      for name in names { enter(name, .fact(.unusable), scope) }
      return
    }
    let number = terms.first { $0.kind == .integer }?.text
    let start = resolveChainStart(fact, links, number: number)
    let members = terms.map(\.text)
    for name in names { enter(name, .fact(.member(chain: chains.count)), scope) }
    chains.append(Chain(scope: scope, members: members, declaredNumber: number ?? start))
    let declaration = zip(links, members.dropFirst()).reduce(members[0]) {
      "\($0) \($1.0.rawValue) \($1.1)"
    }
    declare(
      NameSyntax(text: declaration, position: names[0].position),
      .chain(members: members, links: links), initially: start, fact, scope)
  }

  private mutating func isRefused(_ terms: [ValueSyntax], _ names: [NameSyntax]) -> Bool {
    let numbers = terms.filter { $0.kind == .integer }
    if numbers.count > 1 {
      report(
        "type", at: numbers[1].position,
        "a chain has at most one number, and this one has \(numbers[0].text) already")
      return true
    }
    if terms.count > Limits.chainMembers {
      unsupported("a chain of more than \(Limits.chainMembers) members", at: names[0].position)
      return true
    }
    return false
  }

  /// The one number that all members have at first.
  private mutating func resolveChainStart(
    _ fact: FactSyntax, _ links: [VariableModel.ChainLink], number: String?
  ) -> String? {
    guard let value = fact.initially.first else { return nil }
    if value.kind == .name {
      unknown(
        value.name, "the initial value of a chain is a number, and there is none", among: .list([]))
    } else if value.kind == .boolean {
      report("type", at: value.position, "the initial value of a chain is one number")
    } else if fact.initially.count > 1 {
      report(
        "type", at: fact.initially[1].position, "all members of a chain start with one number")
    } else if links.contains(.less) {
      report(
        "type", at: value.position,
        "members of a chain start equal, which `<` in its declaration excludes")
    } else if let number, number != value.text {
      report(
        "type", at: value.position,
        "a chain uses one number in all, and this one already uses \(number)")
    } else {
      return value.text
    }
    return nil
  }

  /// A chain uses one number in all: that of its declaration, else the first one in the text.
  mutating func checkChainNumbers() {
    for chain in chains {
      let uses = chain.numbers.sorted { $0.position < $1.position }
      guard let number = chain.declaredNumber ?? uses.first?.text else { continue }
      for use in uses where use.text != number {
        report(
          "type", at: use.position,
          "a chain uses one number in all, and this one already uses \(number)")
      }
    }
  }
}
