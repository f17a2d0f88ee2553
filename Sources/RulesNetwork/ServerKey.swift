/// Whom a client calls.
public enum ServerKey: Hashable, Sendable, CustomStringConvertible {
  /// A member of the cluster. Whoever else answers at its address is not asked.
  case server(ServerID)
  /// Any server that answers there: how one meets the coordinator.
  case address(NetworkAddress)

  /// `server 3.1` or `127.0.0.1:4100`
  public var description: String {
    switch self {
    case .server(let id): "server \(id)"
    case .address(let address): address.description
    }
  }

  /// The identity that the other end must have.
  var target: ServerID? {
    switch self {
    case .server(let id): id
    case .address: nil
    }
  }
}
