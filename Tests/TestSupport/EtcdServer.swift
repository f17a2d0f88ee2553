import Foundation
import Glibc

/// A real etcd of one member with its data in a folder, ended with the last use of it.
public final class EtcdServer {
  /// Where the distribution has it; nil when it is not installed.
  public static let path = ["/usr/bin/etcd", "/usr/local/bin/etcd"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Where CI runs, a test that misses it fails instead of being left out.
  public static let isExpected =
    path != nil || ProcessInfo.processInfo.environment["CI"] == "true"

  /// Where it listens at 127.0.0.1.
  public let port: UInt16
  private let process = Process()
  private let input = Pipe()

  /// Starts it; it can be used a moment later.
  /// - Parameter prefix: a program and its first arguments that becomes etcd, such as `nsenter`.
  public init(in folder: URL, prefix: [String] = []) throws {
    guard let path = Self.path else { throw NotInstalled() }
    let ports = try freePorts(2)
    port = ports[0]
    let (client, peer) = ("http://127.0.0.1:\(ports[0])", "http://127.0.0.1:\(ports[1])")
    let command = endingWithInput(
      prefix + [
        path, "--data-dir", folder.appending(path: "etcd").path, "--listen-client-urls", client,
        "--advertise-client-urls", client, "--listen-peer-urls", peer,
        "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=\(peer)",
      ])
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit { end() }

  /// What `replog coordinator --store` calls it.
  public var store: String { "etcd://127.0.0.1:\(port)" }

  public func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Kills it, if it runs.
  public func end() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  struct NotInstalled: Error, CustomStringConvertible {
    var description: String { "etcd is not installed (Debian: etcd-server)" }
  }
}
