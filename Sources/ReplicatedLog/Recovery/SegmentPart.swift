/// Records of one segment that are handed to a reader.
struct SegmentPart: Sendable {
  /// The segment's id.
  var id: UInt64
  /// The segment, checked.
  var image: SegmentImage
  /// Whole entries, in bytes of the image.
  var range: Range<Int>

  /// Calls back for every record, in order.
  /// - Throws: `LogError.consumer` with what `body` throws.
  func forEachRecord(_ body: (LogPosition, [UInt8]) throws -> Void) throws(LogError) {
    var rest = self
    do {
      while let record = rest.removeFirst() { try body(record.position, record.bytes) }
    } catch {
      throw .consumer("\(error)")
    }
  }

  /// Whether the checksum of every record holds: the owner's memory may have been damaged before the
  /// segment was certified.
  var isSound: Bool {
    Entry.wholePrefix(image.bytes(0..<range.upperBound), from: range.lowerBound) == range.upperBound
  }

  /// Takes the first record out; nil when none is left.
  mutating func removeFirst() -> LogRecord? {
    guard !range.isEmpty, let end = Entry.end(image.bytes, at: range.lowerBound) else { return nil }
    let record = LogRecord(
      position: LogPosition(segment: id, offset: UInt32(range.lowerBound)),
      bytes: [UInt8](image.bytes(range.lowerBound + Entry.overhead..<end)))
    range = end..<max(end, range.upperBound)
    return record
  }
}

extension SegmentImage {
  /// Where the whole entries that begin in a range begin and end.
  /// - Parameter end: no entry that ends after it belongs to them.
  func wholeEntries(from start: Int, upTo end: Int) -> Range<Int> {
    let part = bytes(0..<min(end, length))
    var offset = SegmentHeader.size
    while offset < start, let next = Entry.end(part, at: offset) { offset = next }
    let first = offset
    while let next = Entry.end(part, at: offset) { offset = next }
    return first..<offset
  }

  /// The part of an image whose entries begin before a position in it.
  func entries(_ range: Range<Int>, beginningBefore limit: Int) -> Range<Int> {
    var offset = range.lowerBound
    while offset < min(limit, range.upperBound), let next = Entry.end(bytes, at: offset) {
      offset = next
    }
    return range.lowerBound..<offset
  }
}
