import RulesLanguage

/// A text with its lines, to convert between the three ways of naming a place in it: byte offsets,
/// positions of the protocol, and `SourcePosition`s of the compiler.
///
/// The two kinds of positions differ in more than their origin: the compiler ends lines at `\n`
/// alone and counts characters as its lexer does, the protocol also ends lines at `\r` and counts
/// code units. So conversions go through byte offsets. Places outside the text are moved to the
/// nearest one inside.
struct TextLines: Sendable {
  let bytes: [UInt8]
  let encoding: PositionEncoding
  /// Where each line of the protocol starts.
  private let lines: [Int]
  /// Where each line of the compiler starts; a byte order mark is in no line.
  private let sourceLines: [Int]
  private let units: LineMarks
  private let columns: LineMarks

  init(_ bytes: [UInt8], encoding: PositionEncoding) {
    self.bytes = bytes
    self.encoding = encoding
    var lines = [0]
    var sourceLines = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    for (offset, byte) in bytes.enumerated() where byte == newLine || byte == carriageReturn {
      if byte == newLine { sourceLines.append(offset + 1) }
      let isHalf =
        byte == carriageReturn && offset + 1 < bytes.count && bytes[offset + 1] == newLine
      if !isHalf { lines.append(offset + 1) }
    }
    self.lines = lines
    self.sourceLines = sourceLines
    units = unitMarks(bytes, lines, encoding)
    columns = columnMarks(bytes, sourceLines)
  }

  // MARK: Positions of the protocol

  var end: TextPosition { position(at: bytes.count) }

  func offset(of position: TextPosition) -> Int {
    guard position.line >= 0 else { return 0 }
    guard position.line < lines.count else { return bytes.count }
    let start = LineMarks.Mark(offset: lines[position.line], count: 0)
    let lineEnd = position.line + 1 < lines.count ? lines[position.line + 1] : bytes.count
    var mark = units.last(upTo: position.character, in: start, end: lineEnd)
    while mark.offset < bytes.count, bytes[mark.offset] != newLine,
      bytes[mark.offset] != carriageReturn
    {
      // A scalar is not divided: a position inside it is before it.
      let next = nextScalar(after: mark.offset)
      for byte in bytes[mark.offset..<next] { mark.count += encoding.units(at: byte) }
      guard mark.count <= position.character else { break }
      mark.offset = next
    }
    return mark.offset
  }

  func offsets(of range: TextRange) -> Range<Int> {
    let start = offset(of: range.start)
    return start..<max(start, offset(of: range.end))
  }

  func position(at offset: Int) -> TextPosition {
    let offset = min(max(0, offset), bytes.count)
    let line = index(of: offset, in: lines)
    let mark = units.last(before: offset, in: LineMarks.Mark(offset: lines[line], count: 0))
    var character = mark.count
    for byte in bytes[mark.offset..<offset] { character += encoding.units(at: byte) }
    return TextPosition(line: line, character: character)
  }

  func range(_ offsets: Range<Int>) -> TextRange {
    TextRange(start: position(at: offsets.lowerBound), end: position(at: offsets.upperBound))
  }

  private func nextScalar(after offset: Int) -> Int {
    var next = offset + 1
    while next < bytes.count, bytes[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }

  // MARK: Positions of the compiler

  func offset(of position: SourcePosition) -> Int {
    guard position.line >= 1 else { return 0 }
    guard position.line <= sourceLines.count else { return bytes.count }
    let start = LineMarks.Mark(offset: sourceLines[position.line - 1], count: 1)
    let lineEnd =
      position.line < sourceLines.count ? sourceLines[position.line] : bytes.count + 1
    let mark = columns.last(upTo: position.column, in: start, end: lineEnd)
    var place = ColumnWalk(at: mark.offset, column: mark.count)
    while place.column < position.column, place.step(in: bytes) {}
    return place.offset
  }

  func offsets(of range: SourceRange) -> Range<Int> {
    let start = offset(of: range.start)
    return start..<max(start, offset(of: range.end))
  }

  func range(_ range: SourceRange) -> TextRange { self.range(offsets(of: range)) }

  func sourcePosition(at offset: Int, file: Int) -> SourcePosition {
    let offset = min(max(0, offset), bytes.count)
    let line = index(of: offset, in: sourceLines)
    let start = LineMarks.Mark(offset: sourceLines[line], count: 1)
    let mark = columns.last(before: offset, in: start)
    var place = ColumnWalk(at: mark.offset, column: mark.count)
    while true {
      var next = place
      guard next.step(in: bytes), next.offset <= offset else { break }
      place = next
    }
    return SourcePosition(file: file, line: line + 1, column: place.column)
  }

  /// The last of the ascending `starts` that is at or before the offset; the first if none is.
  private func index(of offset: Int, in starts: [Int]) -> Int {
    var low = 0
    var high = starts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

private let newLine = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

/// Code units inside of long lines.
private func unitMarks(
  _ bytes: [UInt8], _ lines: [Int], _ encoding: PositionEncoding
) -> LineMarks {
  var marks = LineMarks()
  for (start, end) in longLines(lines, of: bytes) {
    var mark = LineMarks.Mark(offset: start, count: 0)
    for offset in start..<end {
      // Only where a scalar starts.
      mark.offset = offset
      if bytes[offset] & 0xC0 != 0x80 { marks.add(mark, lineStart: start) }
      mark.count += encoding.units(at: bytes[offset])
    }
  }
  return marks
}

/// Columns of the compiler inside of long lines.
private func columnMarks(_ bytes: [UInt8], _ lines: [Int]) -> LineMarks {
  var marks = LineMarks()
  for (start, _) in longLines(lines, of: bytes) {
    var place = ColumnWalk(at: start, column: 1)
    while place.step(in: bytes) {
      guard place.isOutsideRuns else { continue }
      marks.add(LineMarks.Mark(offset: place.offset, count: place.column), lineStart: start)
    }
  }
  return marks
}

private func longLines(_ lines: [Int], of bytes: [UInt8]) -> [(start: Int, end: Int)] {
  let ends = lines.dropFirst() + [bytes.count]
  return zip(lines, ends).filter { $1 - $0 >= LineMarks.distance }.map { ($0, $1) }
}
