import Foundation
import Glibc
import TestSupport
import Testing

/// Kills a process at a system call.
enum Strace {
  /// nil when it is not installed.
  static let path = ["/usr/bin/strace", "/usr/local/bin/strace"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}

extension EndToEnd {
  @Suite(
    "A coordinator killed at a system call of its choice", .serialized,
    .enabled(if: Strace.path != nil, "strace is not installed"))
  struct CrashPointTests {
    /// Every save makes each of these once: the new file's bytes, its sync, its name, and the name's sync. Every
    /// start syncs the directory's own name, too.
    @Test(
      "loads its state again, and gives no epoch twice",
      arguments: ["/^pwrite", "fdatasync", "/^rename", "fsync"])
    func crash(call: String) async throws {
      try await withTemporaryDirectory { folder in
        var told: [Int] = []
        // The first one dies while it makes the cluster; the last one after it has told an owner its epoch.
        for number in call == "fsync" ? [1, 2, 3, 4] : [1, 1, 2, 3] {
          told += try await epochs(in: folder, killedAt: (call, number))
        }
        #expect(!told.isEmpty, "all died before anybody was told anything")
        let last = try await epochs(in: folder, killedAt: nil)
        #expect(last.count >= Self.owners, "it does not start, or does not serve")
        told += last
        #expect(zip(told, told.dropFirst()).allSatisfy { $0 < $1 }, "\(told)")
      }
    }

    private static let owners = 3

    /// Starts a coordinator, lets owners of a log come one after the other, and ends both.
    /// - Returns: the epochs that owners were given.
    private func epochs(
      in folder: URL, killedAt point: (call: String, number: Int)?
    ) async throws -> [Int] {
      let strace = try #require(Strace.path)
      let prefix = point.map {
        [
          strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\($0.call)", "-e",
          "inject=\($0.call):signal=SIGKILL:when=\($0.number)",
        ]
      }
      let port = try freePorts(1)[0]
      let coordinator = try ReplogProcess(
        [
          "coordinator", "--listen", "127.0.0.1:\(port)", "--dir",
          folder.appending(path: "state").path, "--exit-with-parent",
        ], in: folder, keepInput: true, prefix: prefix ?? [])
      func epochs() -> [Int] {
        coordinator.errors.split(separator: "\n").compactMap { line in
          line.components(separatedBy: ", epoch ").dropFirst().first.flatMap { Int($0) }
        }
      }
      let isUp = try await eventually {
        !coordinator.process.isRunning || coordinator.output.hasSuffix("\n")
      }
      #expect(isUp)
      for owner in 1...Self.owners where coordinator.process.isRunning {
        // It waits for backups that there are none of.
        let append = try ReplogProcess(
          ["append", "--coordinator", "127.0.0.1:\(port)"], in: folder, input: Data())
        let isOver = try await eventually {
          !coordinator.process.isRunning || epochs().count >= owner
        }
        append.signal(SIGKILL)
        append.process.waitUntilExit()
        #expect(isOver)
      }
      try coordinator.closeInput()
      let end = try await coordinator.end()
      #expect(end.code == (point == nil ? 0 : -SIGKILL), "\(end.code): \(end.errors)")
      return epochs()
    }
  }
}
