/// A place in the network: `127.0.0.1:4100` (IPv4, or a name that resolves to it).
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  public var host: String
  public var port: UInt16

  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Parses `host:port`; nil when it is not one: the host is empty, longer than 253 bytes or has
  /// other characters than letters, digits, `.`, `-` and `_`, or the port is no number of 16 bits.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 253,
      parts[0].utf8.allSatisfy(Self.isHostByte),
      !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(parts[1])
    else { return nil }
    self.init(host: String(parts[0]), port: port)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// `host:port`
  public var description: String { "\(host):\(port)" }
}
