internal import CLinux
internal import Glibc

/// Owns the descriptor of a socket.
final class TCPSocket {
  let number: Int32

  /// A new socket.
  init(call: String) throws(SystemError) {
    number = clinux_tcp_socket()
    guard number >= 0 else { throw SystemError(call: call, errno: -number) }
  }

  init(owning number: Int32) { self.number = number }

  deinit {
    if number >= 0 { Glibc.close(number) }
  }
}
