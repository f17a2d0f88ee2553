import RulesLanguage

/// The lines of the files that diagnostics point into, cut once a file.
struct SourceLines {
  private let files: [SourceFile]
  private var lines: [Int: [String]] = [:]
  /// The line asked for last: a long line may have many diagnostics.
  private var last: (file: Int, line: Int, characters: [Character])?

  init(files: [SourceFile]) { self.files = files }

  /// `path:line:column`
  func place(_ position: SourcePosition) -> String {
    let path = files.indices.contains(position.file) ? files[position.file].path : "<unknown>"
    return "\(path):\(position.line):\(position.column)"
  }

  /// The line at a position, without its end; nil when the file has no such line.
  mutating func line(at position: SourcePosition) -> [Character]? {
    if let last, last.file == position.file, last.line == position.line { return last.characters }
    guard files.indices.contains(position.file) else { return nil }
    let known = lines[position.file] ?? cut(files[position.file].text)
    lines[position.file] = known
    guard known.indices.contains(position.line - 1) else { return nil }
    let characters = Array(known[position.line - 1])
    last = (position.file, position.line, characters)
    return characters
  }

  /// Lines end at `\n` alone, as the lexer counts them; a `\r` before it is not part of the line.
  /// Nor is a byte order mark a part of the first one.
  private func cut(_ text: String) -> [String] {
    let hasMark = text.utf8.starts(with: [0xEF, 0xBB, 0xBF])
    return text.utf8.dropFirst(hasMark ? 3 : 0).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).map {
      String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
    }
  }
}
