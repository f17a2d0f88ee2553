/// A condition as written, but that `,` is already `and`.
indirect enum ConditionSyntax: Sendable {
  case constant(Bool)
  case path(PathSyntax)
  case comparison(PathSyntax, Condition.Relation, ValueSyntax)
  case membership(PathSyntax, [ValueSyntax])
  case not(ConditionSyntax)
  case and([ConditionSyntax])
  case or([ConditionSyntax])
  case oneOf([ConditionSyntax])
  case implies(ConditionSyntax, ConditionSyntax)
  case quantified(Condition.Quantifier, each: NameSyntax, ConditionSyntax)
}

/// What may stand right of a comparison, of `=` or of `initially`.
struct ValueSyntax: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case name
    case integer
    case boolean
  }

  var kind: Kind
  /// The name, `true`, `false`, or the number in decimal.
  var text: String
  var position: SourcePosition

  var name: NameSyntax { NameSyntax(text: text, position: position) }
}
