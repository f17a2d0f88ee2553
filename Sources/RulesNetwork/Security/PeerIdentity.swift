/// Who the other end of a connection is, as its certificate says.
public struct PeerIdentity: Hashable, Sendable, CustomStringConvertible {
  /// What it may do.
  public var role: ClusterRole
  /// Its name, 1 to 64 bytes: letters, digits, `.`, `_`, `-`.
  public var name: String

  /// The identity of that name in that role.
  public init(role: ClusterRole, name: String) {
    self.role = role
    self.name = name
  }

  /// Parses `swift-rules:ROLE:NAME`, which certificates have as a URI among their alternative names;
  /// nil for anything else.
  public init?(uri: some StringProtocol) {
    let parts = uri.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == Self.scheme, let role = ClusterRole(name: parts[1]),
      ClusterKey.isID(parts[2].utf8)
    else { return nil }
    self.init(role: role, name: String(parts[2]))
  }

  /// `swift-rules:server:east-7`
  public var uri: String { "\(Self.scheme):\(role):\(name)" }

  /// `server east-7`
  public var description: String { "\(role) \(name)" }

  private static let scheme = "swift-rules"
}

/// A connection whose other end has shown who it is before the first byte was handed on.
public protocol IdentifiedConnection: TransportConnection {
  /// nil until the connection is open.
  var peerIdentity: PeerIdentity? { get }
}
