/// What a reader has read.
public struct LogReadSummary: Hashable, Sendable {
  /// Segments read.
  public var segments = 0
  /// Records read.
  public var records = 0
  /// Bytes in these records.
  public var bytes = 0
  /// Replicas that turned out to be unreadable or corrupt; another one was read instead.
  public var replicasSkipped = 0

  public init() {}
}
