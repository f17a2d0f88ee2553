import RulesLanguage

/// A document that the editor has open: its text is the editor's, not the disk's.
struct TextDocument: Sendable {
  /// As the editor named it.
  let uri: String
  /// The normalised path of the URI.
  let path: String
  var version: Int
  private(set) var lines: TextLines
  private(set) var text: String

  init(uri: String, path: String, version: Int, text: String, encoding: PositionEncoding) {
    self.uri = uri
    self.path = path
    self.version = version
    self.text = text
    lines = TextLines(Array(text.utf8), encoding: encoding)
  }

  var file: SourceFile { SourceFile(path: path, text: text) }

  /// Replaces a part of the text, or all of it.
  mutating func replace(_ range: TextRange?, with text: String) {
    var bytes = lines.bytes
    let replaced = range.map(lines.offsets(of:)) ?? bytes.indices
    bytes.replaceSubrange(replaced, with: text.utf8)
    lines = TextLines(bytes, encoding: lines.encoding)
    self.text = String(decoding: bytes, as: UTF8.self)
  }
}
