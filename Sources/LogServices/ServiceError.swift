/// Why a server cannot start: one line for the operator.
public struct ServiceError: Error, CustomStringConvertible, Sendable, Hashable {
  /// What an operator can do about it.
  public enum Kind: Hashable, Sendable {
    case other
    /// The directory must not be used: it is damaged, another cluster's, or an older copy. Trying again
    /// does not help.
    case wrongDirectory
    /// Another process has the directory.
    case inUse
    /// Nobody answers where a coordinator should be.
    case noCoordinator
  }

  /// What is wrong, and where.
  public var description: String
  /// What sort of problem it is.
  public var kind: Kind

  /// An error of that text.
  public init(_ description: String, _ kind: Kind = .other) {
    self.description = description
    self.kind = kind
  }
}
