internal import CLinux

/// An IPv4 or IPv6 address with a port, as the system has it.
///
/// An IPv4 address that is written as an IPv6 one (`::ffff:127.0.0.1`) is kept as what it is.
struct SocketAddress: Equatable, CustomStringConvertible {
  /// Written by system calls; read through `canonical`.
  var raw = clinux_address()

  init() {}

  /// - Parameter ipv4: the first byte in the highest bits.
  init(ipv4: UInt32, port: UInt16) {
    raw.low = UInt64(ipv4)
    raw.port = port
  }

  /// - Parameters:
  ///   - high: the first eight bytes, the first one in the highest bits.
  ///   - low: the last eight.
  init(ipv6 high: UInt64, _ low: UInt64, port: UInt16) {
    raw = Self.canonical(clinux_address(high: high, low: low, port: port, is_ipv6: 1))
  }

  /// A numeric address, or the first one that the system's resolver finds, IPv4 before IPv6; may
  /// block.
  init(resolving address: NetworkAddress) throws(SystemError) {
    var found = clinux_address(high: 0, low: 0, port: address.port, is_ipv6: 0)
    let code = clinux_resolve(address.host, &found)
    guard code == 0 else {
      throw SystemError(
        call: "resolve \(address.host): \(String(cString: clinux_resolve_error(code)))", errno: 0)
    }
    raw = Self.canonical(found)
  }

  var isIPv6: Bool { canonical.is_ipv6 != 0 }
  var port: UInt16 { raw.port }

  /// 127.0.0.0/8 or ::1: reached from this machine only.
  var isLoopback: Bool {
    let address = canonical
    return address.is_ipv6 != 0
      ? address.high == 0 && address.low == 1 : address.low >> 24 == 127
  }

  static func == (a: Self, b: Self) -> Bool {
    let (a, b) = (a.canonical, b.canonical)
    return (a.high, a.low, a.port, a.is_ipv6) == (b.high, b.low, b.port, b.is_ipv6)
  }

  /// `127.0.0.1:80` or `[::1]:80`
  var description: String {
    let address = canonical
    guard address.is_ipv6 != 0 else {
      let bytes = (0..<4).map { String(address.low >> (24 - 8 * UInt64($0)) & 255) }
      return "\(bytes.joined(separator: ".")):\(port)"
    }
    return "[\(Self.text(high: address.high, low: address.low))]:\(port)"
  }

  private var canonical: clinux_address { Self.canonical(raw) }

  private static func canonical(_ address: clinux_address) -> clinux_address {
    guard address.is_ipv6 != 0, address.high == 0, address.low >> 32 == 0xffff else {
      return address
    }
    return clinux_address(
      high: 0, low: address.low & 0xffff_ffff, port: address.port, is_ipv6: 0)
  }

  /// The text of RFC 5952: the longest run of zero groups, of two at least, is left out.
  private static func text(high: UInt64, low: UInt64) -> String {
    let groups = [high, low].flatMap { half in
      (0..<4).map { UInt16(truncatingIfNeeded: half >> (48 - 16 * UInt64($0))) }
    }
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start + 1)
    }
    func joined(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !longest.isEmpty else { return joined(groups[...]) }
    return "\(joined(groups[..<longest.lowerBound]))::\(joined(groups[longest.upperBound...]))"
  }
}
