import Foundation
import Glibc

/// A coordinator and backups started by hand, each its own process, ended by `end`.
final class TestCluster {
  struct Server {
    var process: ReplogProcess
    var directory: URL
    var port: UInt16
  }

  private let folder: URL
  private(set) var coordinator: Server
  private(set) var backups: [Server] = []

  var address: String { "127.0.0.1:\(coordinator.port)" }

  init(in folder: URL, backups count: Int) async throws {
    self.folder = folder
    let directory = folder.appending(path: "coordinator")
    coordinator = try await TestCluster.start(
      ["coordinator", "--listen", "127.0.0.1:0", "--dir", directory.path, "--exit-with-parent"],
      directory, folder)
    for number in 1...count { try await addBackup("backup-\(number)") }
  }

  /// Starts one more backup, also with the directory of an ended one.
  @discardableResult
  func addBackup(_ name: String) async throws -> Server {
    let directory = folder.appending(path: name)
    let server = try await TestCluster.start(
      ["backup", "--coordinator", address, "--dir", directory.path, "--exit-with-parent"],
      directory, folder)
    backups.append(server)
    return server
  }

  func kill(_ index: Int) { backups[index].process.signal(SIGKILL) }

  /// Ends all that still run.
  func end() {
    for server in backups + [coordinator] {
      server.process.signal(SIGKILL)
      server.process.process.waitUntilExit()
    }
  }

  /// Runs a verb of the client against the cluster.
  func run(_ arguments: [String], input: Data? = nil) async throws -> ReplogProcess.Ended {
    try await ReplogProcess.run(arguments + ["--coordinator", address], in: folder, input: input)
  }

  func start(_ arguments: [String], keepInput: Bool = false) throws -> ReplogProcess {
    try ReplogProcess(arguments + ["--coordinator", address], in: folder, keepInput: keepInput)
  }

  private static func start(
    _ arguments: [String], _ directory: URL, _ folder: URL
  ) async throws -> Server {
    let process = try ReplogProcess(arguments, in: folder, keepInput: true)
    let ready = try await eventually {
      process.output.hasSuffix("\n") || !process.process.isRunning
    }
    guard ready,
      let port = process.output.split(separator: ":").last
        .flatMap({ UInt16($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    else {
      process.signal(SIGKILL)
      throw NotReady(arguments: arguments, output: process.output, errors: process.errors)
    }
    return Server(process: process, directory: directory, port: port)
  }

  struct NotReady: Error {
    var arguments: [String]
    var output: String
    var errors: String
  }
}

/// Runs `body` with a cluster that is ended afterwards, whatever happens.
func withCluster(
  backups: Int, _ body: (TestCluster, URL) async throws -> Void
) async throws {
  try await withTemporaryDirectory { folder in
    let cluster = try await TestCluster(in: folder, backups: backups)
    defer { cluster.end() }
    try await body(cluster, folder)
  }
}

/// Lines of text with different lengths, the same for the same seed.
func sampleText(bytes: Int, seed: UInt64 = 1) -> Data {
  var random = SplitMix(state: seed)
  var text = Data()
  var number = 0
  while text.count < bytes {
    let words = (0..<Int(random.next() % 12)).map { _ in String(random.next() % 100_000, radix: 36)
    }
    text += Data("\(number) \(words.joined(separator: " "))\n".utf8)
    number += 1
  }
  return text
}
