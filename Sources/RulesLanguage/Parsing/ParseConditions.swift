extension Parser {
  /// `cond = alt [ "=>" cond ]`
  mutating func parseCondition() throws(Failure) -> ConditionSyntax {
    let left = try parseAlternatives()
    guard take(.implies) else { return left }
    let right = try nested { (parser) throws(Failure) in try parser.parseCondition() }
    return .implies(left, right)
  }

  /// `alt = conj { "or" conj }`
  private mutating func parseAlternatives() throws(Failure) -> ConditionSyntax {
    var parts = [try parseConjunction()]
    while take(.or) { parts.append(try parseConjunction()) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  /// `conj = unary { ( "and" | "," ) unary }`
  private mutating func parseConjunction() throws(Failure) -> ConditionSyntax {
    var parts = [try parseUnary()]
    while take(.and) || take(.comma) { parts.append(try parseUnary()) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func parseUnary() throws(Failure) -> ConditionSyntax {
    switch token.kind {
    case .keyword(.true):
      advance()
      return .constant(true)
    case .keyword(.false):
      advance()
      return .constant(false)
    case .keyword(.not):
      advance()
      return .not(try nested { (parser) throws(Failure) in try parser.parseUnary() })
    case .symbol(.leftParenthesis):
      advance()
      let condition = try nested { (parser) throws(Failure) in try parser.parseCondition() }
      try expect(.rightParenthesis, "after a condition in parentheses")
      return condition
    case .identifier(let word):
      if let quantifier = Condition.Quantifier(rawValue: word), isQuantifier {
        return try parseQuantified(quantifier)
      }
      if word == ContextualWord.one.rawValue, peek().0.isWord(.of) { return try parseOneOf() }
      return try parseAtom()
    default: throw unexpected("a condition")
    }
  }

  /// `all`, `some` and `none` are quantifiers only before `name :`.
  private var isQuantifier: Bool {
    let (name, colon) = peek()
    guard case .identifier = name.kind else { return false }
    return colon.isSymbol(.colon)
  }

  /// `all replica: header == committed`
  private mutating func parseQuantified(
    _ quantifier: Condition.Quantifier
  ) throws(Failure) -> ConditionSyntax {
    advance()
    let each = try parseName("the name of an each")
    try expect(.colon, "after the name of the each")
    let body = try nested { (parser) throws(Failure) in try parser.parseUnary() }
    return .quantified(quantifier, each: each, body)
  }

  /// `one of { header == sent; committed < sent }`
  private mutating func parseOneOf() throws(Failure) -> ConditionSyntax {
    advance()
    advance()
    try expect(.leftBrace, "after `one of`")
    let parts = try nested { (parser) throws(Failure) in
      var parts = [try parser.parseCondition()]
      while parser.take(.semicolon) { parts.append(try parser.parseCondition()) }
      return parts
    }
    try expect(.rightBrace, "or `;` after a part of `one of`")
    return .oneOf(parts)
  }

  /// `path [ relop value | "in" "{" values "}" ]`
  private mutating func parseAtom() throws(Failure) -> ConditionSyntax {
    let path = try parsePath("a condition")
    if case .symbol(let symbol) = token.kind,
      let relation = Condition.Relation(rawValue: symbol.rawValue)
    {
      advance()
      return .comparison(path, relation, try parseValue("a value after `\(symbol.rawValue)`"))
    }
    if token.isSymbol(.assign) {
      throw unexpected("`==` to compare (one `=` is a change, and stands after `then`)")
    }
    guard take(.in) else { return .path(path) }
    return .membership(path, try parseValueSet())
  }
}
