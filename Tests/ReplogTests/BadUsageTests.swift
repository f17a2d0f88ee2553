import Foundation
import Testing

extension EndToEnd {
  @Suite("Bad usage is told in one line, exit code 2", .serialized)
  struct BadUsageTests {
    @Test(
      "Wrong command lines",
      arguments: [
        ([], "a verb is needed"),
        (["dmeo"], "unknown verb dmeo; did you mean demo?"),
        (["--hlep"], "unknown flag --hlep; did you mean --help?"),
        (["demo", "--inptu", "x"], "unknown flag --inptu; did you mean --input?"),
        (["demo", "--backups", "2"], "--backups 2: not a whole number from 3 to 32"),
        (["demo", "--input", "/does/not/exist"], "/does/not/exist: No such file or directory"),
        (["demo", "--input", "/"], "/: Is a directory"),
        (["append"], "--coordinator HOST:PORT is needed"),
        (["append", "--coordinator", "nowhere"], "--coordinator nowhere: not HOST:PORT"),
        (["append", "--coordinator", "127.0.0.1:1", "--input", "/"], "/: Is a directory"),
        (["read", "--coordinator", "127.0.0.1:1", "--log", ""], "--log needs a value"),
        (["coordinator", "--listen", "0.0.0.0:4100"], "only loopback addresses"),
        (["coordinator", "--store", "etcd://"], "--store etcd://: not etcd://HOST:PORT"),
        (["coordinator", "--store", "consul://127.0.0.1:1"], "not etcd://HOST:PORT"),
        (["coordinator", "--store", "etcd://127.0.0.1:1/a/b"], "not etcd://HOST:PORT"),
        (
          ["coordinator", "--store", "etcd://127.0.0.1:1", "--dir", "here"],
          "--dir and --store: the state is kept in one place"
        ),
        (["read", "--coordinator", "127.0.0.1:1,"], "--coordinator 127.0.0.1:1,: not HOST:PORT"),
        (["backup", "--coordinator", "127.0.0.1:1"], "--dir DIR is needed"),
      ] as [([String], String)])
    func wrong(arguments: [String], message: String) async throws {
      try await withTemporaryDirectory { folder in
        let end = try await ReplogProcess.run(arguments, in: folder)
        #expect(end.code == 2)
        #expect(end.output == "")
        #expect(end.errorLines.count == 1)
        #expect(end.errors.contains(message), "\(end.errors)")
      }
    }

    @Test("A port that is in use")
    func portInUse() async throws {
      try await withCluster(backups: 1) { cluster, folder in
        let directory = folder.appending(path: "other").path
        let coordinator = try await ReplogProcess.run(
          ["coordinator", "--listen", cluster.address, "--dir", directory], in: folder)
        #expect(coordinator.code == 2)
        #expect(coordinator.errorLines.count == 1)
        #expect(coordinator.errors.contains("Address already in use"), "\(coordinator.errors)")

        let backup = try await cluster.run(
          ["backup", "--listen", "127.0.0.1:\(cluster.backups[0].port)", "--dir", directory])
        #expect(backup.code == 2)
        #expect(backup.errors.contains("Address already in use"), "\(backup.errors)")
      }
    }

    @Test("A directory that cannot be used")
    func badDirectory() async throws {
      try await withTemporaryDirectory { folder in
        let file = folder.appending(path: "file")
        try Data().write(to: file)
        let end = try await ReplogProcess.run(
          ["coordinator", "--listen", "127.0.0.1:0", "--dir", file.path], in: folder)
        #expect(end.code == 2)
        #expect(end.errorLines.count == 1, "\(end.errors)")
        #expect(end.errors.contains(file.path))
      }
    }

    @Test(
      "Without a coordinator, every verb that needs one says so and ends with 69",
      arguments: [
        ["append"], ["read"], ["status"], ["recover", "--dry-run"], ["recover"],
        ["trim", "--before", "1"],
      ])
    func noCoordinator(arguments: [String]) async throws {
      try await withTemporaryDirectory { folder in
        let end = try await ReplogProcess.run(
          arguments + ["--coordinator", "127.0.0.1:1,127.0.0.1:2"], in: folder,
          input: Data("a\n".utf8))
        #expect(end.code == 69)
        #expect(
          end.errors.contains("no coordinator answers at 127.0.0.1:1, 127.0.0.1:2"),
          "\(end.errors)")
      }
    }

    @Test("A backup that finds no coordinator says so and ends with 69")
    func backupWithoutCoordinator() async throws {
      try await withTemporaryDirectory { folder in
        let directory = folder.appending(path: "backup").path
        let end = try await ReplogProcess.run(
          ["backup", "--coordinator", "127.0.0.1:1", "--dir", directory], in: folder)
        #expect(end.code == 69)
        #expect(end.errors.contains("the coordinator at 127.0.0.1:1 did not"), "\(end.errors)")
      }
    }

    @Test(
      "--help and --version go to stdout, exit code 0",
      arguments: [
        (["--help"], "Usage: replog VERB"), (["demo", "--help"], "Usage: replog demo"),
        (["status", "-h"], "Usage: replog status"), (["--version"], "replog 0."),
      ] as [([String], String)])
    func help(arguments: [String], text: String) async throws {
      try await withTemporaryDirectory { folder in
        let end = try await ReplogProcess.run(arguments, in: folder)
        #expect(end.code == 0)
        #expect(end.output.contains(text))
        #expect(end.errors == "")
      }
    }
  }
}
