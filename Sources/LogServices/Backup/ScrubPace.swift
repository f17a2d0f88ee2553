/// How fast a backup verifies the replicas that it keeps.
public struct ScrubPace: Hashable, Sendable {
  /// Bytes a second, on average; 0: it never does.
  public var bytesPerSecond: Int
  /// How long it rests after it has verified everything.
  public var rest: Duration
  /// Bytes read at a time, more than 0.
  var piece = 256 << 10

  /// At this pace 1 TB is verified in three days, for one percent of what a disk can read.
  public init(bytesPerSecond: Int = 4 << 20, rest: Duration = .seconds(86_400)) {
    self.bytesPerSecond = bytesPerSecond
    self.rest = rest
  }

  /// The pause after so many bytes.
  func pause(after bytes: Int) -> Duration {
    .seconds(Double(max(bytes, 1)) / Double(max(bytesPerSecond, 1)))
  }
}
