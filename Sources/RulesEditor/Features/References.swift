import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/definition`: where the name is declared, or the file that an import names.
  mutating func definition(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let cursor = try cursor(params)
    if let path = cursor.importedPath {
      let start = TextPosition(line: 0, character: 0)
      let uri = documents[path: path]?.uri ?? fileURI(ofPath: path)
      return ["uri": .string(uri), "range": TextRange(start: start, end: start).json]
    }
    guard let occurrence = cursor.occurrence else { return .null }
    let declarations = cursor.index.occurrences(of: occurrence.symbol).filter(\.isDeclaration)
    return locations(declarations, cursor.index)
  }

  /// `textDocument/references`
  mutating func references(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let cursor = try cursor(params)
    guard let occurrence = cursor.occurrence else { return .null }
    let includesDeclaration = params["context"]?["includeDeclaration"] != false
    let found = cursor.index.occurrences(of: occurrence.symbol)
    return locations(found.filter { includesDeclaration || !$0.isDeclaration }, cursor.index)
  }

  /// `textDocument/documentHighlight`: the same name elsewhere in the document.
  mutating func highlights(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let cursor = try cursor(params)
    guard let occurrence = cursor.occurrence else { return .null }
    let found = cursor.index.occurrences(of: occurrence.symbol)
      .filter { $0.range.start.file == cursor.file }
    return .array(
      found.map { found in
        // 3: written, 2: read.
        let range = cursor.document.lines.range(found.range)
        return ["range": range.json, "kind": found.isDeclaration ? 3 : 2]
      })
  }

  private func locations(
    _ occurrences: [SymbolIndex.Occurrence], _ index: SymbolIndex
  ) -> JSONValue {
    var places = FilePlaces(index.files, documents)
    return .array(occurrences.compactMap { places.location($0.range) })
  }
}

extension Cursor {
  /// The path of the file whose import names it here.
  fileprivate var importedPath: String? {
    let tokens = tokens
    guard let place = tokens.firstIndex(where: { $0.range.contains(offset) }), place > 0,
      case .string(let relative) = tokens[place].kind, tokens[place - 1].kind == .keyword(.import)
    else { return nil }
    return normalised(relative.hasPrefix("/") ? relative : folder(of: document.path) + relative)
  }
}
