import RulesLanguage

/// The open documents, by path.
struct DocumentStore: Sendable {
  /// Documents open at once; an editor with more has something else open.
  static let largestCount = 256
  /// Bytes of one document: as many as the compiler reads.
  static let largestDocument = 4 << 20
  /// Bytes of all documents.
  let largestTotal: Int

  init(largestTotal: Int = 64 << 20) { self.largestTotal = largestTotal }

  private var documents: [String: TextDocument] = [:]
  var encoding: PositionEncoding = .utf16

  /// By path.
  var all: [TextDocument] { documents.values.sorted { $0.path < $1.path } }

  subscript(path path: String) -> TextDocument? { documents[path] }

  subscript(uri uri: String) -> TextDocument? { documents[path(ofURI: uri)] }

  /// - Returns: why the document is refused; nil when it is open now.
  mutating func open(uri: String, version: Int, text: String) -> String? {
    let path = path(ofURI: uri)
    documents[path] = nil
    if let reason = refusal(adding: text.utf8.count, isNew: true) { return reason }
    documents[path] = TextDocument(
      uri: uri, path: path, version: version, text: text, encoding: encoding)
    return nil
  }

  /// Applies changes in order, each to the text that the one before it left. A document that grows
  /// too large is closed: from then on its text would not be the editor's.
  ///
  /// - Returns: why it was closed.
  mutating func change(
    uri: String, version: Int, _ changes: [(range: TextRange?, text: String)]
  ) -> String? {
    let path = path(ofURI: uri)
    // Taken out, so that it is the only reference to its bytes while they change.
    guard var document = documents.removeValue(forKey: path) else { return nil }
    for change in changes {
      document.replace(change.range, with: change.text)
      if let reason = refusal(adding: document.lines.bytes.count, isNew: false) { return reason }
    }
    document.version = version
    documents[path] = document
    return nil
  }

  mutating func close(uri: String) { documents[path(ofURI: uri)] = nil }

  private func refusal(adding bytes: Int, isNew: Bool) -> String? {
    let total = documents.values.reduce(bytes) { $0 + $1.lines.bytes.count }
    if bytes > Self.largestDocument {
      return "it is larger than \(Self.largestDocument >> 20) MB"
    }
    if total > largestTotal {
      return "the open documents have more than \(largestTotal >> 20) MB"
    }
    if isNew, documents.count >= Self.largestCount {
      return "more than \(Self.largestCount) documents are open"
    }
    return nil
  }
}
