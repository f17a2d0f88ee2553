import RulesNetwork

/// Keys of a cluster.
enum TestKeys {
  static let client = key("c1", .client, 1)
  static let server = key("s1", .server, 2)
  /// Of the same name and role as `client`, with another secret.
  static let forged = key("c1", .client, 3)

  private static func key(_ id: String, _ role: ClusterRole, _ byte: UInt8) -> ClusterKey {
    let secret = [UInt8](repeating: byte, count: 32)
    guard let key = secret.withUnsafeBytes({ ClusterKey(id: id, role: role, secret: $0) }) else {
      preconditionFailure("a key of 32 bytes")
    }
    return key
  }
}
