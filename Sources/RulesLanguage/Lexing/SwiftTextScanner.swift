/// What introduces Swift text; it decides where the text ends.
enum SwiftTextMode: Sendable {
  /// After `do`: ends also before a bare `then`; `{ ... }` is a block.
  case action
  /// After `in` of an `each`: ends also before the first `{` outside brackets.
  case collection
  /// After the `=` of a fact.
  case expression
}

extension Lexer {
  /// Swift text from here on, as SEMANTICS defines its end; the lexer stands behind it afterwards.
  /// On failure it stands at the end of the line on which the text starts.
  mutating func scanSwiftText(_ mode: SwiftTextMode) throws(SwiftTextError) -> SwiftText {
    advance { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    let start = self
    do {
      if mode == .action, byte() == UInt8(ascii: "{") { return try scanSwiftBlock() }
      return try scanSwiftLines(mode)
    } catch {
      // A scan that finds no end may read the whole file, and the next one again.
      let wasted = wasted + offset - start.offset
      self = start
      self.wasted = wasted
      if wasted > Limits.wastedSwiftText(ofFile: bytes.count) {
        skipToEnd()
      } else {
        advance { $0 != UInt8(ascii: "\n") }
      }
      throw error
    }
  }

  /// `{ ... }`: the text between the braces.
  private mutating func scanSwiftBlock() throws(SwiftTextError) -> SwiftText {
    let opening = position
    var nesting = SwiftNesting()
    nesting.open(UInt8(ascii: "{"), at: opening)
    advance()
    advance(while: isWhiteSpace)
    let start = offset
    let textPosition = position
    var end = offset
    while !nesting.isEmpty {
      guard byte() != nil else {
        throw SwiftTextError(nesting.unclosed ?? "the block is not closed", at: nesting.position)
      }
      end = offset
      try step(&nesting)
    }
    return swiftText(start..<end, at: textPosition)
  }

  private mutating func scanSwiftLines(
    _ mode: SwiftTextMode
  ) throws(SwiftTextError) -> SwiftText {
    let start = offset
    let textPosition = position
    var end = offset
    var nesting = SwiftNesting()
    scanning: while let byte = byte() {
      if !nesting.isInString {
        if byte == UInt8(ascii: "}"), !nesting.isOpened(byte) { break }
        if nesting.isEmpty {
          if byte == UInt8(ascii: "\n") { break }
          if mode == .collection, byte == UInt8(ascii: "{") { break }
          if mode == .action, isBareThen { break }
          if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "/") {
            advance { $0 != UInt8(ascii: "\n") }
            break scanning
          }
        }
      }
      try step(&nesting)
      end = offset
    }
    if let unclosed = nesting.unclosed {
      throw SwiftTextError(unclosed, at: nesting.position)
    }
    return swiftText(start..<end, at: textPosition)
  }

  private func swiftText(_ range: Range<Int>, at position: SourcePosition) -> SwiftText {
    var end = range.upperBound
    while end > range.lowerBound, isWhiteSpace(bytes[end - 1]) { end -= 1 }
    return SwiftText(text(range.lowerBound..<end), at: position)
  }

  /// The word `then` starts here and is not part of a longer name or of a member access.
  private var isBareThen: Bool {
    guard byte() == UInt8(ascii: "t"), bytes[offset...].starts(with: Array("then".utf8)) else {
      return false
    }
    if let after = byte(4), isNamePart(after) { return false }
    guard offset > 0 else { return true }
    let before = bytes[offset - 1]
    return !isNamePart(before) && before != UInt8(ascii: ".") && before != UInt8(ascii: "`")
  }

  /// Moves over one lexical step of Swift: a comment, a part of a string, a bracket, a character.
  private mutating func step(_ nesting: inout SwiftNesting) throws(SwiftTextError) {
    guard let byte = byte() else { return }
    if let string = nesting.string { return try stepInString(string, &nesting) }
    switch byte {
    case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "/"):
      advance { $0 != UInt8(ascii: "\n") }
    case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "*"):
      try skipBlockComment()
    case UInt8(ascii: "\""), UInt8(ascii: "#"):
      openString(&nesting)
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      nesting.open(byte, at: position)
      advance()
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      guard nesting.close(byte) else {
        let closer = String(UnicodeScalar(byte))
        throw SwiftTextError("`\(closer)` in Swift text closes nothing", at: position)
      }
      advance()
    default:
      advance()
    }
  }

  private mutating func skipBlockComment() throws(SwiftTextError) {
    let start = position
    var depth = 0
    repeat {
      guard let byte = byte() else {
        throw SwiftTextError("a comment in Swift text is not closed", at: start)
      }
      if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "*") {
        depth += 1
        advance(by: 2)
      } else if byte == UInt8(ascii: "*"), self.byte(1) == UInt8(ascii: "/") {
        depth -= 1
        advance(by: 2)
      } else {
        advance()
      }
    } while depth > 0
  }

  /// `"`, `"""` or either behind `#` signs; a `#` before anything else is an ordinary character.
  private mutating func openString(_ nesting: inout SwiftNesting) {
    let start = position
    var hashes = 0
    while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
    guard byte(hashes) == UInt8(ascii: "\"") else { return advance(by: max(1, hashes)) }
    let quote = UInt8(ascii: "\"")
    let isMultiline = byte(hashes + 1) == quote && byte(hashes + 2) == quote
    advance(by: hashes + (isMultiline ? 3 : 1))
    nesting.openString(
      SwiftNesting.StringLiteral(hashes: hashes, isMultiline: isMultiline), at: start)
  }

  private mutating func stepInString(
    _ string: SwiftNesting.StringLiteral, _ nesting: inout SwiftNesting
  ) throws(SwiftTextError) {
    guard let byte = byte() else { return }
    if byte == UInt8(ascii: "\n"), !string.isMultiline {
      throw SwiftTextError("a string in Swift text has no closing quote", at: nesting.position)
    }
    if byte == UInt8(ascii: "\\"), hasHashes(string.hashes, after: 1) {
      advance(by: 1 + string.hashes)
      if self.byte() == UInt8(ascii: "(") { nesting.open(UInt8(ascii: "("), at: position) }
      if self.byte() != UInt8(ascii: "\n") { advance() }
      return
    }
    let quotes = string.isMultiline ? 3 : 1
    let isClosing =
      (0..<quotes).allSatisfy { self.byte($0) == UInt8(ascii: "\"") }
      && hasHashes(string.hashes, after: quotes)
    if isClosing {
      advance(by: quotes + string.hashes)
      nesting.closeString()
    } else {
      advance()
    }
  }

  private func hasHashes(_ count: Int, after ahead: Int) -> Bool {
    (0..<count).allSatisfy { byte(ahead + $0) == UInt8(ascii: "#") }
  }
}

private func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    || byte == UInt8(ascii: "\n")
}
