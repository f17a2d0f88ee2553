import Foundation
import Glibc
import Testing

/// A real etcd of one member, in a folder of its own, ended with the test.
final class Etcd {
  /// Where the distribution has it; nil when it is not installed.
  static let path = ["/usr/bin/etcd", "/usr/local/bin/etcd"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Where CI runs, a test that misses it fails instead of being left out.
  static let isExpected =
    path != nil || ProcessInfo.processInfo.environment["CI"] == "true"

  let port: UInt16
  private let process = Process()

  /// Starts it; it can be used a moment later.
  /// - Parameter prefix: a program and its first arguments that becomes etcd, such as `nsenter`.
  init(in folder: URL, prefix: [String] = []) throws {
    let path = try #require(Self.path, "etcd is not installed (Debian: etcd-server)")
    let ports = try freePorts(2)
    port = ports[0]
    let (client, peer) = ("http://127.0.0.1:\(ports[0])", "http://127.0.0.1:\(ports[1])")
    process.executableURL = URL(filePath: prefix.first ?? path)
    process.arguments =
      (prefix.isEmpty ? [] : prefix.dropFirst() + [path]) + [
        "--data-dir", folder.appending(path: "etcd").path, "--listen-client-urls", client,
        "--advertise-client-urls", client, "--listen-peer-urls", peer,
        "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=\(peer)",
      ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  var store: String { "etcd://127.0.0.1:\(port)" }

  func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

  func end() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

/// Ports of this machine at which nobody listens, and which the kernel gives nobody else soon.
func freePorts(_ count: Int) throws -> [UInt16] {
  var descriptors: [Int32] = []
  defer { for descriptor in descriptors { close(descriptor) } }
  return try (0..<count).map { _ in
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    descriptors.append(descriptor)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isBound)
    return UInt16(bigEndian: name.sin_port)
  }
}
