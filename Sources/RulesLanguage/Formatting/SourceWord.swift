/// A comment on a line of its own.
struct OwnLineComment: Hashable, Sendable {
  /// With its slashes, without white space at its end.
  var text: String
  /// An empty line stands before it.
  var hasBlankBefore: Bool
}

/// A token or a Swift text, as written, with the comments around it: all of a file but its spaces.
struct SourceWord: Sendable {
  /// nil: Swift text.
  var token: Token.Kind?
  /// As in the file; of an action in braces with its braces.
  var text: String
  /// Where it stood on its line, from 1.
  var column: Int
  var comments: [OwnLineComment] = []
  /// An empty line stands before it, behind its comments if it has any.
  var hasBlankBefore = false
  /// The comment behind it on its line.
  var trailing: String?

  func isKeyword(_ keyword: Keyword) -> Bool { token == .keyword(keyword) }
  func isSymbol(_ symbol: Symbol) -> Bool { token == .symbol(symbol) }
  func isWord(_ word: ContextualWord) -> Bool { token == .identifier(word.rawValue) }
  var isName: Bool { if case .identifier? = token { true } else { false } }
  var isString: Bool { if case .string? = token { true } else { false } }
}

/// The words of a file without syntax errors; the last one is the end of the file, with an empty
/// text.
func readWords(_ file: SourceFile) throws(SwiftTextError) -> [SourceWord] {
  var reader = WordReader(lexer: Lexer(text: file.text, file: 0))
  try reader.readAll()
  return reader.words
}

private struct WordReader {
  var lexer: Lexer
  var words: [SourceWord] = []
  /// The Swift text that the next `in` or `=` introduces.
  private var expected: SwiftTextMode?

  init(lexer: Lexer) { self.lexer = lexer }

  mutating func readAll() throws(SwiftTextError) {
    var end = lexer.offset
    while true {
      let token = lexer.next()
      add(token.kind, token.start..<token.end, column: token.position.column, behind: end)
      end = token.end
      if token.kind == .endOfFile { return }
      guard let mode = swiftText(after: token) else { continue }
      lexer.advance { isBlank($0) && $0 != UInt8(ascii: "\n") }
      let start = lexer.offset
      let column = lexer.position.column
      let isBlock = mode == .action && lexer.byte() == UInt8(ascii: "{")
      let text = try lexer.scanSwiftText(mode)
      // The scanner has read the comment behind the text, but not that behind a block.
      let textEnd = isBlock ? lexer.offset : start + text.text.utf8.count
      add(nil, start..<textEnd, column: column, behind: end)
      end = textEnd
    }
  }

  /// In a file without syntax errors the words themselves tell where Swift text starts.
  private mutating func swiftText(after token: Token) -> SwiftTextMode? {
    switch token.kind {
    case .keyword(.do): return .action
    case .keyword(.each): expected = .collection
    case .keyword(.fact): expected = .expression
    case .keyword(.initially), .keyword(.true), .keyword(.false): break
    case .keyword(.in) where expected == .collection,
      .symbol(.assign) where expected == .expression:
      defer { expected = nil }
      return expected
    case .keyword: expected = nil
    default: break
    }
    return nil
  }

  private mutating func add(
    _ token: Token.Kind?, _ range: Range<Int>, column: Int, behind end: Int
  ) {
    var word = SourceWord(token: token, text: lexer.text(range), column: column)
    var lineEnds = 0
    var offset = end
    while offset < range.lowerBound {
      guard lexer.bytes[offset] == UInt8(ascii: "/") else {
        if lexer.bytes[offset] == UInt8(ascii: "\n") { lineEnds += 1 }
        offset += 1
        continue
      }
      let start = offset
      while offset < range.lowerBound, lexer.bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
      var textEnd = offset
      while textEnd > start, isBlank(lexer.bytes[textEnd - 1]) { textEnd -= 1 }
      let text = lexer.text(start..<textEnd)
      if lineEnds == 0, !words.isEmpty {
        words[words.count - 1].trailing = text
      } else {
        word.comments.append(OwnLineComment(text: text, hasBlankBefore: lineEnds > 1))
      }
      lineEnds = 0
    }
    word.hasBlankBefore = lineEnds > 1
    words.append(word)
  }
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    || byte == UInt8(ascii: "\n")
}
