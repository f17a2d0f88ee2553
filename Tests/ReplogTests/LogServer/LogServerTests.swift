import Foundation
import Glibc
import TestSupport
import Testing

extension EndToEnd {
  @Suite("A log behind plain TCP", .serialized)
  struct LogServerTests {
    private static let program = ReplogProcess.executable.deletingLastPathComponent()
      .appending(path: "log-server").path

    @Test(
      "counts records of 100 bytes once they are on its backups", arguments: ["memory", "disk"])
    func records(durability: String) async throws {
      try await withTemporaryDirectory { folder in
        let port = try freePorts(1)[0]
        let files = folder.appending(path: "files")
        let command = endingWithInput([Self.program, "\(port)", durability, files.path])
        let server = try ReplogProcess(
          Array(command.dropFirst()), in: folder, keepInput: true, program: command[0])
        defer {
          server.signal(SIGKILL)
          server.process.waitUntilExit()
        }
        var found: RecordConnection?
        _ = try await eventually {
          found = found ?? RecordConnection(port: port)
          return found != nil || !server.process.isRunning
        }
        let connection = try #require(found, "\(server.output)\(server.errors)")
        let records = (1...3).map { [UInt8](repeating: UInt8(ascii: "a") + $0, count: 100) }
        // The last one in two pieces: half a record is none.
        let bytes = records.joined()
        #expect(connection.send(bytes.prefix(250)))
        let hasTwo = try await eventually {
          connection.receive()
          return connection.durable >= 2
        }
        #expect(hasTwo && connection.durable == 2)
        #expect(connection.send(bytes.dropFirst(250)))
        let hasThree = try await eventually {
          connection.receive()
          return connection.durable >= 3
        }
        #expect(hasThree && connection.durable == 3)

        let read = try await ReplogProcess.run(
          ["read", "--coordinator", try coordinator(in: files)], in: folder)
        let lines = records.map { String(decoding: $0, as: UTF8.self) + "\n" }
        #expect(read.output == lines.joined(), "\(read.errors)")
      }
    }

    @Test("tells how it is used, exit code 2 when it was not used so", arguments: [0, 2])
    func usage(code: Int32) async throws {
      try await withTemporaryDirectory { folder in
        let arguments = code == 0 ? ["--help"] : ["1", "paper", folder.path]
        let end = try await ReplogProcess(arguments, in: folder, program: Self.program).end()
        #expect(end.code == code && end.output.hasPrefix("USAGE: log-server PORT memory|disk DIR"))
      }
    }

    /// Where the coordinator that the server has started listens: the last word that it prints.
    private func coordinator(in files: URL) throws -> String {
      let directory = try #require(
        try FileManager.default.contentsOfDirectory(atPath: files.path).first)
      let line = try String(
        contentsOf: files.appending(path: "\(directory)/coordinator.out"), encoding: .utf8)
      return try #require(line.split(whereSeparator: \.isWhitespace).last.map(String.init))
    }
  }
}
