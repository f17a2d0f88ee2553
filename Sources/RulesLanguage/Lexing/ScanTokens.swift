/// One token of a text that may be in error, for editors.
package struct SourceToken: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case keyword(Keyword)
    case name(String)
    case number
    /// Its content, without quotes and with its escapes replaced.
    case string(String)
    case symbol(Symbol)
    case swift
    case invalid
  }

  package var kind: Kind
  /// Bytes of the text.
  package var range: Range<Int>
}

/// Cuts a text into tokens and Swift texts, without asking whether it makes sense: where Swift text
/// starts follows from the words before it. Comments are the gaps between tokens. No text is an
/// error; O(bytes).
package func scanTokens(_ text: String) -> [SourceToken] {
  var lexer = Lexer(text: text, file: 0)
  var tokens: [SourceToken] = []
  // The Swift text that the next `in` or `=` introduces.
  var expected: SwiftTextMode?
  while true {
    let token = lexer.next()
    if token.kind == .endOfFile { return tokens }
    tokens.append(SourceToken(kind: kind(of: token), range: token.start..<token.end))
    guard let mode = swiftText(after: token, &expected) else { continue }
    lexer.advance {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
    }
    let start = lexer.offset
    var end = start
    if let swift = try? lexer.scanSwiftText(mode) {
      // Of a block in braces the text between them is not all.
      let isBlock = mode == .action && lexer.bytes[start...].first == UInt8(ascii: "{")
      end = isBlock ? lexer.offset : start + swift.text.utf8.count
    } else {
      // It has no end; the scanner stands behind its first line.
      end = lexer.offset
    }
    if end > start { tokens.append(SourceToken(kind: .swift, range: start..<end)) }
  }
}

private func kind(of token: Token) -> SourceToken.Kind {
  switch token.kind {
  case .keyword(let keyword): .keyword(keyword)
  case .identifier(let name): .name(name)
  case .integer: .number
  case .string(let text): .string(text)
  case .symbol(let symbol): .symbol(symbol)
  case .endOfFile, .invalid: .invalid
  }
}

private func swiftText(after token: Token, _ expected: inout SwiftTextMode?) -> SwiftTextMode? {
  switch token.kind {
  case .keyword(.do): return .action
  case .keyword(.each): expected = .collection
  case .keyword(.fact): expected = .expression
  case .keyword(.initially), .keyword(.true), .keyword(.false): break
  case .keyword(.in) where expected == .collection, .symbol(.assign) where expected == .expression:
    defer { expected = nil }
    return expected
  case .keyword: expected = nil
  default: break
  }
  return nil
}
