import Foundation
import Glibc
import RulesNetwork

/// A real etcd of one member, in a folder of its own, ended with the test.
final class EtcdServer {
  let address: NetworkAddress
  private let process = Process()
  private let folder: TemporaryDirectory

  /// Where the distribution has it; nil when it is not installed.
  static let path = ["/usr/bin/etcd", "/usr/local/bin/etcd"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Starts it; it can be used a moment later.
  init() throws {
    folder = try TemporaryDirectory()
    let ports = try freePorts(2)
    let peer = NetworkAddress(host: "127.0.0.1", port: ports[1])
    address = NetworkAddress(host: "127.0.0.1", port: ports[0])
    process.executableURL = URL(filePath: Self.path ?? "/usr/bin/etcd")
    process.arguments = [
      "--data-dir", folder.path + "/data", "--listen-client-urls", "http://\(address)",
      "--advertise-client-urls", "http://\(address)", "--listen-peer-urls",
      "http://\(peer)", "--initial-advertise-peer-urls", "http://\(peer)",
      "--initial-cluster", "default=http://\(peer)",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// Stops answering until `resume`.
  func suspend() { kill(process.processIdentifier, SIGSTOP) }

  func resume() { kill(process.processIdentifier, SIGCONT) }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
