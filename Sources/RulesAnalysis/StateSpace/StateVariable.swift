import RulesLanguage

/// One variable of a scope's state space.
package struct StateVariable: Sendable {
  /// What a variable stands for.
  package enum Origin: Sendable {
    /// A fact or a chain, declared by the task, the each, or what the each ranges over.
    case fact(FactReference.Owner, VariableModel)
    /// `prior.closed`: a yes or no that the scope only looks at.
    case related(related: String, name: String)
    /// `all replica: header == committed`; the body is without defines.
    case quantifier(each: String, body: Condition)
  }

  /// `header`, `committed <= sent <= appended`, `prior.closed`, `all replica: header == committed`
  package let name: String
  /// The names of its values; conditions and counts use their indices.
  package let values: [String]
  /// What it stands for.
  package let origin: Origin

  static let bool = ["false", "true"]

  init(name: String, values: [String], origin: Origin) {
    self.name = name
    self.values = values
    self.origin = origin
  }

  init(_ owner: FactReference.Owner, _ model: VariableModel, _ program: Program) {
    let values: [String]
    switch model.kind {
    case .bool: values = Self.bool
    case .enumeration(let name): values = program.enumeration(name)?.values ?? []
    case .chain(let members, let links):
      let order = ChainOrder(members: members, links: links)
      values = (0..<order.count).map(order.name(of:))
    }
    self.init(name: model.name, values: values, origin: .fact(owner, model))
  }

  /// The orderings, if this is a chain.
  package var chain: ChainOrder? {
    guard case .fact(_, let model) = origin, case .chain(let members, let links) = model.kind
    else { return nil }
    return ChainOrder(members: members, links: links)
  }

  /// Whether it is a yes or no.
  package var isBool: Bool {
    switch origin {
    case .related, .quantifier: return true
    case .fact(_, let model):
      if case .bool = model.kind { return true }
      return false
    }
  }

  /// The facts that this variable stands for: one, or each member of a chain.
  package var facts: [FactReference] {
    guard case .fact(let owner, let model) = origin else { return [] }
    if case .chain(let members, _) = model.kind { return members.map { FactReference(owner, $0) } }
    return [FactReference(owner, model.name)]
  }
}

extension StateVariable {
  /// The bits that a value needs in a state word.
  package var bitWidth: Int {
    var width = 0
    while 1 << width < values.count { width += 1 }
    return width
  }
}
