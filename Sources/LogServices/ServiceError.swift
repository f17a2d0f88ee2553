/// Why a server cannot start: one line for the operator.
public struct ServiceError: Error, CustomStringConvertible, Sendable, Hashable {
  /// What is wrong, and where.
  public var description: String

  /// An error of that text.
  public init(_ description: String) { self.description = description }
}
