/// Stands in for swift-log: the part that the adapter uses. Prints what is logged.
public struct Logger: Sendable {
  public enum Level: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical
  }

  public struct Message: ExpressibleByStringInterpolation, CustomStringConvertible, Sendable {
    public let description: String
    public init(stringLiteral text: String) { description = text }
  }

  public typealias Metadata = [String: String]

  public let label: String
  public var logLevel = Level.info

  public init(label: String) { self.label = label }

  public func log(
    level: Level, _ message: @autoclosure () -> Message,
    metadata: @autoclosure () -> Metadata? = nil, source: @autoclosure () -> String? = nil,
    file: String = #fileID, function: String = #function, line: UInt = #line
  ) {
    print("log \(label) \(level): \(message())")
  }
}
