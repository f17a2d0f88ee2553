import RulesLanguage
import RulesOutput

/// The kinds of words that are told apart, in the order of the legend.
enum TokenType: Int, CaseIterable {
  case keyword, string, number, `enum`, enumMember, `class`, parameter, property, macro, variable
  case namespace, event, method

  init(_ kind: SymbolIndex.Symbol.Kind) {
    switch kind {
    case .enumeration: self = .enum
    case .value: self = .enumMember
    case .task: self = .class
    case .parameter: self = .parameter
    case .fact: self = .property
    case .define: self = .macro
    case .related: self = .variable
    case .each, .pool: self = .namespace
    case .event: self = .event
    case .rule, .wait: self = .method
    case .goal: self = .keyword
    }
  }

  /// Names of the protocol.
  static var legend: JSONValue {
    ["tokenTypes": .strings(allCases.map { "\($0)" }), "tokenModifiers": ["declaration"]]
  }
}

extension LanguageServer {
  /// `textDocument/semanticTokens/full`: each word with what it was bound to. Swift text is left
  /// to the editor's grammar.
  mutating func semanticTokens(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let document = try document(params)
    let lines = document.lines
    let index = checker.index(of: document.path, documents)
    let file = index.files.firstIndex { $0.path == document.path }
    var bound: [Int: SymbolIndex.Occurrence] = [:]
    for occurrence in index.occurrences where occurrence.range.start.file == file {
      bound[lines.offset(of: occurrence.range.start)] = occurrence
    }
    var data: [JSONValue] = []
    var last = TextPosition(line: 0, character: 0)
    for token in scanTokens(document.text) {
      let occurrence = bound[token.range.lowerBound]
      guard let type = type(of: token, occurrence) else { continue }
      let range = lines.range(token.range)
      let isSameLine = range.start.line == last.line
      data += [
        .integer(range.start.line - last.line),
        .integer(range.start.character - (isSameLine ? last.character : 0)),
        .integer(range.end.character - range.start.character), .integer(type.rawValue),
        .integer(occurrence?.isDeclaration == true ? 1 : 0),
      ]
      last = range.start
    }
    return ["data": .array(data)]
  }

  private func type(of token: SourceToken, _ occurrence: SymbolIndex.Occurrence?) -> TokenType? {
    if let occurrence { return TokenType(occurrence.symbol.kind) }
    switch token.kind {
    case .keyword: return .keyword
    case .string: return .string
    case .number: return .number
    case .name(let name):
      return ["Bool", "Int"].contains(name)
        ? .class : ContextualWord(rawValue: name) == nil ? nil : .keyword
    case .symbol, .swift, .invalid: return nil
    }
  }
}
