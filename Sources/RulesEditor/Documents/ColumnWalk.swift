/// A walk along a line, one column of the compiler's lexer after the other: an ASCII byte is a
/// column, a run of other bytes has as many as it has characters; a mark that combines with the
/// ASCII character before the run has none of its own.
struct ColumnWalk {
  private(set) var offset: Int
  private(set) var column: Int
  /// Bytes of the characters of the current run that are still to be passed.
  private var run: ArraySlice<Int> = []

  /// - Parameter offset: where the column starts, outside of runs.
  init(at offset: Int, column: Int) {
    self.offset = offset
    self.column = column
  }

  /// Whether a walk can start here.
  var isOutsideRuns: Bool { run.isEmpty }

  /// Moves over one column, and over marks without a column; false at the end of the line.
  mutating func step(in bytes: [UInt8]) -> Bool {
    if run.isEmpty {
      guard offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") else { return false }
      if bytes[offset] < 0x80 {
        offset += 1
        column += 1
        skipMarks(in: bytes)
        return true
      }
      run = widths(of: bytes[offset..<runEnd(in: bytes)])[...]
    }
    guard let width = run.popFirst() else { return false }
    offset += width
    column += 1
    return true
  }

  /// Behind an ASCII character: what combines with it belongs to its column.
  private mutating func skipMarks(in bytes: [UInt8]) {
    guard offset < bytes.count, bytes[offset] >= 0x80 else { return }
    let widths = widths(of: bytes[(offset - 1)..<runEnd(in: bytes)])
    offset += (widths.first ?? 1) - 1
    run = widths.dropFirst()
  }

  private func runEnd(in bytes: [UInt8]) -> Int {
    var end = offset
    while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
    return end
  }

  /// The bytes of each character.
  private func widths(of bytes: ArraySlice<UInt8>) -> [Int] {
    String(decoding: bytes, as: UTF8.self).map(\.utf8.count)
  }
}
