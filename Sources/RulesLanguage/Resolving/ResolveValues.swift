// Values on the right of a comparison, of a change or of `initially`: first a value of the left
// side's type, whatever else the name may stand for.

extension Resolver {
  /// The values that can be written for a type; none for a chain member.
  func domain(of type: FactType) -> [String] {
    switch type {
    case .bool: ["false", "true"]
    case .enumeration(let index): enums[index].values
    case .member, .unusable: []
    }
  }

  /// How messages call a type.
  func name(of type: FactType) -> String {
    switch type {
    case .bool: "Bool"
    case .enumeration(let index): "enum `\(enums[index].name)`"
    case .member(let chain): "the chain of `\(chains[chain].members.joined(separator: "`, `"))`"
    case .unusable: "an unknown type"
    }
  }

  /// The value's text when it belongs to `type` (Bool or enum); reports it otherwise.
  mutating func checkedValue(_ value: ValueSyntax, _ type: FactType, _ view: View) -> String? {
    if type == .unusable { return nil }
    let values = domain(of: type)
    if values.contains(value.text), (value.kind == .boolean) == (type == .bool) {
      return value.text
    }
    reportWrongValue(value, expected: "a value of \(name(of: type))", among: values, view)
    return nil
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

  /// The member's text when it belongs to the chain; reports it otherwise.
  mutating func checkedMember(_ value: ValueSyntax, chain: Int, _ view: View) -> String? {
    let members = chains[chain].members
    if value.kind == .name, members.contains(value.text) { return value.text }
    reportWrongValue(
      value, expected: "a member of \(name(of: .member(chain: chain)))", among: members, view)
    return nil
  }

  /// A member of the chain or its number; the first number that is seen is its number.
  mutating func checkedMemberOrNumber(
    _ value: ValueSyntax, chain: Int, _ view: View
  ) -> String? {
    guard value.kind == .integer else { return checkedMember(value, chain: chain, view) }
    if let number = chains[chain].number, number != value.text {
      report(
        "type", at: value.position,
        "a chain uses one number in all, and this one already uses \(number)")
      return nil
    }
    chains[chain].number = value.text
    return value.text
  }
}
