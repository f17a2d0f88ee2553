/// Cuts the UTF-8 text of one file into tokens, on demand: where Swift text starts only the parser
/// knows. A value, so that looking ahead is a copy.
struct Lexer: Sendable {
  let bytes: [UInt8]
  let file: Int
  private(set) var offset = 0
  private var line = 1
  private var column = 1

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
    if isNameStart(byte) { return scanWord() }
    if isDigit(byte) { return scanInteger() }
    if byte == UInt8(ascii: "-"), let next = self.byte(1), isDigit(next) { return scanInteger() }
    if byte == UInt8(ascii: "\"") { return scanString() }
    if let symbol = scanSymbol() { return symbol }
    let start = offset
    advance()
    if byte == UInt8(ascii: "/"), self.byte() == UInt8(ascii: "*") {
      return .invalid("`/*`; a comment starts with `//`")
    }
    let character = text(start..<offset).first.map(String.init) ?? ""
    return byte < UInt8(ascii: " ") || byte == 0x7F
      ? .invalid("a control character (code \(byte))")
      : .invalid("the character `\(character)`")
  }

  private mutating func scanWord() -> Token.Kind {
    let start = offset
    advance(while: isNamePart)
    let word = text(start..<offset)
    return Keyword(rawValue: word).map(Token.Kind.keyword) ?? .identifier(word)
  }

  private mutating func scanInteger() -> Token.Kind {
    let start = offset
    advance()
    advance { isDigit($0) || $0 == UInt8(ascii: "_") }
    let digits = text(start..<offset)
    return Int(digits.filter { $0 != "_" }).map(Token.Kind.integer)
      ?? .invalid("a number out of range")
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
        else { return .invalid("an unknown escape; only `\\\"` and `\\\\` are known") }
        content.append(escaped)
        advance()
      } else {
        let start = offset
        advance()
        content += bytes[start..<offset]
      }
    }
    return .invalid("a string without its closing quote")
  }

  private mutating func scanSymbol() -> Token.Kind? {
    for length in [2, 1] where offset + length <= bytes.count {
      let slice = bytes[offset..<(offset + length)]
      guard slice.allSatisfy({ $0 < 0x80 }), let symbol = Symbol(rawValue: text(slice.indices))
      else { continue }
      advance(by: length)
      return .symbol(symbol)
    }
    return nil
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isNameStart(_ byte: UInt8) -> Bool {
  let lower = byte | 0x20
  return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") && byte < 0x80
    || byte == UInt8(ascii: "_")
}

func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
