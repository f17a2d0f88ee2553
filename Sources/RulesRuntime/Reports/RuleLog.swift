/// Where the libraries' messages go; the seam for swift-log and friends.
public struct RuleLog: Sendable {
  /// The names and the order of swift-log.
  public enum Level: Int, Comparable, Sendable {
    case trace, debug, info, notice, warning, error, critical

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  private let write: @Sendable (Level, String) -> Void
  /// nil: nothing is written.
  private let minimum: Level?

  /// A log that writes with a closure.
  /// - Parameters:
  ///   - minimum: what is below it is not even put into words.
  ///   - write: called on whatever thread has something to say, several at a time.
  public init(minimum: Level = .info, write: @escaping @Sendable (Level, String) -> Void) {
    self.minimum = minimum
    self.write = write
  }

  private init() {
    minimum = nil
    write = { _, _ in }
  }

  /// Whether messages of this level are written.
  public func isEnabled(_ level: Level) -> Bool {
    minimum.map { level >= $0 } ?? false
  }

  /// Writes a message, or does not even make it.
  public func log(_ level: Level, _ message: @autoclosure () -> String) {
    if isEnabled(level) { write(level, message()) }
  }

  /// Writes nothing.
  public static let disabled = RuleLog()
}
