/// What the demo appends: bytes, cut into records at the newlines.
struct DemoInput: Sendable {
  /// The bytes, newlines included.
  var bytes: [UInt8]
  /// Where each record lies in them, its newline not included.
  var records: [Range<Int>]
  /// Where the bytes come from, for the first lines of the output.
  var origin: [String]
  /// Whether the last record has a newline.
  var endsWithNewline: Bool

  /// More than this is refused: the demo holds its input in memory, to compare.
  static let limit = 1_000_000_000

  init(bytes: [UInt8], origin: [String]) {
    let lines = Lines(bytes)
    self.bytes = bytes
    self.origin = origin
    records = lines.ranges
    endsWithNewline = lines.endsWithNewline
  }

  /// The bytes of a record.
  subscript(record: Int) -> [UInt8] { Array(bytes[records[record]]) }

  /// Reads a file, a line a record.
  /// - Throws: `CommandFailure` (usage): it cannot be read, is too large, or has a line that is
  ///   longer than a record may be.
  static func file(_ path: String, maximumRecord: Int) throws(CommandFailure) -> DemoInput {
    let input = DemoInput(bytes: try FileBytes.read(path, limit: limit), origin: [path])
    if let long = input.records.firstIndex(where: { $0.count > maximumRecord }) {
      throw CommandFailure(
        "\(path):\(long + 1): the line has \(grouped(input.records[long].count)) bytes, "
          + "a record at most \(grouped(maximumRecord))")
    }
    return input
  }
}
