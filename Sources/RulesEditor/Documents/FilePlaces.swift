import RulesLanguage
import RulesOutput

/// Turns places in the files of a program into places of the protocol. The lines of each file are
/// found once.
struct FilePlaces {
  private let files: [SourceFile]
  private let documents: DocumentStore
  private var known: [Int: TextLines] = [:]

  /// - Parameter files: what the positions index.
  init(_ files: [SourceFile], _ documents: DocumentStore) {
    self.files = files
    self.documents = documents
  }

  func path(of position: SourcePosition) -> String? {
    files.indices.contains(position.file) ? files[position.file].path : nil
  }

  /// The URI of the file, as the editor names it if it has it open.
  func uri(of position: SourcePosition) -> String? {
    path(of: position).map { documents[path: $0]?.uri ?? fileURI(ofPath: $0) }
  }

  mutating func lines(of position: SourcePosition) -> TextLines {
    if let lines = known[position.file] { return lines }
    let file = files.indices.contains(position.file) ? files[position.file] : nil
    let lines: TextLines
    if let file, let document = documents[path: file.path], document.text == file.text {
      lines = document.lines
    } else {
      lines = TextLines(Array((file?.text ?? "").utf8), encoding: documents.encoding)
    }
    known[position.file] = lines
    return lines
  }

  mutating func range(_ range: SourceRange) -> TextRange {
    lines(of: range.start).range(range)
  }

  /// `{ "uri": ..., "range": ... }`; nil for a place in no file.
  mutating func location(_ range: SourceRange) -> JSONValue? {
    guard let uri = uri(of: range.start) else { return nil }
    return ["uri": .string(uri), "range": self.range(range).json]
  }

  /// The range of the word that starts at a position, or of one character.
  mutating func word(at position: SourcePosition) -> TextRange {
    let lines = lines(of: position)
    let start = lines.offset(of: position)
    var end = start
    while end < lines.bytes.count, isNamePart(lines.bytes[end]) { end += 1 }
    if end == start {
      var next = position
      next.column += 1
      end = lines.offset(of: next)
    }
    return lines.range(start..<end)
  }
}

/// Whether a byte may stand in a name.
func isNamePart(_ byte: UInt8) -> Bool {
  let lower = byte | 0x20
  return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "_")
}
