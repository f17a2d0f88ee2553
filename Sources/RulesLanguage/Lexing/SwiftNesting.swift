/// The brackets and strings that are open at one place of Swift text.
struct SwiftNesting: Sendable {
  struct StringLiteral: Sendable {
    var hashes: Int
    var isMultiline: Bool
  }

  private enum Level {
    case bracket(opener: UInt8)
    case string(StringLiteral)
  }

  private var levels: [(level: Level, position: SourcePosition)] = []

  var isEmpty: Bool { levels.isEmpty }

  /// Where the innermost open bracket or string starts; the start of the file when there is none.
  var position: SourcePosition {
    levels.last?.position ?? SourcePosition(file: 0, line: 1, column: 1)
  }

  /// The string literal whose characters come next, not those of an interpolation in it.
  var string: StringLiteral? {
    if case .string(let literal)? = levels.last?.level { literal } else { nil }
  }

  var isInString: Bool { string != nil }

  /// What to say when the text ends here; nil when nothing is open.
  var unclosed: String? {
    switch levels.last?.level {
    case .bracket(let opener)?: "`\(String(UnicodeScalar(opener)))` in Swift text is not closed"
    case .string?: "a string in Swift text has no closing quote"
    case nil: nil
    }
  }

  mutating func open(_ bracket: UInt8, at position: SourcePosition) {
    levels.append((.bracket(opener: bracket), position))
  }

  mutating func openString(_ literal: StringLiteral, at position: SourcePosition) {
    levels.append((.string(literal), position))
  }

  mutating func closeString() { levels.removeLast() }

  /// The innermost open bracket is the partner of this closing one.
  func isOpened(_ closer: UInt8) -> Bool {
    guard case .bracket(let opener)? = levels.last?.level else { return false }
    switch opener {
    case UInt8(ascii: "("): return closer == UInt8(ascii: ")")
    case UInt8(ascii: "["): return closer == UInt8(ascii: "]")
    default: return closer == UInt8(ascii: "}")
    }
  }

  /// Closes the innermost bracket; false when it is not the partner of `closer`.
  mutating func close(_ closer: UInt8) -> Bool {
    guard isOpened(closer) else { return false }
    levels.removeLast()
    return true
  }
}

/// Why Swift text has no end, and where.
struct SwiftTextError: Error {
  var message: String
  var position: SourcePosition

  init(_ message: String, at position: SourcePosition) {
    self.message = message
    self.position = position
  }
}
