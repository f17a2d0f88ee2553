import Foundation
import Glibc
import Testing

extension EndToEnd {
  @Suite("A cluster run by hand", .serialized)
  struct ClusterTests {
    @Test("What was appended is read back byte for byte, and its status is complete")
    func appendAndRead() async throws {
      try await withCluster(backups: 3) { cluster, _ in
        let text = sampleText(bytes: 300_000)
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).count - 1
        let append = try await cluster.run(["append"], input: text)
        #expect(append.code == 0, "\(append.errors)")
        #expect(append.output.contains("\(lines / 1000),"), "\(append.output)")

        let read = try cluster.start(["read"])
        let end = try await read.end()
        #expect(end.code == 0, "\(end.errors)")
        #expect(read.outputData == text)

        let status = try await cluster.run(["status"])
        #expect(status.code == 0, "\(status.output)\(status.errors)")
        #expect(status.output.contains("3 backups"))
        #expect(status.output.contains(", 0 under-replicated, 0 corrupt replicas"))
      }
    }

    @Test("read --follow writes what is appended later, and read --from --to a part")
    func follow() async throws {
      try await withCluster(backups: 3) { cluster, _ in
        let append = try await cluster.run(
          ["append", "--durability", "memory"], input: Data("one\ntwo\n".utf8))
        #expect(append.code == 0, "\(append.errors)")
        let read = try cluster.start(["read", "--follow"])
        #expect(try await eventually { read.outputData == Data("one\ntwo\n".utf8) })
        let more = try await cluster.run(["append"], input: Data("three\n".utf8))
        #expect(more.code == 0, "\(more.errors)")
        #expect(try await eventually { read.outputData == Data("one\ntwo\nthree\n".utf8) })
        read.signal(SIGINT)
        #expect(try await read.end().code == 130)

        // An entry has eight bytes besides the record's, a segment's header forty.
        let part = try await cluster.run(["read", "--from", "1:51", "--to", "1:62"])
        #expect(part.output == "two\n", "\(part.errors)")
        let bad = try await cluster.run(["read", "--from", "here"])
        #expect(bad.code == 2 && bad.errors.contains("--from here: not SEGMENT or SEGMENT:OFFSET"))
        let disk = try await cluster.run(["append", "--durability", "disk"], input: Data())
        #expect(disk.code == 1)
        #expect(
          disk.errors.contains("log 'main' has 3 replicas in memory, not 3 replicas on disk"))
      }
    }

    @Test("A second append goes on where the first ended; another log has nothing of it")
    func appendTwice() async throws {
      try await withCluster(backups: 3) { cluster, _ in
        for text in ["one\ntwo\n", "three\nwithout newline"] {
          let append = try await cluster.run(["append"], input: Data(text.utf8))
          #expect(append.code == 0, "\(append.errors)")
        }
        let read = try await cluster.run(["read"])
        #expect(read.output == "one\ntwo\nthree\nwithout newline\n")
        #expect(read.errors.contains("4 records"))

        let other = try await cluster.run(["read", "--log", "other"])
        #expect(other.code == 1)
        #expect(other.errors.contains("there is no log 'other'"))
      }
    }

    @Test("status knows how many replicas each log is to have")
    func replicaCounts() async throws {
      try await withCluster(backups: 3) { cluster, _ in
        for arguments in [["--log", "one", "--replicas", "1"], ["--log", "three"]] {
          let append = try await cluster.run(["append"] + arguments, input: Data("line\n".utf8))
          #expect(append.code == 0, "\(append.errors)")
        }
        for arguments in [[], ["--log", "one"], ["--log", "three"]] {
          let status = try await cluster.run(["status"] + arguments)
          #expect(status.code == 0, "\(status.output)\(status.errors)")
        }
      }
    }

    @Test("With two backups left an append says which rule waits; it goes on when one is added")
    func tooFewBackups() async throws {
      try await withCluster(backups: 3) { cluster, _ in
        let append = try cluster.start(["append"], keepInput: true)
        try append.write("before\n")
        let isOpen = try await eventually {
          cluster.backups.allSatisfy { hasReplica($0.directory) }
        }
        #expect(isOpen)
        cluster.kill(0)
        try append.write("after\n")
        let waits = try await eventually {
          append.errors.contains("R1 \"no backup server selected\"")
        }
        #expect(waits, "\(append.errors)")

        try await cluster.addBackup("backup-4")
        try append.write("at the end\n")
        try append.closeInput()
        let end = try await append.end()
        #expect(end.code == 0, "\(end.errors)")
        #expect(end.output.contains("3 records"))

        let read = try await cluster.run(["read"])
        #expect(read.output == "before\nafter\nat the end\n", "\(read.errors)")
      }
    }

    @Test("Garbage on a port closes that connection with a logged reason, and nothing else")
    func garbage() async throws {
      try await withCluster(backups: 3) { cluster, _ in
        let append = try await cluster.run(["append"], input: Data("a record\n".utf8))
        #expect(append.code == 0, "\(append.errors)")
        for server in [cluster.coordinator] + cluster.backups {
          let before = server.process.errors.count
          let isClosed = try sendGarbage(to: server.port)
          #expect(isClosed)
          let isLogged = try await eventually { server.process.errors.count > before }
          #expect(isLogged)
          #expect(server.process.process.isRunning)
        }
        let read = try await cluster.run(["read"])
        #expect(read.output == "a record\n", "\(read.errors)")
      }
    }

    @Test("A flipped byte in a replica file is found at the restart, told, and never served")
    func corruptReplica() async throws {
      try await withCluster(backups: 4) { cluster, _ in
        let text = sampleText(bytes: 100_000)
        let append = try await cluster.run(["append"], input: text)
        #expect(append.code == 0, "\(append.errors)")
        let index = try #require(cluster.backups.firstIndex { hasReplica($0.directory) })
        let stopped = cluster.backups[index]
        stopped.process.signal(SIGTERM)
        let stop = try await stopped.process.end()
        #expect(stop.code == 0, "\(stop.errors)")
        try flipByte(in: stopped.directory)
        try await cluster.addBackup(stopped.directory.lastPathComponent)

        let status = try await cluster.run(["status"])
        #expect(status.code == 1)
        #expect(status.output.contains("corrupt on "), "\(status.output)\(status.errors)")
        let read = try cluster.start(["read"])
        let end = try await read.end()
        #expect(end.code == 0, "\(end.errors)")
        #expect(read.outputData == text)
      }
    }

    @Test("check reads an ended backup's directory, finds a flipped byte, and changes nothing")
    func check() async throws {
      try await withCluster(backups: 3) { cluster, folder in
        let append = try await cluster.run(["append"], input: sampleText(bytes: 100_000))
        #expect(append.code == 0, "\(append.errors)")
        let backup = cluster.backups[0]
        func check(_ flags: String...) async throws -> ReplogProcess.Ended {
          try await ReplogProcess.run(
            ["check", "--dir", backup.directory.path] + flags, in: folder)
        }
        let early = try await check()
        #expect(early.code == 2)
        #expect(early.errors.contains("is in use by another process"), "\(early.errors)")

        backup.process.signal(SIGKILL)
        backup.process.process.waitUntilExit()
        let sound = try await check()
        #expect(sound.code == 0, "\(sound.errors)")
        #expect(sound.output.hasPrefix("Directory of cluster "), "\(sound.output)")
        #expect(sound.output.hasSuffix("\n1 replica, 0 corrupt\n"), "\(sound.output)")

        try flipByte(in: backup.directory)
        let before = try contents(of: backup.directory)
        let corrupt = try await check("--json")
        #expect(corrupt.code == 1, "\(corrupt.errors)")
        let report = try #require(
          try JSONSerialization.jsonObject(with: Data(corrupt.output.utf8)) as? [String: Any])
        #expect(report["sound"] as? Bool == false)
        let replicas = try #require(report["replicas"] as? [[String: Any]])
        #expect(replicas.map { $0["state"] as? String } == ["corrupt"])
        #expect(try contents(of: backup.directory) == before)
        let words = try await check()
        #expect(words.output.contains("owner makes what is corrupt again"), "\(words.output)")

        let other = try await ReplogProcess.run(["check", "--dir", folder.path], in: folder)
        #expect(other.code == 2)
        #expect(other.errors.contains("is no directory of a backup"), "\(other.errors)")
      }
    }

    @Test(
      "A log that there is not is neither recovered nor trimmed, and does not come about by that",
      arguments: [["recover"], ["recover", "--dry-run"], ["trim", "--before", "1"]])
    func noSuchLog(arguments: [String]) async throws {
      try await withCluster(backups: 3) { cluster, _ in
        for arguments in [arguments, ["read"]] {
          let end = try await cluster.run(arguments)
          #expect(end.code == 1, "\(end.output)")
          #expect(end.errors == "replog: error: there is no log 'main'\n")
        }
      }
    }

    @Test("recover repairs what is left, and says before what that is; trim gives up the beginning")
    func recoverAndTrim() async throws {
      try await withCluster(backups: 4) { cluster, _ in
        let text = sampleText(bytes: 17_000_000)
        let append = try await cluster.run(["append"], input: text)
        #expect(append.code == 0, "\(append.errors)")
        cluster.kill(0)
        let look = try await cluster.run(["recover", "--dry-run"])
        #expect(look.code == 0, "\(look.output)\(look.errors)")
        #expect(look.output.contains("segment 1: closed, 8.4 MB, on "), "\(look.output)")
        #expect(look.output.contains("log 'main' is complete: 3 segments\n"), "\(look.output)")

        let recover = try await cluster.run(["recover"])
        #expect(recover.code == 0, "\(recover.output)\(recover.errors)")
        #expect(
          recover.output.contains("log 'main' is complete, each segment with 3 replicas on disk"))
        let status = try await cluster.run(["status"])
        #expect(status.output.contains(", 0 under-replicated, 0 corrupt"), "\(status.output)")

        let trim = try await cluster.run(["trim", "--before", "3"])
        #expect(trim.output == "log 'main' begins with segment 3\n", "\(trim.errors)")
        let rest = try cluster.start(["read"])
        #expect(try await rest.end().code == 0)
        #expect(rest.outputData.count > 0 && text.suffix(rest.outputData.count) == rest.outputData)
        #expect(rest.errors.contains("from 1 segment"), "\(rest.errors)")
        let far = try await cluster.run(["trim", "--before", "9"])
        #expect(far.code == 2)
        #expect(far.errors.contains("log 'main' ends in segment 3"), "\(far.errors)")
      }
    }

    @Test("status --json says the same as the table; --watch goes on until a signal")
    func statusForPrograms() async throws {
      try await withCluster(backups: 3) { cluster, _ in
        let append = try await cluster.run(["append"], input: Data("a record\n".utf8))
        #expect(append.code == 0, "\(append.errors)")
        let status = try await cluster.run(["status", "--json"])
        #expect(status.code == 0, "\(status.output)\(status.errors)")
        let report = try #require(
          try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
        #expect(report["healthy"] as? Bool == true)
        #expect((report["backups"] as? [Any])?.count == 3)
        let segments = try #require(report["segments"] as? [[String: Any]])
        #expect(segments.map { $0["segment"] as? Int } == [1])
        #expect((segments[0]["readable"] as? [String])?.count == 3)

        let watch = try cluster.start(["status", "--watch"])
        let isRepeated = try await eventually {
          watch.output.components(separatedBy: "Cluster ").count > 2
        }
        #expect(isRepeated, "\(watch.output)")
        watch.signal(SIGTERM)
        #expect(try await watch.end().code == 130)
      }
    }

    @Test(
      "Whoever waits ends at the first signal, with 130",
      arguments: [
        ["append", "--coordinator", "127.0.0.1:1"],
        ["backup", "--coordinator", "127.0.0.1:1", "--dir", "unused"],
        ["demo", "--input", "/dev/stdin"],
      ])
    func interruptedWait(arguments: [String]) async throws {
      try await withTemporaryDirectory { folder in
        let arguments = arguments.map { $0 == "unused" ? folder.path + "/dir" : $0 }
        let process = try ReplogProcess(arguments, in: folder, keepInput: true)
        // Before the command has blocked its signals one would end it in another way.
        let isReady = try await eventually {
          let status = try String(
            contentsOfFile: "/proc/\(process.process.processIdentifier)/status", encoding: .utf8)
          return status.contains(/SigBlk:\t0*[1-9a-f]/)
        }
        #expect(isReady)
        process.signal(SIGINT)
        #expect(try await process.end().code == 130)
        #expect(process.leftFiles == [])
      }
    }

    @Test("A signal ends a server with exit code 0, the end of stdin too when asked")
    func shutdown() async throws {
      try await withCluster(backups: 2) { cluster, _ in
        let first = cluster.backups[0].process
        first.signal(SIGINT)
        #expect(try await first.end().code == 0)
        let second = cluster.backups[1].process
        try second.closeInput()
        #expect(try await second.end().code == 0)
        cluster.coordinator.process.signal(SIGTERM)
        #expect(try await cluster.coordinator.process.end().code == 0)
      }
    }

    /// The replica files in a backup's directory: those larger than the book-keeping ones.
    func replicas(in directory: URL) -> [URL] {
      let files = FileManager.default.enumerator(
        at: directory, includingPropertiesForKeys: [.fileSizeKey, .isRegularFileKey])
      return (files?.allObjects as? [URL] ?? []).filter { file in
        let values = try? file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
        return values?.isRegularFile == true && file.lastPathComponent.contains("replica")
      }
    }

    func hasReplica(_ directory: URL) -> Bool { !replicas(in: directory).isEmpty }

    /// Changes one byte in the middle of the largest replica's data.
    func flipByte(in directory: URL) throws {
      let file = try #require(replicas(in: directory).first)
      var bytes = try Data(contentsOf: file)
      let offset = 20_000
      try #require(bytes.count > offset)
      bytes[offset] ^= 0x40
      try bytes.write(to: file)
    }

    /// Each file of a directory.
    func contents(of directory: URL) throws -> [String: Data] {
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      return Dictionary(
        uniqueKeysWithValues: try names.map {
          ($0, try Data(contentsOf: directory.appending(path: $0)))
        })
    }

    /// Sends bytes that are no protocol, and waits until the other side hangs up.
    func sendGarbage(to port: UInt16) throws -> Bool {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(connected == 0)
      let garbage =
        Array("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n".utf8)
        + [UInt8](repeating: 0xA5, count: 200)
      _ = send(descriptor, garbage, garbage.count, Int32(MSG_NOSIGNAL))
      var wait = timeval(tv_sec: 20, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let got = recv(descriptor, &buffer, buffer.count, 0)
        if got == 0 || (got < 0 && errno == ECONNRESET) { return true }
        if got < 0 { return false }
      }
    }
  }
}
