import Foundation
import Glibc
import Testing

extension EndToEnd {
  @Suite("replog demo", .serialized)
  struct DemoTests {
    func input(_ folder: URL, bytes: Int = 600_000) throws -> String {
      let file = folder.appending(path: "input.txt")
      try sampleText(bytes: bytes).write(to: file)
      return file.path
    }

    @Test("Kills two backups, loses nothing, shows the rules, leaves nothing behind")
    func wholeDemo() async throws {
      try await withTemporaryDirectory { folder in
        let demo = try ReplogProcess(["demo", "--input", try input(folder)], in: folder)
        let end = try await demo.end()
        #expect(end.code == 0, "\(end.output)\n\(end.errors)")
        #expect(end.errors == "")
        #expect(end.output.hasSuffix("\n0 records lost\n"))
        #expect(end.output.ranges(of: "kill -9 backup").count == 2)
        #expect(end.output.contains("every byte of every record equals the input's"))
        for rule in ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "F1open"] {
          #expect(end.output.contains("\n  \(rule)  "), "how often \(rule) fired")
        }
        #expect(end.output.contains(/undisturbed:\n +R1 R2 R3 [^:]*R4 R5[^:]* R6 R7\n/))
        #expect(end.output.contains(/killed:\n +R1 R2 R3 [^:]*F1(open)? R1 [^:]*R2 R3 [^:]*R4/))
        #expect(demo.leftProcesses == [])
        #expect(demo.leftFiles == [])
      }
    }

    @Test("Each of its processes that ends writes a profile, if the environment says where")
    func profiles() async throws {
      try await withTemporaryDirectory { folder in
        let profiles = folder.appending(path: "profiles")
        let demo = try ReplogProcess(
          ["demo", "--input", try input(folder)], in: folder,
          environment: ["RULES_PROFILE_DIR": profiles.path])
        let end = try await demo.end()
        #expect(end.code == 0, "\(end.output)\n\(end.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: profiles.path)
        // The servers that were not killed have no rules of their own, but write as well.
        #expect(names.count > 1)
        #expect(names.allSatisfy { $0.hasPrefix("replog-") && $0.hasSuffix(".rulesprofile") })
        let texts = try names.map {
          try String(contentsOf: profiles.appending(path: $0), encoding: .utf8)
        }
        #expect(texts.count { $0.contains("\ntask Segment ") } == 1)
        // R1, the first rule of a replica.
        let firstRule =
          /\nscope Segment\.replica [0-9]+\n(state [0-9a-f]+ [0-9]+ [0-9]+\n)*?state [0-9a-f]+ 0 [0-9]+\n/
        #expect(
          texts.contains { $0.contains(firstRule) },
          "\(texts.first { $0.contains("Segment.replica") } ?? "")")
      }
    }

    @Test(
      "Interrupted in the middle, it leaves neither process nor file",
      arguments: [
        SIGINT, SIGTERM,
      ])
    func interrupted(signal: Int32) async throws {
      try await withTemporaryDirectory { folder in
        let demo = try ReplogProcess(
          ["demo", "--input", try input(folder, bytes: 4_000_000)], in: folder)
        let started = try await eventually { demo.output.contains("Appending") }
        #expect(started)
        #expect(demo.leftProcesses.count > 1)
        demo.signal(signal)
        let end = try await demo.end()
        #expect(end.code == 130, "\(end.output)\n\(end.errors)")
        #expect(demo.leftProcesses == [])
        #expect(demo.leftFiles == [])
      }
    }

    @Test("Killed with kill -9, it leaves no process")
    func killed() async throws {
      try await withTemporaryDirectory { folder in
        let demo = try ReplogProcess(
          ["demo", "--input", try input(folder, bytes: 4_000_000)], in: folder)
        let started = try await eventually { demo.output.contains("Appending") }
        #expect(started)
        demo.signal(SIGKILL)
        _ = try await demo.end()
        let gone = try await eventually { demo.leftProcesses == [] }
        #expect(gone)
      }
    }

    @Test("A backup that somebody else kills is only one more failure")
    func killedByOthers() async throws {
      try await withTemporaryDirectory { folder in
        let demo = try ReplogProcess(
          ["demo", "--backups", "6", "--input", try input(folder, bytes: 4_000_000)], in: folder)
        let started = try await eventually { demo.output.contains("kill -9 backup") }
        #expect(started)
        let victim = demo.output.split(separator: "\n").first { line in
          let words = line.split(separator: " ")
          return words.first == "backup" && !demo.output.contains("kill -9 backup \(words[1])")
        }
        let pid = try #require(victim?.split(separator: " ").last.flatMap { Int32($0) })
        kill(pid, SIGKILL)
        let end = try await demo.end()
        #expect(end.code == 0, "\(end.output)\n\(end.errors)")
        #expect(end.output.contains("ended: signal 9"))
        #expect(end.output.hasSuffix("\n0 records lost\n"))
      }
    }

    @Test(
      "Any bytes are a fine input: none at all, no final newline, binary",
      arguments: [
        [], Array("no newline".utf8), [0x0A], [0x00, 0x0A, 0xFF, 0x0D, 0x0A, 0x0A, 0xFE],
      ] as [[UInt8]])
    func oddInput(bytes: [UInt8]) async throws {
      try await withTemporaryDirectory { folder in
        let file = folder.appending(path: "odd")
        try Data(bytes).write(to: file)
        let end = try await ReplogProcess.run(
          ["demo", "--backups", "3", "--input", file.path], in: folder)
        #expect(end.code == 0, "\(end.output)\n\(end.errors)")
        #expect(end.output.hasSuffix("\n0 records lost\n"))
        #expect(
          end.output.contains("with 3 backups none is killed")
            || end.output.contains("no backup is killed"))
      }
    }

    @Test("A line that is longer than a record is refused by its number, before anything starts")
    func longLine() async throws {
      try await withTemporaryDirectory { folder in
        let file = folder.appending(path: "long")
        try Data("short\n\(String(repeating: "x", count: 1 << 20))\n".utf8).write(to: file)
        let end = try await ReplogProcess.run(["demo", "--input", file.path], in: folder)
        #expect(end.code == 2)
        #expect(end.errorLines.count == 1)
        #expect(end.errors.contains("\(file.path):2: the line has 1,048,576 bytes"))
      }
    }

    @Test("--keep leaves the servers' directories, their messages and a summary, and only there")
    func keep() async throws {
      try await withTemporaryDirectory { folder in
        let kept = folder.appending(path: "kept")
        let demo = try ReplogProcess(
          ["demo", "--input", try input(folder), "--keep", kept.path], in: folder)
        let end = try await demo.end()
        #expect(end.code == 0, "\(end.output)\n\(end.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: kept.path)
        for name in ["coordinator", "coordinator.log", "backup-1", "backup-5.log", "summary.txt"] {
          #expect(names.contains(name), "\(name) in \(names)")
        }
        let summary = try String(contentsOf: kept.appending(path: "summary.txt"), encoding: .utf8)
        #expect(summary.hasSuffix("0 records lost\n"))
        #expect(demo.leftFiles == [])

        let again = try await ReplogProcess.run(["demo", "--keep", kept.path], in: folder)
        #expect(again.code == 2)
        #expect(
          again.errorLines == [
            "replog: error: \(kept.path): the directory is not empty"
          ])
      }
    }
  }
}
