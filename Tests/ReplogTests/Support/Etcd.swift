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
