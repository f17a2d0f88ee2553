/// A secret that both ends of a connection have, and the role that it gives to the end that opens
/// the connection. Neither its text forms nor its mirror show the secret.
public struct ClusterKey: Sendable {
  /// Names the key on the wire and in logs; no secret. 1 to 64 bytes: letters, digits, `.`, `_`, `-`.
  public let id: String
  /// What whoever proves this key may do.
  public let role: ClusterRole
  let secret: SecretBytes

  /// How many bytes a secret has.
  public static let secretByteCount = 32...128
  /// How many bytes the name of a key has.
  public static let idByteCount = 1...64

  /// - Parameter secret: random bytes; copied, so the caller may overwrite them.
  /// - Returns: nil when the name or the size of the secret is out of bounds.
  public init?(id: String, role: ClusterRole, secret: UnsafeRawBufferPointer) {
    guard Self.secretByteCount.contains(secret.count), Self.isID(id.utf8) else { return nil }
    self.init(
      id: id, role: role,
      secret: SecretBytes(count: secret.count) { $0.copyMemory(from: secret) })
  }

  init(id: String, role: ClusterRole, secret: SecretBytes) {
    self.id = id
    self.role = role
    self.secret = secret
  }

  /// Whether `text` can name a key.
  static func isID(_ text: some Collection<UInt8>) -> Bool {
    idByteCount.contains(text.count) && text.allSatisfy(isIDByte)
  }

  private static func isIDByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension ClusterKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `key east-7 of role server`
  public var description: String { "key \(id) of role \(role)" }
  /// The same as `description`.
  public var debugDescription: String { description }
  /// The name and the role.
  public var customMirror: Mirror { Mirror(self, children: ["id": id, "role": role]) }
}
