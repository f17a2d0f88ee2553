/// What a network has done, so that a test can ask whether what it means to test has happened.
public struct NetworkCounters: Hashable, Sendable {
  /// Connections that were accepted.
  public var connections = 0
  /// Attempts to connect where nobody listens.
  public var refusals = 0
  /// Pieces of streams that have left, however they fared.
  public var pieces = 0
  /// Their bytes, copies included.
  public var bytes = 0
  /// Pieces with a slow delay.
  public var slow = 0
  /// Sends that were cut into several pieces.
  public var cut = 0
  /// Pieces that had to wait for others because of a limited bandwidth.
  public var throttled = 0
  /// Things that waited at a blocked link.
  public var held = 0
  /// Things that were lost at a blocked link, on a connection that had lost some, or with a host.
  public var lost = 0
  /// Bits flipped.
  public var corrupted = 0
  /// Connections closed by the network.
  public var closed = 0
  /// Connections broken by the network.
  public var reset = 0
  /// Ends of connections that were lost with their host.
  public var vanished = 0
  /// Frames that did not arrive.
  public var dropped = 0
  /// Frames that arrived twice in a row.
  public var duplicated = 0
  /// Frames that arrived after later ones.
  public var reordered = 0
  /// Frames that arrived once more long after.
  public var replayed = 0
  /// Those of them that arrived on another connection than the first time.
  public var replayedOnNewerConnection = 0

  static func + (a: Self, b: Self) -> Self {
    var sum = a
    for path in paths { sum[keyPath: path] += b[keyPath: path] }
    return sum
  }

  private static var paths: [WritableKeyPath<Self, Int>] {
    [
      \.connections, \.refusals, \.pieces, \.bytes, \.slow, \.cut, \.throttled, \.held, \.lost,
      \.corrupted, \.closed, \.reset, \.vanished, \.dropped, \.duplicated, \.reordered, \.replayed,
      \.replayedOnNewerConnection,
    ]
  }
}
