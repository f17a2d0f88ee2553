/// A place in the network: `127.0.0.1:4100`, `[::1]:4100`, or a name that resolves to one, `localhost:4100`.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name or a numeric address, an IPv6 one without its brackets.
  public var host: String
  /// 0 where any free port will do.
  public var port: UInt16

  /// Whether there is such a host is found out by whoever uses the address.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Parses `host:port` or `[address]:port`; nil when it is neither: the host is empty, longer than
  /// 253 bytes or has other characters than letters, digits, `.`, `-` and `_`; what is in brackets
  /// cannot be an IPv6 address (one with a zone is not taken); or the port is no number of 16 bits.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = text[..<colon]
    let port = text[text.index(after: colon)...]
    guard !port.isEmpty, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = UInt16(port)
    else { return nil }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard Self.isIPv6Address(host) else { return nil }
    } else {
      guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(Self.isHostByte) else {
        return nil
      }
    }
    self.init(host: String(host), port: number)
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

  /// Its characters and its length are right; the rest is the resolver's.
  private static func isIPv6Address(_ text: Substring) -> Bool {
    // Eight groups of four, or six and an IPv4 address.
    guard (2...45).contains(text.utf8.count), text.contains(":") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."):
        true
      default: false
      }
    }
  }

  /// `host:port` or `[host]:port`: what `init(_:)` parses.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
