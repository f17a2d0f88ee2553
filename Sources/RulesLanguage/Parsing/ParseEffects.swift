extension Parser {
  /// `then server = chosen or stay after 100 ms`; no `then` is no alternative: `stay`.
  mutating func parseThen() throws(Failure) -> [EffectSyntax] {
    guard take(.then) else { return [] }
    var alternatives: [EffectSyntax] = []
    repeat {
      if let effects = try parseEffects() { alternatives.append(effects) }
    } while takeOr()
    return alternatives
  }

  private mutating func takeOr() -> Bool {
    correctOperator()
    return take(.or)
  }

  /// Nil when its last part could not be read, and another alternative may follow.
  private mutating func parseEffects() throws(Failure) -> EffectSyntax? {
    if take(.stay) {
      if case .integer = token.kind {
        reportMissing("`after` and a duration", insert: " after")
      } else if !take(.after) {
        return .stay(afterMilliseconds: nil)
      }
      return .stay(afterMilliseconds: try parseDuration())
    }
    var changes: [ChangeSyntax] = []
    repeat {
      guard
        part(until: [.or], { (parser) throws(Failure) in changes.append(try parser.parseChange()) })
      else { return nil }
    } while takeComma()
    return .changes(changes)
  }

  /// The comma between two changes; `and` says the same to a reader, and is not in the grammar.
  private mutating func takeComma() -> Bool {
    if take(.comma) { return true }
    correctOperator()
    guard token.isKeyword(.and) else { return false }
    report(
      at: token.position, "expected `,` between two changes, found `and`",
      fix: Diagnostic.Fix(
        "Replace with `,`",
        [.init(SourceRange(start: lastEndPosition, end: tokenRange.end), ",")]))
    advance()
    return true
  }

  private mutating func parseChange() throws(Failure) -> ChangeSyntax {
    if take(.forget) {
      return ChangeSyntax(path: try parsePath("the fact to forget"), value: .any)
    }
    let path = try parsePath("a change such as `fact = value`, `forget fact` or `stay`")
    correct(.equal, to: .assign, "expected `=` to change (`==` compares), found `==`")
    try expect(.assign, "after `\(path.text)`")
    guard take(.any) else {
      return ChangeSyntax(path: path, value: .exactly(try parseValue("the new value")))
    }
    if token.isSymbol(.leftBrace) {
      return ChangeSyntax(path: path, value: .anyOf(try parseValueSet()))
    }
    guard take(.in) else { return ChangeSyntax(path: path, value: .any) }
    return ChangeSyntax(path: path, value: .range(try parseRange()))
  }

  /// `(sent, appended]`
  private mutating func parseRange() throws(Failure) -> RangeSyntax {
    let includesFrom = take(.leftBracket)
    if !includesFrom { try expect(.leftParenthesis, "or `[` before a range") }
    let from = try parseTerm("the lower end of the range")
    try expect(.comma, "between the ends of a range")
    let to = try parseTerm("the upper end of the range")
    let includesTo = take(.rightBracket)
    if !includesTo { try expect(.rightParenthesis, "or `]` after a range") }
    return RangeSyntax(from: from, includesFrom: includesFrom, to: to, includesTo: includesTo)
  }
}
