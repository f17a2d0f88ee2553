import RulesLanguage

/// A declaration as it is written, and the `///` comment above it.
struct DeclarationText {
  /// Lines shown of a long declaration.
  private static let mostLines = 12

  private(set) var text = ""
  /// Without the slashes; empty when there is none.
  private(set) var comment = ""

  /// - Parameter range: where the declared name stands.
  init(_ range: SourceRange, _ files: [SourceFile], _ places: inout FilePlaces) {
    let file = range.start.file
    guard files.indices.contains(file) else { return }
    let lines = places.lines(of: range.start)
    let tokens = scanTokens(files[file].text)
    let name = lines.offsets(of: range)
    let extent = ItemExtents(tokens).extent(of: name)
    let end = headEnd(of: extent, tokens)
    text = dedented(lines.bytes[extent.lowerBound..<end], before: lines.bytes[..<extent.lowerBound])
    comment = commentAbove(extent.lowerBound, lines.bytes)
  }

  /// What stands in the braces of a task, an each or a pool is left out.
  private func headEnd(of extent: Range<Int>, _ tokens: [SourceToken]) -> Int {
    let own = tokens.filter { extent.contains($0.range.lowerBound) }
    guard let first = own.first,
      [.keyword(.task), .keyword(.each), .keyword(.pool)].contains(first.kind),
      let brace = own.firstIndex(where: { $0.kind == .symbol(.leftBrace) }), brace > 0
    else { return extent.upperBound }
    return own[brace - 1].range.upperBound
  }

  /// The first lines, without the indentation that the first one has.
  private func dedented(_ slice: ArraySlice<UInt8>, before: ArraySlice<UInt8>) -> String {
    let indentation = before.reversed().prefix { $0 == UInt8(ascii: " ") }.count
    let rows = slice.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var shown = rows.prefix(Self.mostLines).enumerated().map { number, row in
      let spaces =
        number == 0 ? 0 : row.prefix(indentation).prefix { $0 == UInt8(ascii: " ") }.count
      return String(decoding: row.dropFirst(spaces), as: UTF8.self)
    }
    if rows.count > Self.mostLines { shown.append("...") }
    return shown.joined(separator: "\n")
  }

  private func commentAbove(_ offset: Int, _ bytes: [UInt8]) -> String {
    let slashes = Array("///".utf8)
    var rows: [String] = []
    var end = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n"))
    while let lineEnd = end {
      let before = bytes[..<lineEnd].lastIndex(of: UInt8(ascii: "\n"))
      let row = bytes[((before ?? -1) + 1)..<lineEnd].drop { $0 == UInt8(ascii: " ") || $0 == 9 }
      guard row.starts(with: slashes), row.dropFirst(3).first != UInt8(ascii: "/") else { break }
      rows.append(
        String(decoding: row.dropFirst(3).drop { $0 == UInt8(ascii: " ") }, as: UTF8.self))
      end = before
    }
    return rows.reversed().joined(separator: "\n")
  }
}
