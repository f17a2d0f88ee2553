internal import Glibc

/// Owns the descriptor of a socket.
final class TCPSocket {
  let number: Int32
  let kernel: any Kernel

  /// A new socket for addresses of the kind of `address`.
  init(for address: SocketAddress, kernel: any Kernel, call: String) throws(SystemError) {
    self.kernel = kernel
    number = kernel.createSocket(isIPv6: address.isIPv6)
    guard number >= 0 else { throw SystemError(call: call, errno: -number) }
  }

  init(owning number: Int32, kernel: any Kernel) {
    self.number = number
    self.kernel = kernel
  }

  deinit {
    // Not repeated when it is interrupted: Linux has freed the descriptor already, and it may be
    // another thread's by now.
    if number >= 0 { kernel.close(number) }
  }

  /// Sets what every connection has. Sockets that a listening socket accepts take it over from it, so
  /// that it costs them no calls.
  ///
  /// A peer that is silent for 5 s is probed each second. One that answers neither probes nor data for
  /// 20 s, or does not read for so long, is given up: the last resort when whoever uses the
  /// connection does not notice by itself.
  func configure(call: String) throws(SystemError) {
    try set(.noDelay, to: 1, call)
    try set(.keepAlive, to: 1, call)
    try set(.keepIdleSeconds, to: 5, call)
    try set(.keepIntervalSeconds, to: 1, call)
    try set(.keepCount, to: 15, call)
    try set(.userTimeoutMilliseconds, to: 20_000, call)
  }

  /// Binds and listens. The configuration comes first, because connections may come at once.
  /// - Returns: where it listens really.
  func listen(
    at address: SocketAddress, backlog: Int32, call: String
  ) throws(SystemError) -> SocketAddress {
    try configure(call: call)
    try set(.reuseAddress, to: 1, call)
    // `[::]` is for IPv4 clients too, whatever the system's default is.
    if address.isIPv6 { try set(.ipv6Only, to: 0, call) }
    try check(kernel.bind(number, to: address), call)
    try check(kernel.listen(number, backlog: backlog), call)
    var bound = address
    try check(kernel.localAddress(of: number, &bound), call)
    return bound
  }

  /// Begins to connect; the socket is writable when it has ended.
  func connect(to address: SocketAddress, call: String) throws(SystemError) {
    let result = kernel.connect(number, to: address)
    // An interrupted connect goes on by itself.
    guard result != -EINPROGRESS, result != -EINTR else { return }
    try check(result, call)
  }

  private func set(_ option: SocketOption, to value: Int32, _ call: String) throws(SystemError) {
    try check(kernel.setOption(number, option, to: value), call)
  }

  private func check(_ result: Int32, _ call: String) throws(SystemError) {
    guard result >= 0 else { throw SystemError(call: call, errno: -result) }
  }
}
