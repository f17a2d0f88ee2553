extension Parser {
  /// `cond = alt [ "=>" cond ]`
  mutating func parseCondition() throws(Failure) -> ConditionSyntax {
    let left = try parseAlternatives()
    correctOperator()
    guard take(.implies) else { return left }
    let right = try nested { (parser) throws(Failure) in try parser.parseCondition() }
    return .implies(left, right)
  }

  /// `alt = conj { "or" conj }`
  private mutating func parseAlternatives() throws(Failure) -> ConditionSyntax {
    var parts = [try parseConjunction()]
    while takeWord(.or) { parts.append(try parseConjunction()) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  /// `conj = unary { ( "and" | "," ) unary }`
  private mutating func parseConjunction() throws(Failure) -> ConditionSyntax {
    var parts = [try parseUnary()]
    while takeWord(.and) || take(.comma) { parts.append(try parseUnary()) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  /// `and` or `or`, also written as in Swift or misspelt. `warn` is the word that may follow the
  /// condition of a wait.
  private mutating func takeWord(_ keyword: Keyword) -> Bool {
    correctOperator()
    if token.isIdentifier, !token.isFirstOnLine, !token.isWord(.warn) { correct([.and]) }
    return take(keyword)
  }

  private mutating func parseUnary() throws(Failure) -> ConditionSyntax {
    correctOperator()
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
      try expect(.rightParenthesis, "after a condition in parentheses", insert: ")") { $0.endsList }
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
    try expect(.rightBrace, "or `;` after a part of `one of`", insert: " }") { $0.endsList }
    return .oneOf(parts)
  }

  /// `path [ relop value | "in" "{" values "}" ]`
  private mutating func parseAtom() throws(Failure) -> ConditionSyntax {
    let path = try parsePath("a condition")
    correct(
      .assign, to: .equal,
      "expected `==` to compare (one `=` is a change, and stands after `then`), found `=`")
    guard let relation = takeRelation() else {
      guard take(.in) else { return .path(path) }
      return .membership(path, try parseValueSet())
    }
    let right = try parseValue("a value after `\(relation.rawValue)`")
    return try parseChained(.comparison(path, relation, right), from: right)
  }

  private mutating func takeRelation() -> Condition.Relation? {
    guard case .symbol(let symbol) = token.kind,
      let relation = Condition.Relation(rawValue: symbol.rawValue)
    else { return nil }
    advance()
    return relation
  }

  /// `a < b < c` is not in the grammar, and read as `a < b and b < c`.
  private mutating func parseChained(
    _ first: ConditionSyntax, from middle: ValueSyntax
  ) throws(Failure) -> ConditionSyntax {
    var parts = [first]
    var middle = middle
    while case .symbol(let symbol) = token.kind,
      Condition.Relation(rawValue: symbol.rawValue) != nil
    {
      if !permitsChains {
        report(
          at: token.position,
          "a comparison has two sides; write `and \(middle.text) \(symbol.rawValue)` here",
          fix: middle.kind == .name ? .insert(" and \(middle.text)", at: lastEndPosition) : nil)
      }
      guard let relation = takeRelation() else { break }
      let right = try parseValue("a value after `\(relation.rawValue)`")
      if middle.kind == .name {
        parts.append(.comparison(PathSyntax(first: middle.name, rest: []), relation, right))
      } else if permitsChains, right.kind == .name {
        let path = PathSyntax(first: right.name, rest: [])
        parts.append(.comparison(path, relation.mirrored, middle))
      }
      middle = right
    }
    return parts.count == 1 ? first : .and(parts)
  }
}

extension Condition.Relation {
  /// What holds between `b` and `a` when this one holds between `a` and `b`.
  fileprivate var mirrored: Self {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
