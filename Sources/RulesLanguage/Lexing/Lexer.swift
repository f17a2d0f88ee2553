/// Cuts the UTF-8 text of one file into tokens, on demand: where Swift text starts only the parser
/// knows. A value, so that looking ahead is a copy.
struct Lexer: Sendable {
  let bytes: [UInt8]
  let file: Int
  private(set) var offset = 0
  private var line = 1
  private var column = 1
  /// Bytes of Swift text that were scanned in vain because something in it is not closed.
  var wasted = 0
  /// Words before this offset were found not to be parts of a name that is not ASCII.
  private var foreignNamesFrom = 0

  init(text: String, file: Int) {
    self.bytes = Array(text.utf8)
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  var position: SourcePosition { SourcePosition(file: file, line: line, column: column) }

  /// The byte `ahead` places on, or nil at the end of the file.
  func byte(_ ahead: Int = 0) -> UInt8? {
    offset + ahead < bytes.count ? bytes[offset + ahead] : nil
  }

  /// Moves over one ASCII byte or one run of non-ASCII bytes.
  mutating func advance() {
    guard offset < bytes.count else { return }
    let byte = bytes[offset]
    if byte < 0x80 {
      offset += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else {
        column += 1
      }
      return
    }
    let start = offset
    while offset < bytes.count, bytes[offset] >= 0x80 { offset += 1 }
    // Counted with the ASCII character before the run, which a combining mark may belong to.
    let counted = start > 0 && bytes[start - 1] != UInt8(ascii: "\n") && bytes[start - 1] < 0x80
    let run = String(decoding: bytes[(counted ? start - 1 : start)..<offset], as: UTF8.self)
    column += run.count - (counted ? 1 : 0)
  }

  mutating func advance(by count: Int) {
    for _ in 0..<count { advance() }
  }

  mutating func advance(while condition: (UInt8) -> Bool) {
    while let byte = byte(), condition(byte) { advance() }
  }

  /// Gives up the rest of the file.
  mutating func skipToEnd() { offset = bytes.count }

  /// The text between two byte offsets.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  mutating func next() -> Token {
    let trivia = skipTrivia()
    let start = offset
    let position = position
    let kind = scan()
    return Token(
      kind: kind, start: start, end: offset, position: position,
      isFirstOnLine: trivia.isFirstOnLine, doc: trivia.doc)
  }

