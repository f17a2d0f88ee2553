import RulesLanguage

/// One variable of a scope's state space.
package struct StateVariable: Sendable {
  /// What a variable stands for.
  package enum Origin: Sendable {
    /// A fact or a chain, declared by the task, the each, or what the each ranges over.
    case fact(FactReference.Owner, VariableModel)
    /// `prior.closed`, `prior.phase`: a yes or no or an enum that the scope only looks at.
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

  package init(name: String, values: [String], origin: Origin) {
    self.name = name
    self.values = values
    self.origin = origin
  }

  /// A fact or chain as an owner declares it.
  package init(_ owner: FactReference.Owner, _ model: VariableModel, _ program: Program) {
    let values: [String]
    switch model.kind {
    case .bool: values = Self.bool
    case .enumeration(let name): values = program.enumeration(name)?.values ?? []
    case .integer(let domain): values = domain.intervals.map(\.name)
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

  /// The intervals that its values are, if this is an Int that is compared with numbers.
  package var integer: IntegerDomain? {
    guard case .fact(_, let model) = origin, case .integer(let domain) = model.kind
    else { return nil }
    return domain
  }

  /// Whether it is a yes or no.
  package var isBool: Bool {
    switch origin {
    case .quantifier: return true
    case .related: return values == Self.bool
    case .fact(_, let model):
      if case .bool = model.kind { return true }
      return false
    }
  }

  /// The facts that this variable stands for: one, or each member of a chain that is no number.
  package var facts: [FactReference] {
    guard case .fact(let owner, let model) = origin else { return [] }
    return model.factNames.map { FactReference(owner, $0) }
  }
}

extension VariableModel {
  /// The names of the facts that it declares: one, or each member of a chain that is no number.
  package var factNames: [String] {
    guard case .chain(let members, _) = kind else { return [name] }
    return members.filter { !FactReference.isNumber($0) }
  }
}

extension FactReference {
  /// Whether a chain's member is a number, `0`, and no fact.
  package static func isNumber(_ name: String) -> Bool {
    name.utf8.first.map { $0 == UInt8(ascii: "-") || (48...57).contains($0) } ?? false
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
