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

  /// `3:4096`, or `3`, which is before all records of segment 3.
  /// - Returns: nil when it is neither.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let segment = UInt64(parts[0]), segment > 0 else { return nil }
    guard let offset = parts.count == 2 ? UInt32(parts[1]) : 0 else { return nil }
    self.init(segment: segment, offset: offset)
  }

  /// After all positions.
  static let last = LogPosition(segment: .max, offset: .max)

  public static func < (a: Self, b: Self) -> Bool {
    (a.segment, a.offset) < (b.segment, b.offset)
  }

  /// `3:4096`
  public var description: String { "\(segment):\(offset)" }
}
