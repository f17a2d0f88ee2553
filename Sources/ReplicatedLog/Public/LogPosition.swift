/// Where a record is: positions of one log are ordered as the records are.
public struct LogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The segment's id; the first segment of a log is 1.
  public var segment: UInt64
  /// Where the record's entry starts in the segment's image, in bytes.
  public var offset: UInt32

  public init(segment: UInt64, offset: UInt32) {
    self.segment = segment
    self.offset = offset
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.segment, a.offset) < (b.segment, b.offset)
  }

  /// `3:4096`
  public var description: String { "\(segment):\(offset)" }
}
