/// What a network does to all that goes from one host to another. Rates are shares of 0...1.
///
/// The faults of frames need a network that was told where frames end.
public struct LinkConditions: Hashable, Sendable {
  /// How long anything is under way; nothing overtakes what the same connection sent before.
  public var delay: ClosedRange<Duration>

  /// The share of pieces that take `slowDelay` instead.
  public var slowRate = 0.0
  public var slowDelay: ClosedRange<Duration> = .seconds(1)...(.seconds(5))

  /// What is sent is cut into pieces of one byte to so many, each with its own delay; nil: not at all.
  public var largestPiece: Int?

  /// Bytes per second, of all connections together; nil: no limit.
  public var bandwidth: Int?

  /// The share of pieces in which one bit is flipped.
  public var corruptionRate = 0.0

  /// The share of pieces after which the connection is closed for both ends, as if each other end had.
  public var closeRate = 0.0

  /// The share of pieces after which the connection breaks.
  public var resetRate = 0.0

  /// The share of frames that never arrive, while later ones of the connection do.
  public var dropRate = 0.0

  /// The share of frames that arrive twice in a row.
  public var duplicateRate = 0.0

  /// The share of frames that arrive after one to four later ones, or after `reorderTime`.
  public var reorderRate = 0.0

  /// How long a reordered frame waits for later ones.
  public var reorderTime = Duration.milliseconds(20)

  /// The share of frames that arrive once more, `replayDelay` later, on the newest connection there is
  /// then between the two hosts.
  public var replayRate = 0.0
  public var replayDelay: ClosedRange<Duration> = .milliseconds(100)...(.seconds(10))

  /// A network without faults.
  public init(delay: ClosedRange<Duration> = .microseconds(50)...(.milliseconds(2))) {
    self.delay = delay
  }

  /// Frames have to be told apart, and to be whole before they leave.
  var hasFrameFaults: Bool {
    dropRate > 0 || duplicateRate > 0 || reorderRate > 0 || replayRate > 0
  }

  /// Whether pieces may be changed, or may be the last ones of their connection.
  var hasPieceFaults: Bool { corruptionRate > 0 || closeRate > 0 || resetRate > 0 }
}
