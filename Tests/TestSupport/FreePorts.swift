import Glibc
import Synchronization

/// Ports of 127.0.0.1 at which nobody listens. They are below those that the kernel gives to whoever does
/// not ask for one, so that nobody else gets them before a process that is started with them does.
public func freePorts(_ count: Int) throws -> [UInt16] {
  try (0..<count).map { _ in
    for _ in 0..<1000 {
      let port = nextPort.wrappingAdd(1, ordering: .relaxed).oldValue
      let candidate = UInt16(firstPort + port % portCount)
      if isFree(candidate) { return candidate }
    }
    throw NoFreePort()
  }
}

private struct NoFreePort: Error {}

private let firstPort = 10_000
private let portCount = 22_000
/// Processes that run side by side begin apart.
private let nextPort = Atomic(Int(getpid()) * 128)

private func isFree(_ port: UInt16) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var name = sockaddr_in()
  name.sin_family = sa_family_t(AF_INET)
  name.sin_port = port.bigEndian
  name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  return withUnsafePointer(to: &name) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
