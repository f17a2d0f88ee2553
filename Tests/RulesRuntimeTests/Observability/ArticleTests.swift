import Foundation
import Testing

@Suite("The adapters of the article on observability", .timeLimit(.minutes(20)))
struct ArticleTests {
  private let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private var fixture: URL { root.appending(path: "Tests/Fixtures/Observability") }

  private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

  @Test("The article shows the adapters of the fixture package, whole and all of them")
  func text() throws {
    let article = try text(
      root.appending(path: "Sources/RulesRuntime/RulesRuntime.docc/Observability.md"))
    let blocks = article.components(separatedBy: "```swift\n").dropFirst().map { rest in
      rest.components(separatedBy: "```\n")[0]
    }
    let folder = fixture.appending(path: "Sources/Adapters")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(try Set(blocks) == Set(files.map { try text(folder.appending(path: $0)) }))
    #expect(blocks.count == files.count)
  }

  /// The package in a folder of its own (ignored by git, kept between runs so that only the first one
  /// compiles the runtime), built by a SwiftPM of its own. It is waited for on a thread of its own: there
  /// are few for all tests.
  private func run() async throws -> (status: Int32, output: String) {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try runAndWait() }) }
    }
  }

  private func runAndWait() throws -> (status: Int32, output: String) {
    let folder = root.appending(path: ".build-plugin-tests/observability")
    let files = FileManager.default
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["Sources", "StandIns"] {
      let copy = folder.appending(path: name)
      try? files.removeItem(at: copy)
      try files.copyItem(at: fixture.appending(path: name), to: copy)
    }
    try text(fixture.appending(path: "Package.swift"))
      .replacing("\"../../..\"", with: "\"\(root.path)\"")
      .write(to: folder.appending(path: "Package.swift"), atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["swift", "run", "Demo"]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["RULES_PART"] = "network"
    environment["RULES_PROFILE_DIR"] = nil
    environment["RULES_TRACE_DIR"] = nil
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test("They compile without warnings and hand on what a pool tells")
  func adapters() async throws {
    let (status, output) = try await run()
    try #require(status == 0, "\(output)")
    let expected = [
      "log rules error: rules/Bell.rules:3: error: R1 \"ring\" of bell threw: a crack; again in 0.1 s",
      "counter rules_firings_total pool=tower,task=Bell,rule=R1 + 2.0",
      "gauge rules_tasks pool=tower,task=Bell,state=blocked = 1.0",
      "span turn of top level: rules.pool=string(\"tower\")",
      "  event R1: code.file.path=string(\"rules/Bell.rules\") code.line.number=int64(3) "
        + "rules.scope=string(\"Bell\") rules.subject=string(\"7\")",
      "span look of top level: ",
      "sent from visit",
      "graceful shutdown",
      "ended",
    ]
    let lines = Set(output.split(separator: "\n").map(String.init))
    for line in expected { #expect(lines.contains(line), "no \(line) in \(output)") }
    // What a counter had grown by before is not told again.
    let again = output.components(separatedBy: "\nagain\n").last ?? ""
    #expect(!again.contains("rules_firings_total"))
  }
}
