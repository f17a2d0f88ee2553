import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/foldingRange`: what stands in braces over several lines, Swift blocks, and
  /// comments of several lines.
  func foldingRanges(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let document = try document(params)
    let lines = document.lines
    let tokens = scanTokens(document.text)
    var folds: [(start: Int, end: Int, isComment: Bool)] = []
    var open: [Int] = []
    var end = 0
    for token in tokens {
      folds += comments(in: end..<token.range.lowerBound, of: lines)
      end = token.range.upperBound
      let line = lines.position(at: token.range.lowerBound).line
      switch token.kind {
      case .symbol(.leftBrace): open.append(line)
      case .symbol(.rightBrace):
        // The line of the closing brace stays visible.
        if let start = open.popLast() { folds.append((start, line - 1, false)) }
      case .swift: folds.append((line, lines.position(at: end).line, false))
      default: break
      }
    }
    folds += comments(in: end..<lines.bytes.count, of: lines)
    return .array(
      folds.filter { $0.start < $0.end }.map { fold in
        let range: [JSONValue.Member] = [
          .init("startLine", .integer(fold.start)), .init("endLine", .integer(fold.end)),
        ]
        return .object(range + (fold.isComment ? [.init("kind", "comment")] : []))
      })
  }

  /// Comments on neighbouring lines, in the text between two tokens.
  private func comments(
    in gap: Range<Int>, of lines: TextLines
  ) -> [(start: Int, end: Int, isComment: Bool)] {
    guard gap.contains(where: { lines.bytes[$0] == UInt8(ascii: "/") }) else { return [] }
    let first = lines.position(at: gap.lowerBound).line
    var folds: [(start: Int, end: Int, isComment: Bool)] = []
    var rows = lines.bytes[gap].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // A comment behind a token belongs to its line.
    if gap.lowerBound > 0 { rows[0] = [] }
    for (number, row) in rows.enumerated() where row.contains(UInt8(ascii: "/")) {
      let line = first + number
      if let last = folds.last, last.end == line - 1 {
        folds[folds.count - 1].end = line
      } else {
        folds.append((line, line, true))
      }
    }
    return folds
  }
}
