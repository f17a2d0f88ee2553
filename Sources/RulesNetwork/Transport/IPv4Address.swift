internal import CLinux

/// Four bytes, the first one in the highest bits.
struct IPv4Address: CustomStringConvertible {
  var bits: UInt32

  init(bits: UInt32) { self.bits = bits }

  /// A numeric address or the first one that the system's resolver finds; may block.
  init(resolving host: String) throws(SystemError) {
    var bits: UInt32 = 0
    let code = clinux_resolve(host, &bits)
    guard code == 0 else {
      throw SystemError(
        call: "resolve \(host): \(String(cString: clinux_resolve_error(code)))", errno: 0)
    }
    self.bits = bits
  }

  /// 127.0.0.0/8: reached from this machine only.
  var isLoopback: Bool { bits >> 24 == 127 }

  /// `127.0.0.1`
  var description: String {
    "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
  }
}
