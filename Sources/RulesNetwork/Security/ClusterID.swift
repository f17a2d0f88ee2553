/// Which cluster a process belongs to: 128 bits, drawn once when the cluster is founded. No secret;
/// keeps apart clusters that meet by accident.
public struct ClusterID: Hashable, Sendable, CustomStringConvertible {
  /// The first 64 bits.
  public var high: UInt64
  /// The last 64 bits.
  public var low: UInt64

  /// The identifier of these 128 bits.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A new one. The generator decides how sure it is that no other cluster has it.
  public init(using random: inout some RandomNumberGenerator) {
    self.init(high: random.next(), low: random.next())
  }

  /// Parses 32 hexadecimal digits of either case; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let digits = text.utf8
    guard digits.count == 32, digits.allSatisfy({ hexValue($0) != nil }),
      let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// 32 hexadecimal digits: `00112233445566778899aabbccddeeff`
  public var description: String { Self.padded(high) + Self.padded(low) }

  private static func padded(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The value of a hexadecimal digit of either case; nil for any other byte.
func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
  default: nil
  }
}
