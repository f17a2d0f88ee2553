import Foundation
import Testing

extension EndToEnd {
  @Suite("Traces of real runs", .serialized)
  struct TraceTests {
    @Test("A demo's trace holds against the rules it was built from, and not against others")
    func replay() async throws {
      try await withTemporaryDirectory { folder in
        let traces = folder.appending(path: "traces").path
        let input = folder.appending(path: "input.txt")
        try sampleText(bytes: 600_000).write(to: input)
        let demo = try ReplogProcess(
          ["demo", "--input", input.path], in: folder, environment: ["RULES_TRACE_DIR": traces])
        #expect(try await demo.end().code == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: traces)
        let log = try #require(names.first { $0.hasSuffix("-log_demo.rulestrace") })

        let rules = try rulesFolder()
        // The pool has the tasks of both files: the log is opened in it, and then kept.
        func replay(_ folder: URL) throws -> (status: Int32, output: String) {
          let files = ["LogOpening.rules", "LogReplication.rules"]
          return try rulesc(
            ["replay", "\(traces)/\(log)"] + files.map { folder.appending(path: $0).path })
        }
        let fine = try replay(rules)
        #expect(fine.status == 0, "\(fine.output)")
        #expect(fine.output.contains("Segment        the rules that were recorded\n"))

        let changed = folder.appending(path: "rules")
        try FileManager.default.copyItem(at: rules, to: changed)
        let segment = changed.appending(path: "Segment.rules")
        let text = try String(contentsOf: segment, encoding: .utf8)
        let other = text.replacing(
          "when header == unsent\n", with: "when header == unsent, finalized\n")
        try #require(other != text)
        try other.write(to: segment, atomically: true, encoding: .utf8)
        let differs = try replay(changed)
        #expect(differs.status == 1)
        #expect(
          differs.output.contains("  then   R2 fired\n  now    unhandled\n"), "\(differs.output)")
      }
    }

    private func rulesFolder() throws -> URL {
      URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "rules/ReplicatedLog")
    }

    /// Runs the compiler that was built beside `replog`, which its rules were compiled with.
    private func rulesc(_ arguments: [String]) throws -> (status: Int32, output: String) {
      let process = Process()
      process.executableURL = ReplogProcess.executable.deletingLastPathComponent()
        .appending(path: "rulesc")
      process.arguments = arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
  }
}
