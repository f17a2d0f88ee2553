/// Recursive descent over the tokens of one file, one function a construct. A construct that cannot
/// be read is reported once and thrown; the loop over the items around it recovers (`Recovery`).
struct Parser {
  /// Thrown after the error has been recorded.
  struct Failure: Error {}

  var lexer: Lexer
  /// The current token; the lexer stands right behind it.
  private(set) var token: Token
  /// Where the last consumed token, or Swift text, ends.
  private(set) var lastEnd = 0
  private(set) var lastEndPosition: SourcePosition
  private(set) var diagnostics: [Diagnostic] = []
  /// Some part of the item at hand could not be read.
  var isPartLost = false
  /// `a < b < c` is read without a word: in states that a person pastes, not in rules.
  var permitsChains = false
  private var nesting = 0
  private var foreignNames: Set<String> = []

  init(file: SourceFile, index: Int) {
    lexer = Lexer(text: file.text, file: index)
    lastEndPosition = lexer.position
    token = lexer.next()
  }

  // MARK: Tokens

  mutating func advance() {
    lastEnd = token.end
    lastEndPosition = lexer.position
    token = lexer.next()
  }

  /// The current token's place.
  var tokenRange: SourceRange { SourceRange(start: token.position, end: lexer.position) }

  /// Takes the current token for another one, after that was reported.
  mutating func replaceToken(with kind: Token.Kind) { token.kind = kind }

  /// The token after the current one, and the one after that.
  func peek() -> (Token, Token) {
    var ahead = lexer
    let first = ahead.next()
    return (first, ahead.next())
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard token.isKeyword(keyword) else { return false }
    advance()
    return true
  }

  mutating func take(_ symbol: Symbol) -> Bool {
    guard token.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func take(_ word: ContextualWord) -> Bool {
    guard token.isWord(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ keyword: Keyword, _ context: String) throws(Failure) {
    if !take(keyword) { throw unexpected("`\(keyword.rawValue)` \(context)") }
  }

  mutating func expect(_ symbol: Symbol, _ context: String) throws(Failure) {
    if !take(symbol) { throw unexpected("`\(symbol.rawValue)` \(context)") }
  }

  mutating func expect(_ word: ContextualWord, _ context: String) throws(Failure) {
    if !take(word) { throw unexpected("`\(word.rawValue)` \(context)") }
  }

  /// - Parameter what: what the name is for, `the fact's name`.
  mutating func parseName(_ what: String) throws(Failure) -> NameSyntax {
    guard case .identifier(let text) = token.kind else { throw unexpected(what) }
    let name = NameSyntax(text: text, position: token.position)
    checkLetters(text)
    advance()
    return name
  }

  mutating func parseNames(_ what: String) throws(Failure) -> [NameSyntax] {
    var names = [try parseName(what)]
    while take(.comma) { names.append(try parseName(what)) }
    return names
  }

  /// Names are ASCII; a foreign one is reported once, and read, so that it causes no other error.
  mutating func checkLetters(_ name: String) {
    guard !name.utf8.allSatisfy({ $0 < 0x80 }), foreignNames.insert(name).inserted else { return }
    report(
      at: token.position,
      "`\(name)` has letters that no name can have; names are made of a to z, A to Z, digits and"
        + " `_`")
  }

  mutating func parsePath(_ what: String) throws(Failure) -> PathSyntax {
    var path = PathSyntax(first: try parseName(what), rest: [])
    while take(.dot) { path.rest.append(try parseName("a name after `.`")) }
    return path
  }

  /// A label, when one is written.
  mutating func takeString() -> String? {
    guard case .string(let text) = token.kind else { return nil }
    advance()
    return text
  }

  mutating func parseInteger(_ what: String) throws(Failure) -> Int {
    guard case .integer(let value) = token.kind else { throw unexpected(what) }
    advance()
    return value
  }

  /// Swift text right behind the current token, which introduces it.
  mutating func parseSwift(
    _ mode: SwiftTextMode, after introducer: String
  ) throws(Failure) -> SwiftText {
    let text: SwiftText
    do throws(SwiftTextError) {
      text = try lexer.scanSwiftText(mode)
    } catch {
      lastEnd = lexer.offset
      lastEndPosition = lexer.position
      token = lexer.next()
      throw self.error(at: error.position, error.message)
    }
    lastEnd = lexer.offset
    lastEndPosition = lexer.position
    token = lexer.next()
    guard !text.text.isEmpty else {
      throw error(at: text.position, "expected Swift text after \(introducer), on the same line")
    }
    return text
  }

  // MARK: Bounds

  /// Runs `parse` one level deeper; refuses to go deeper than `Limits.nesting`.
  mutating func nested<Value>(
    _ parse: (inout Parser) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard nesting < Limits.nesting else {
      throw error(at: token.position, "nested more than \(Limits.nesting) levels deep")
    }
    nesting += 1
    defer { nesting -= 1 }
    return try parse(&self)
  }

  // MARK: Errors

  /// Records that something else was expected here.
  mutating func unexpected(_ expected: String) -> Failure {
    error(at: token.position, "expected \(expected), found \(token.description)")
  }

  mutating func error(at position: SourcePosition, _ message: String) -> Failure {
    report(at: position, message)
    return Failure()
  }

  mutating func report(at position: SourcePosition, _ message: String, fix: Diagnostic.Fix? = nil) {
    guard diagnostics.count < Limits.syntaxErrorsPerFile else { return giveUp() }
    diagnostics.append(
      Diagnostic("syntax", at: position, message, fixes: fix.map { [$0] } ?? []))
  }

  private mutating func giveUp() {
    lexer.skipToEnd()
    token = lexer.next()
  }
}
