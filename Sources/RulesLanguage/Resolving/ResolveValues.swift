// Values on the right of a comparison, of a change or of `initially`: first a value of the left
// side's type, whatever else the name may stand for.

extension Resolver {
  /// The values that can be written for a type; none for numbers.
  func domain(of type: FactType) -> [String] {
    switch type {
    case .bool: ["false", "true"]
    case .enumeration(let index): enums[index].values
    case .integer, .member, .unusable: []
    }
  }

  /// How messages call a type.
  func name(of type: FactType) -> String {
    switch type {
    case .bool: "Bool"
    case .enumeration(let index): "enum `\(enums[index].name)`"
    case .integer: "Int"
    case .member(let chain): "the chain of `\(chains[chain].members.joined(separator: "`, `"))`"
    case .unusable: "an unknown type"
    }
  }

  /// The value's text when it belongs to `type` (Bool or enum); reports it otherwise.
  mutating func checkedValue(_ value: ValueSyntax, _ type: FactType, _ view: View) -> String? {
    if type == .unusable { return nil }
    let values = domain(of: type)
    if values.contains(value.text), (value.kind == .boolean) == (type == .bool) {
      recordValue(value, type)
      return value.text
    }
    if case .enumeration(let index) = type, damagedEnums.contains(index) { return nil }
    reportWrongValue(value, expected: "a value of \(name(of: type))", among: values, view)
    return nil
  }

  mutating func recordValue(_ value: ValueSyntax, _ type: FactType) {
    guard case .enumeration(let index) = type else { return }
    record(.value, value.name, in: enums[index].name, isDeclaration: false)
  }

  /// `type` wins over `unknown-name` if the value is a literal or names something visible.
  mutating func reportWrongValue(
    _ value: ValueSyntax, expected: String, among values: [String], _ view: View
  ) {
    if value.kind == .name, view.lookUp(value.text) == nil {
      if !view.isDamaged {
        unknown(value.name, "expected \(expected), and there is no", among: .list(values))
      }
      return
    }
    var message = "`\(value.text)` is not \(expected)"
    if let meaning = view.lookUp(value.text)?.meaning, value.kind == .name {
      message += ", but \(meaning.kind)"
    }
    report("type", at: value.position, message)
  }

  /// The number when `value` is one; reports it otherwise.
  mutating func checkedNumber(_ value: ValueSyntax, _ fact: Int, _ view: View) -> Int? {
    if value.kind == .integer { return Int(value.text) }
    if value.kind == .name, case .fact(.integer)? = view.lookUp(value.text)?.meaning {
      let name = integers[fact].name
      report(
        "type", at: value.position,
        "`\(name)` is compared with numbers only; to compare it with `\(value.text)`, declare"
          + " both in one chain: `fact \(name) <= \(value.text) : Int`")
      return nil
    }
    reportWrongValue(value, expected: "a number", among: [], view)
    return nil
  }

  /// The member's text when it belongs to the chain; reports it otherwise.
  mutating func checkedMember(_ value: ValueSyntax, chain: Int, _ view: View) -> String? {
    let members = chains[chain].members
    if value.kind != .boolean, members.contains(value.text) {
      if value.kind == .name {
        record(.fact, value.name, in: chains[chain].scope, isDeclaration: false)
      }
      return value.text
    }
    reportWrongValue(
      value, expected: "a member of \(name(of: .member(chain: chain)))", among: members, view)
    return nil
  }

  /// A member of the chain or its number.
  mutating func checkedMemberOrNumber(
    _ value: ValueSyntax, chain: Int, _ view: View
  ) -> String? {
    guard value.kind == .integer else { return checkedMember(value, chain: chain, view) }
    chains[chain].numbers.append(value)
    return value.text
  }
}
