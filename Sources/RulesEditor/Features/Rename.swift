import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/prepareRename`: what would be renamed, if anything can be.
  mutating func prepareRename(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let occurrence = try renamable(try cursor(params))
    let lines = try document(params).lines
    return [
      "range": lines.range(occurrence.range).json, "placeholder": .string(occurrence.symbol.name),
    ]
  }

  /// `textDocument/rename`: the edits of all files, if the program means the same afterwards.
  mutating func rename(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let cursor = try cursor(params)
    let symbol = try renamable(cursor).symbol
    let name = try params.string("newName")
    if let problem = problem(withName: name) { throw ResponseError(.invalidParams, problem) }
    let rename = Rename(symbol, to: name, in: cursor.index, documents)
    if name != symbol.name, let conflict = rename.conflict(cursor.index) {
      throw ResponseError(.requestFailed, conflict)
    }
    return ["changes": rename.changes]
  }

  private func renamable(_ cursor: Cursor) throws(ResponseError) -> SymbolIndex.Occurrence {
    if let occurrence = cursor.boundName, occurrence.symbol.kind != .goal { return occurrence }
    guard let token = cursor.token(in: cursor.tokens) else {
      throw ResponseError(.requestFailed, "there is no name here")
    }
    if case .keyword(let keyword) = token.kind {
      throw ResponseError(.requestFailed, "`\(keyword.rawValue)` is a keyword, not a name")
    }
    throw ResponseError(.requestFailed, "there is no name here that the rules declare")
  }

  /// Why a text cannot be a name.
  private func problem(withName name: String) -> String? {
    if Keyword(rawValue: name) != nil { return "`\(name)` is a keyword and cannot be a name" }
    let bytes = Array(name.utf8)
    let startsWithDigit = bytes.first.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    if startsWithDigit == false, bytes.allSatisfy(isNamePart) { return nil }
    return "`\(name)` is not a name: letters, digits and `_`, no digit first"
  }
}

/// The edits that give a symbol another name.
struct Rename {
  private let symbol: SymbolIndex.Symbol
  private let name: String
  /// For each file of the index that changes, by number: what is replaced, in order.
  private var edits: [(file: Int, ranges: [Range<Int>])] = []
  private var places: FilePlaces
  private let files: [SourceFile]

  init(
    _ symbol: SymbolIndex.Symbol, to name: String, in index: SymbolIndex,
    _ documents: DocumentStore
  ) {
    self.symbol = symbol
    self.name = name
    files = index.files
    places = FilePlaces(index.files, documents)
    for occurrence in index.occurrences(of: symbol) {
      let file = occurrence.range.start.file
      let range = places.lines(of: occurrence.range.start).offsets(of: occurrence.range)
      if edits.last?.file != file { edits.append((file, [])) }
      edits[edits.count - 1].ranges.append(range)
    }
  }

  /// `{ uri: [edit] }`
  var changes: JSONValue {
    var places = places
    return .object(
      edits.compactMap { file, ranges in
        let start = SourcePosition(file: file, line: 1, column: 1)
        guard let uri = places.uri(of: start) else { return nil }
        let lines = places.lines(of: start)
        return JSONValue.Member(
          uri,
          .array(ranges.map { ["range": lines.range($0).json, "newText": .string(name)] }))
      })
  }

  /// Why the program would not mean the same afterwards: it is made, and bound again.
  func conflict(_ before: SymbolIndex) -> String? {
    let renamed = renamedFiles
    let known = Set(errors(files).map(ErrorPlace.init))
    if let error = errors(renamed).first(where: { !known.contains(ErrorPlace($0)) }) {
      return "`\(symbol.name)` cannot be called `\(name)`: \(error.message)"
    }
    let after = indexSymbols(renamed) { _ in nil }
    let expected = before.occurrences.map { Meaning(renaming($0.symbol), $0) }
    let actual = after.occurrences.map { Meaning($0.symbol, $0) }
    guard Set(expected) == Set(actual) else {
      return "`\(symbol.name)` cannot be called `\(name)`: that name means something else already"
    }
    return nil
  }

  /// An error where it stands; a rename moves columns, but no line.
  private struct ErrorPlace: Hashable {
    var code: String
    var file: Int
    var line: Int

    init(_ diagnostic: Diagnostic) {
      code = diagnostic.code
      file = diagnostic.position.file
      line = diagnostic.position.line
    }
  }

  /// What a name on a line means.
  private struct Meaning: Hashable {
    var symbol: SymbolIndex.Symbol
    var file: Int
    var line: Int
    var isDeclaration: Bool

    init(_ symbol: SymbolIndex.Symbol, _ occurrence: SymbolIndex.Occurrence) {
      self.symbol = symbol
      file = occurrence.range.start.file
      line = occurrence.range.start.line
      isDeclaration = occurrence.isDeclaration
    }
  }

  private func errors(_ files: [SourceFile]) -> [Diagnostic] {
    compile(files) { _ in nil }.result.diagnostics.filter { $0.severity == .error }
  }

  private var renamedFiles: [SourceFile] {
    var files = files
    var places = places
    for (file, ranges) in edits {
      var bytes = places.lines(of: SourcePosition(file: file, line: 1, column: 1)).bytes
      for range in ranges.reversed() { bytes.replaceSubrange(range, with: name.utf8) }
      files[file].text = String(decoding: bytes, as: UTF8.self)
    }
    return files
  }

  /// The symbol as it is called afterwards; what is declared in it changes its container.
  private func renaming(_ other: SymbolIndex.Symbol) -> SymbolIndex.Symbol {
    var renamed = other
    if other == symbol { renamed.name = name }
    guard [.task, .enumeration, .each].contains(symbol.kind) else { return renamed }
    let prefix = symbol.container.isEmpty ? "" : symbol.container + "."
    let old = prefix + symbol.name
    if other.container == old || other.container.hasPrefix(old + ".") {
      renamed.container = prefix + name + other.container.dropFirst(old.count)
    }
    return renamed
  }
}
