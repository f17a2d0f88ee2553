import Foundation
import Glibc
import Testing

@Suite("A process that dies leaves its traces where RULES_TRACE_DIR says", .timeLimit(.minutes(20)))
struct CrashTraceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The lines of the only trace in the folder, after a check of its hash.
  private func trace(named suffix: String) throws -> [String] {
    let names = try folder.list("out")
    #expect(names.count == 1, "\(names)")
    let name = try #require(names.first)
    #expect(name.hasPrefix("profile-child-") && name.hasSuffix(suffix), "\(name)")
    let text = try folder.read(folder.path + "/out/" + name)
    let end = try #require(text.range(of: "end ", options: .backwards))
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text[..<end.lowerBound].utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    #expect(
      text.hasSuffix("\nend \(String(repeating: "0", count: 16 - digits.count))\(digits)\n"))
    return text.split(separator: "\n").map(String.init)
  }

  private func start(_ what: String) throws -> Child {
    try Child(["pool", what], traces: folder.path + "/out")
  }

  @Test(
    "with what fired before, in a text that is whole",
    arguments: [
      ("trap", [SIGILL, SIGTRAP]), ("abort", [SIGABRT]), ("overflow", [SIGSEGV, SIGBUS]),
      ("read-zero", [SIGSEGV]),
    ])
  func fault(what: String, signals: [Int32]) throws {
    let end = try start(what).end(byInput: false)
    #expect(signals.contains(end.status - 1000), "\(end)")
    let lines = try trace(named: "-crash_test-crash.rulestrace")
    #expect(lines[0] == "swift-rules trace 2")
    #expect(lines[2] == "pool crash test")
    #expect(lines.contains("signal \(end.status - 1000)"))
    #expect(lines.contains("subject 1 countdown"))
    #expect(lines.contains("subject 2 countdown 2"))
    #expect(lines.contains("lost 0"))
    let firings = lines.filter { $0.hasPrefix("fire ") }.map { line in
      var words = line.split(separator: " ")
      words.remove(at: 2)  // the time
      return words.joined(separator: " ")
    }
    #expect(
      firings == [
        "fire 0 0 0 1 0 1 ? admission - 0", "fire 1 0 0 1 0 1 ? firing 0 0",
        "fire 2 0 0 1 0 1 ? firing 1 0", "fire 3 0 0 1 0 1 ? firing 2 0",
        "fire 4 0 0 1 0 1 ? firing 3 0", "fire 5 0 0 2 0 1 ? admission - 0",
      ])
  }

  @Test("when another process kills it", arguments: [SIGABRT, SIGSEGV])
  func killed(signal: Int32) throws {
    let child = try start("killed")
    #expect(child.readLine() == "ready")
    child.signal(signal)
    #expect(try child.end(byInput: false).status == signal + 1000)
    let lines = try trace(named: "-crash_test-crash.rulestrace")
    #expect(lines.contains("signal \(signal)"))
    #expect(lines.filter { $0.hasPrefix("fire ") }.count == 6)
  }

  @Test("and on demand with SIGUSR2, while it lives on")
  func demand() throws {
    let child = try start("demand")
    #expect(child.readLine() == "ready")
    child.signal(SIGUSR2)
    for _ in 0..<2_000 where (try? folder.list("out").first?.hasSuffix(".rulestrace")) != true {
      usleep(10_000)
    }
    let lines = try trace(named: "-crash_test.rulestrace")
    #expect(lines.filter { $0.hasPrefix("fire ") }.count == 6)
    #expect(try child.end().status == 0)
  }
}
