import Glibc
import RulesNetwork

/// A blocking TCP connection without any protocol.
final class RawClient: Sendable {
  private let descriptor: Int32

  init(_ address: NetworkAddress) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = address.port.bigEndian
    name.sin_addr.s_addr = inet_addr(address.host)
    let status = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status != 0 { throw SystemError(call: "connect", errno: errno) }
  }

  deinit { close(descriptor) }

  /// Sends all, says that it was all, and receives until the other end closes.
  func exchange(_ request: String) throws -> String {
    let bytes = Array(request.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
      if count < 0 { throw SystemError(call: "send", errno: errno) }
      sent += count
    }
    shutdown(descriptor, Int32(SHUT_WR))
    var reply: [UInt8] = []
    while true {
      var piece = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &piece, piece.count, 0)
      if count < 0 { throw SystemError(call: "recv", errno: errno) }
      if count == 0 { return String(decoding: reply, as: UTF8.self) }
      reply += piece[..<count]
    }
  }
}
