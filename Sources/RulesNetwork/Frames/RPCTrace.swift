/// What makes the spans of several processes one trace: it travels with a request. The sizes are those
/// of W3C trace contexts, so that tracing libraries need no translation.
public struct RPCTrace: Hashable, Sendable {
  /// The trace's 128 bits.
  public var high: UInt64
  public var low: UInt64
  /// The span that the request was made in.
  public var span: UInt64

  public init(high: UInt64, low: UInt64, span: UInt64) {
    self.high = high
    self.low = low
    self.span = span
  }

  /// All zero: nobody traces.
  public static let none = RPCTrace(high: 0, low: 0, span: 0)
}