  /// White space and comments; `///` lines are kept as documentation of the next token.
  private mutating func skipTrivia() -> (doc: String?, isFirstOnLine: Bool) {
    var doc: [String] = []
    let startLine = line
    let atStart = offset == 0
    while let byte = byte() {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        || byte == UInt8(ascii: "\n")
      {
        advance()
      } else if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "/") {
        let start = offset
        advance { $0 != UInt8(ascii: "\n") }
        if let line = docLine(start..<offset) { doc.append(line) }
      } else {
        break
      }
    }
    return (doc.isEmpty ? nil : doc.joined(separator: "\n"), atStart || line != startLine)
  }

  /// The text of a `///` comment without its one leading space; nil for `//` and `////`.
  private func docLine(_ range: Range<Int>) -> String? {
    let slash = UInt8(ascii: "/")
    guard range.count >= 3, bytes[range.lowerBound + 2] == slash else { return nil }
    guard range.count == 3 || bytes[range.lowerBound + 3] != slash else { return nil }
    var start = range.lowerBound + 3
    var end = range.upperBound
    if start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
    while end > start, bytes[end - 1] <= UInt8(ascii: " ") { end -= 1 }
    return text(start..<end)
  }

  private mutating func scan() -> Token.Kind {
    guard let byte = byte() else { return .endOfFile }
    if isNameStart(byte) || byte >= 0x80, let word = scanWord() { return word }
    if isDigit(byte) { return scanInteger() }
    if byte == UInt8(ascii: "-"), let next = self.byte(1), isDigit(next) { return scanInteger() }
    if byte == UInt8(ascii: "\"") { return scanString() }
    if let symbol = scanSymbol() { return symbol }
    if let text = foreignOperator {
      advance(by: text.utf8.count)
      return .invalid(.foreignOperator(text))
    }
    let start = offset
    advance()
    if byte == UInt8(ascii: "/"), self.byte() == UInt8(ascii: "*") {
      return .invalid(.blockComment)
    }
    if byte < UInt8(ascii: " ") || byte == 0x7F { return .invalid(.control(byte)) }
    return .invalid(.character(text(start..<offset).first ?? " "))
  }

  /// A word; letters that are not ASCII are read along, for the parser to refuse the name whole. Nil
  /// where other characters that are not ASCII stand.
  private mutating func scanWord() -> Token.Kind? {
    let start = offset
    advance(while: isNamePart)
    if let byte = byte(), byte >= 0x80, let end = endOfForeignName(from: start) {
      while offset < end { advance() }
    }
    if offset == start { return nil }
    if offset - start > Limits.nameBytes { return .invalid(.longName) }
    let word = text(start..<offset)
    return Keyword(rawValue: word).map(Token.Kind.keyword) ?? .identifier(word)
  }

  /// The end of a name with letters that are not ASCII; nil when there are other characters in it.
  /// No place is looked at twice, so that garbage costs no more than its length.
  private mutating func endOfForeignName(from start: Int) -> Int? {
    guard start >= foreignNamesFrom else { return nil }
    let most = min(bytes.count, start + 200)
    var end = start
    while end < most, isNamePart(bytes[end]) || bytes[end] >= 0x80 { end += 1 }
    foreignNamesFrom = end
    if end == most, most < bytes.count { return nil }
    let isName = text(start..<end).allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return isName ? end : nil
  }

  /// An operator of Swift that is a word here.
  private var foreignOperator: String? {
    switch (byte(), byte(1)) {
    case (UInt8(ascii: "&"), UInt8(ascii: "&")): "&&"
    case (UInt8(ascii: "|"), UInt8(ascii: "|")): "||"
    case (UInt8(ascii: "-"), UInt8(ascii: ">")): "->"
    case (UInt8(ascii: "!"), _): "!"
    default: nil
    }
  }

  private mutating func scanInteger() -> Token.Kind {
    let start = offset
    advance()
    advance { isDigit($0) || $0 == UInt8(ascii: "_") }
    let digits = text(start..<offset)
    return Int(digits.filter { $0 != "_" }).map(Token.Kind.integer)
      ?? .invalid(.number)
  }

  private mutating func scanString() -> Token.Kind {
    advance()
    var content: [UInt8] = []
    while let byte = byte(), byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "\"") {
        advance()
        return .string(String(decoding: content, as: UTF8.self))
      }
      if byte == UInt8(ascii: "\\") {
        advance()
        guard let escaped = self.byte(),
          escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
        else { return .invalid(.escape) }
        content.append(escaped)
        advance()
      } else {
        let start = offset
        advance()
        content += bytes[start..<offset]
      }
    }
    return .invalid(.openString)
  }

  private mutating func scanSymbol() -> Token.Kind? {
    guard let first = byte(), let symbol = symbol(first, byte(1) ?? 0) else { return nil }
    advance(by: symbol.rawValue.utf8.count)
    return .symbol(symbol)
  }

  /// The longest symbol that starts with these bytes.
  private func symbol(_ first: UInt8, _ second: UInt8) -> Symbol? {
    let isEqualNext = second == UInt8(ascii: "=")
    switch first {
    case UInt8(ascii: "{"): return .leftBrace
    case UInt8(ascii: "}"): return .rightBrace
    case UInt8(ascii: "("): return .leftParenthesis
    case UInt8(ascii: ")"): return .rightParenthesis
    case UInt8(ascii: "["): return .leftBracket
    case UInt8(ascii: "]"): return .rightBracket
    case UInt8(ascii: ","): return .comma
    case UInt8(ascii: ":"): return .colon
    case UInt8(ascii: ";"): return .semicolon
    case UInt8(ascii: "."): return .dot
    case UInt8(ascii: "?"): return .question
    case UInt8(ascii: "*"): return .star
    case UInt8(ascii: "="):
      return isEqualNext ? .equal : second == UInt8(ascii: ">") ? .implies : .assign
    case UInt8(ascii: "!"): return isEqualNext ? .notEqual : nil
    case UInt8(ascii: "<"): return isEqualNext ? .lessOrEqual : .less
    case UInt8(ascii: ">"): return isEqualNext ? .greaterOrEqual : .greater
    default: return nil
    }
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isNameStart(_ byte: UInt8) -> Bool {
  let lower = byte | 0x20
  return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") && byte < 0x80
    || byte == UInt8(ascii: "_")
}

func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
