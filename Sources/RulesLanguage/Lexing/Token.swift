/// One token of a rules file.
struct Token: Sendable {
  enum Kind: Hashable, Sendable {
    case keyword(Keyword)
    case identifier(String)
    case integer(Int)
    /// A label or a path, without its quotes and with its escapes replaced.
    case string(String)
    case symbol(Symbol)
    case endOfFile
    /// What is no token.
    case invalid(Invalid)
  }

  /// What is wrong with characters that are no token.
  enum Invalid: Hashable, Sendable {
    case character(Character)
    case control(UInt8)
    case blockComment
    case number
    case escape
    case openString
    case longName
    /// An operator of Swift that is a word here: `&&`, `||`, `!`, or `->` for `=>`.
    case foreignOperator(String)

    /// How messages name it.
    var description: String {
      switch self {
      case .character(let character): "the character `\(character)`"
      case .control(let code): "a control character (code \(code))"
      case .blockComment: "`/*`; a comment starts with `//`"
      case .number: "a number out of range"
      case .escape: "an unknown escape; only `\\\"` and `\\\\` are known"
      case .foreignOperator(let text): "`\(text)`"
      case .openString: "a string without its closing quote"
      case .longName: "a name of more than \(Limits.nameBytes) bytes"
      }
    }
  }

  var kind: Kind
  /// Byte offsets in the file.
  var start: Int
  var end: Int
  var position: SourcePosition
  /// No other token stands before it on its line.
  var isFirstOnLine: Bool
  /// The `///` comments before it, a line each, joined.
  var doc: String?

  func isKeyword(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }
  func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }
  func isWord(_ word: ContextualWord) -> Bool { kind == .identifier(word.rawValue) }

  var isIdentifier: Bool { if case .identifier = kind { true } else { false } }

  /// A condition can start here.
  var startsCondition: Bool {
    switch kind {
    case .identifier, .keyword(.true), .keyword(.false), .keyword(.not), .symbol(.leftParenthesis):
      true
    default: false
    }
  }

  /// Nothing that could be in a list of values or a condition: both end before it at the latest.
  var endsList: Bool {
    switch kind {
    case .endOfFile, .symbol(.rightBrace), .symbol(.rightParenthesis), .symbol(.leftBrace): true
    case .keyword(.true), .keyword(.false), .keyword(.not), .keyword(.in): false
    case .keyword: true
    default: false
    }
  }

  /// How messages name it.
  var description: String {
    switch kind {
    case .keyword(let keyword): "`\(keyword.rawValue)`"
    case .identifier(let name): "`\(name)`"
    case .integer(let value): "`\(value)`"
    case .string(let text): "\"\(text.count > 60 ? text.prefix(60) + "..." : text)\""
    case .symbol(let symbol): "`\(symbol.rawValue)`"
    case .endOfFile: "the end of the file"
    case .invalid(let invalid): invalid.description
    }
  }
}
