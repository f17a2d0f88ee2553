import RulesLanguage
import RulesOutput

/// A place in an open document, and the names of the programs that the document belongs to.
struct Cursor {
  let document: TextDocument
  let index: SymbolIndex
  /// The number of the document in `index.files`.
  let file: Int
  /// Bytes before the place.
  let offset: Int

  var position: SourcePosition { document.lines.sourcePosition(at: offset, file: file) }

  /// The name there, or right before it, as the compiler binds it.
  var boundName: SymbolIndex.Occurrence? { index.symbol(at: position) }

  /// As `boundName`; in a part that has a syntax error, where nothing is bound, what of this name can
  /// be seen there.
  var occurrence: SymbolIndex.Occurrence? {
    if let boundName { return boundName }
    guard let token = token(in: tokens), case .name(let name) = token.kind else { return nil }
    let visible = index.names(visibleAt: position)
    let candidates = visible.expected + visible.names + visible.clauses + visible.types
    return candidates.first { $0.name == name }.map { symbol in
      let start = document.lines.sourcePosition(at: token.range.lowerBound, file: file)
      let end = document.lines.sourcePosition(at: token.range.upperBound, file: file)
      return SymbolIndex.Occurrence(
        symbol, SourceRange(start: start, end: end), isDeclaration: false)
    }
  }

  var tokens: [SourceToken] { scanTokens(document.text) }

  /// The token there, or the word right before it.
  func token(in tokens: [SourceToken]) -> SourceToken? {
    tokens.first { $0.range.contains(offset) }
      ?? tokens.first { $0.range.upperBound == offset && $0.word != nil }
  }
}

extension SourceToken {
  /// The text of a keyword or name.
  var word: String? {
    switch kind {
    case .keyword(let keyword): keyword.rawValue
    case .name(let name): name
    default: nil
    }
  }
}

extension LanguageServer {
  /// The document that a request is about.
  func document(_ params: JSONValue) throws(ResponseError) -> TextDocument {
    let uri = try params.documentURI()
    guard let document = documents[uri: uri] else {
      throw ResponseError(.invalidParams, "the document \(uri) is not open")
    }
    return document
  }

  /// The place that a request is about.
  mutating func cursor(_ params: JSONValue) throws(ResponseError) -> Cursor {
    let document = try document(params)
    let position = try params.position()
    let index = checker.index(of: document.path, documents)
    guard let file = index.files.firstIndex(where: { $0.path == document.path }) else {
      throw ResponseError(.requestFailed, "\(document.uri) is in no program")
    }
    return Cursor(
      document: document, index: index, file: file,
      offset: document.lines.offset(of: position))
  }
}
