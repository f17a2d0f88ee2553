import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/formatting`: the lines that change, as one edit; nothing for a text in error,
  /// which its diagnostics explain.
  func formatting(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let document = try document(params)
    guard let text = format(document.file).value else { return .null }
    let old = document.lines.bytes
    let new = Array(text.utf8)
    guard old != new else { return .array([]) }
    // Whole lines: cursors and marks in all other lines stay where they are.
    let same = zip(old, new).prefix { $0 == $1 }.count
    let start = (old[..<same].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let rest = zip(old[start...].reversed(), new[start...].reversed())
    var sameEnd = rest.prefix { $0 == $1 }.count
    while sameEnd > 0,
      !isLineStart(old, old.count - sameEnd) || !isLineStart(new, new.count - sameEnd)
    {
      sameEnd -= 1
    }
    let replaced = document.lines.range(start..<(old.count - sameEnd))
    let inserted = String(decoding: new[start..<(new.count - sameEnd)], as: UTF8.self)
    return [["range": replaced.json, "newText": .string(inserted)]]
  }

  private func isLineStart(_ bytes: [UInt8], _ offset: Int) -> Bool {
    offset == 0 || bytes[offset - 1] == UInt8(ascii: "\n")
  }
}
