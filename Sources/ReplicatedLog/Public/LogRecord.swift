/// One record of a log.
public struct LogRecord: Hashable, Sendable {
  /// Where it is.
  public var position: LogPosition
  /// What was appended.
  public var bytes: [UInt8]

  public init(position: LogPosition, bytes: [UInt8]) {
    self.position = position
    self.bytes = bytes
  }
}
