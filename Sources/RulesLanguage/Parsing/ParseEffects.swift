extension Parser {
  /// `then server = chosen or stay after 100 ms`; no `then` is no alternative: `stay`.
  mutating func parseThen() throws(Failure) -> [EffectSyntax] {
    guard take(.then) else { return [] }
    var alternatives = [try parseEffects()]
    while take(.or) { alternatives.append(try parseEffects()) }
    return alternatives
  }

  private mutating func parseEffects() throws(Failure) -> EffectSyntax {
    if take(.stay) {
      return .stay(afterMilliseconds: take(.after) ? try parseDuration() : nil)
    }
    var changes = [try parseChange()]
    while take(.comma) { changes.append(try parseChange()) }
    return .changes(changes)
  }

  private mutating func parseChange() throws(Failure) -> ChangeSyntax {
    if take(.forget) {
      return ChangeSyntax(path: try parsePath("the fact to forget"), value: .any)
    }
    let path = try parsePath("a change such as `fact = value`, `forget fact` or `stay`")
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
