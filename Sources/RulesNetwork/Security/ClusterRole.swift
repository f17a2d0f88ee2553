/// What a process may do in a cluster, as its key and its certificate say.
public enum ClusterRole: UInt8, Hashable, CaseIterable, Sendable, CustomStringConvertible {
  // The raw values go over the wire.

  /// Knows the members and decides who is one.
  case coordinator = 1
  /// Keeps data.
  case server = 2
  /// Writes and reads.
  case client = 3
  /// Reads only.
  case reader = 4
  /// Operates the cluster.
  case admin = 5

  /// The role of that name; nil when there is none.
  public init?(name: some StringProtocol) {
    guard let role = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = role
  }

  /// The name, as in key files: `coordinator`.
  public var description: String {
    switch self {
    case .coordinator: "coordinator"
    case .server: "server"
    case .client: "client"
    case .reader: "reader"
    case .admin: "admin"
    }
  }
}
