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
    /// What no token starts with; the payload says what is wrong.
    case invalid(String)
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

  /// How messages name it.
  var description: String {
    switch kind {
    case .keyword(let keyword): "`\(keyword.rawValue)`"
    case .identifier(let name): "`\(name)`"
    case .integer(let value): "`\(value)`"
    case .string(let text): "\"\(text)\""
    case .symbol(let symbol): "`\(symbol.rawValue)`"
    case .endOfFile: "the end of the file"
    case .invalid(let message): message
    }
  }
}
