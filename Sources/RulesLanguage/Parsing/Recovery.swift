// Where parsing goes on after a syntax error. One error must not hide the next item, and must not
// cause a second report: skipping keeps braces balanced, skips Swift text as such, and stops only at
// a word that starts an item and stands first on its line.

extension Parser {
  /// Parses one item; on failure skips to the next one. `start` guarantees progress: an item that
  /// fails on its very first token loses that token.
  ///
  /// - Returns: false when the item could not be read.
  mutating func recovering(_ parse: (inout Parser) throws(Failure) -> Void) -> Bool {
    let start = token.start
    isPartLost = false
    do {
      try parse(&self)
      if isPartLost { skip(to: []) }
      return true
    } catch {
      if token.start == start, !isAtBodyEnd { advance() }
      skip(to: [])
      return false
    }
  }

  /// Parses one part of an item whose name is known; on failure skips to where one of `words` starts
  /// its next part.
  ///
  /// - Returns: false when the item has no such part any more.
  mutating func part(
    until words: [Keyword], _ parse: (inout Parser) throws(Failure) -> Void
  ) -> Bool {
    do {
      try parse(&self)
      return true
    } catch {
      isPartLost = true
      skip(to: words)
      return words.contains { token.isKeyword($0) }
    }
  }

  /// `}`, the end of the file, or a word that can only start a declaration of the file.
  var isAtBodyEnd: Bool {
    switch token.kind {
    case .endOfFile, .symbol(.rightBrace): true
    case .keyword(.task), .keyword(.enum), .keyword(.pool), .keyword(.extern), .keyword(.import):
      token.isFirstOnLine
    default: false
    }
  }

  /// Skips to the first of some words, to the next item of the body we are in, or to its end.
  private mutating func skip(to words: [Keyword]) {
    var depth = 0
    while token.kind != .endOfFile {
      if depth == 0, isAtBodyEnd { return }
      switch token.kind {
      case .symbol(.leftBrace): depth += 1
      case .symbol(.rightBrace): depth -= 1
      case .keyword(let keyword):
        if depth == 0, words.contains(keyword) || token.isFirstOnLine && startsItem(keyword) {
          return
        }
        if keyword == .do { _ = try? lexer.scanSwiftText(.action) }
      default: break
      }
      advance()
    }
  }

  /// An item starts here.
  var isAtItem: Bool {
    if case .keyword(let keyword) = token.kind { startsItem(keyword) } else { false }
  }

  private func startsItem(_ keyword: Keyword) -> Bool {
    switch keyword {
    case .fact, .lazy, .stable, .define, .always, .event, .rule, .wait, .goal, .related, .each,
      .explore, .policy:
      true
    case .when: startsGroup
    default: false
    }
  }

  /// Skips to the brace that opens the body of a broken header; false when the next item comes
  /// first.
  mutating func skipToBody() -> Bool {
    while !isAtBodyEnd {
      if token.isSymbol(.leftBrace) { return true }
      if case .keyword(let keyword) = token.kind, token.isFirstOnLine, startsItem(keyword) {
        return false
      }
      advance()
    }
    return false
  }

  /// Skips to the next declaration of the file.
  mutating func skipToDeclaration() {
    while token.kind != .endOfFile {
      if isAtBodyEnd, !token.isSymbol(.rightBrace) { return }
      advance()
    }
  }
}
