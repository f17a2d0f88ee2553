import Glibc

/// A connection to a `log-server`: what is written are records of 100 bytes, what comes back are counts.
final class RecordConnection {
  private let descriptor: Int32
  /// Bytes of a count that has not come whole.
  private var rest: [UInt8] = []
  /// Records that are on all backups.
  private(set) var durable: UInt64 = 0

  /// - Returns: nil when nobody listens at the port of 127.0.0.1.
  init?(port: UInt16) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }

  /// - Parameter bytes: fewer than a socket's buffer holds.
  /// - Returns: whether all of it was taken.
  func send(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Takes the counts that have come.
  func receive() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count > 0 else { break }
      rest += buffer[..<count]
    }
    while rest.count >= 8 {
      durable += rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
      rest.removeFirst(8)
    }
  }
}
