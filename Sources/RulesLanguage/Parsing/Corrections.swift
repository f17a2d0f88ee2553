// Mistakes that leave no doubt about what was meant: reported with a fix, and read as meant, so that
// the rest of the item is checked as well.

extension Diagnostic.Fix {
  static func insert(_ text: String, at position: SourcePosition) -> Self {
    let shown = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Self(
      "Insert `\(shown)`", [Edit(SourceRange(start: position, end: position), text)])
  }

  static func replace(_ range: SourceRange, with text: String) -> Self {
    Self("Replace with `\(text)`", [Edit(range, text)])
  }

  static func remove(_ range: SourceRange, _ text: String) -> Self {
    Self("Remove `\(text)`", [Edit(range, "")])
  }
}

extension Parser {
  /// Records that something is missing behind the last token, and how to put it there.
  mutating func reportMissing(_ expected: String, insert text: String) {
    report(
      at: token.position, "expected \(expected), found \(token.description)",
      fix: .insert(text, at: lastEndPosition))
  }

  /// Takes a symbol; takes it as read where it is missing and what follows can only follow it.
  mutating func expect(
    _ symbol: Symbol, _ context: String, insert text: String, before follows: (Token) -> Bool
  ) throws(Failure) {
    if take(symbol) { return }
    guard follows(token) else { throw unexpected("`\(symbol.rawValue)` \(context)") }
    reportMissing("`\(symbol.rawValue)` \(context)", insert: text)
  }

  /// Reads a misspelt word as the reserved word that is meant: `wen` where `when` may stand.
  mutating func correct(_ words: [Keyword]) {
    guard case .identifier(let word) = token.kind,
      let near = nearestName(to: word, among: words.map(\.rawValue)),
      let keyword = Keyword(rawValue: near)
    else { return }
    report(
      at: token.position, "expected `\(near)`, found `\(word)`",
      fix: .replace(tokenRange, with: near))
    replaceToken(with: .keyword(keyword))
  }

  /// Reads an operator of Swift as the word that says it here: `&&` as `and`.
  mutating func correctOperator() {
    guard case .invalid(.foreignOperator(let text)) = token.kind else { return }
    let meant: Token.Kind
    let written: String
    switch text {
    case "&&": (meant, written) = (.keyword(.and), "and")
    case "||": (meant, written) = (.keyword(.or), "or")
    case "!": (meant, written) = (.keyword(.not), "not ")
    default: (meant, written) = (.symbol(.implies), "=>")
    }
    let shown = written.trimmingSpace
    report(
      at: token.position, "expected `\(shown)`, which says `\(text)` here",
      fix: Diagnostic.Fix(
        "Replace with `\(shown)`", [Diagnostic.Fix.Edit(tokenRange, written)]))
    replaceToken(with: meant)
  }

  /// Reads one symbol as another: `=` as `==` in a condition.
  mutating func correct(_ wrong: Symbol, to right: Symbol, _ message: String) {
    guard token.isSymbol(wrong) else { return }
    report(at: token.position, message, fix: .replace(tokenRange, with: right.rawValue))
    replaceToken(with: .symbol(right))
  }

  /// The comma between two entries of a list in braces, present or missing; false at its end.
  mutating func takeSeparator(_ what: String) -> Bool {
    let comma = tokenRange
    if take(.comma) {
      guard token.isSymbol(.rightBrace) else { return true }
      report(
        at: token.position, "expected \(what) after `,`, found `}`", fix: .remove(comma, ","))
      return false
    }
    switch token.kind {
    case .identifier, .integer, .keyword(.true), .keyword(.false):
      reportMissing("`,` or `}`", insert: ",")
      return true
    default: return false
    }
  }
}

extension String {
  fileprivate var trimmingSpace: String { String(prefix { $0 != " " }) }
}
