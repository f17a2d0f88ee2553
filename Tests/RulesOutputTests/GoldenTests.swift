import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Golden files")
struct GoldenTests {
  @Test(
    "the flagship rules generate exactly the reviewed Swift",
    arguments: ["Segment", "ServerFailure", "LogReplication"])
  func generated(name: String) throws {
    let program = try FlagshipProgram.load()
    let files = generateSwift(program, analyse(program), options: FlagshipProgram.options)
    let file = try #require(files.first { $0.name == "\(name).rules.swift" })
    try compare(file.text, to: "\(name).rules.swift.golden")
  }

  @Test("the coverage of the flagship rules is exactly the reviewed text")
  func coverage() throws {
    let program = try FlagshipProgram.load()
    var exceptions: [CoverageException] = []
    let rules = CoveredRules(program: program, analysis: analyse(program))
    let report = coverageReport([rules], exceptions: &exceptions)
    try compare(coverageText(report), to: "coverage.txt.golden")
  }

  /// Compares with a file in `Golden`. After a wanted change, run the tests once with
  /// UPDATE_GOLDEN=1 in the environment, which writes the files, and review their difference.
  private func compare(_ text: String, to name: String) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try text.write(to: url, atomically: true, encoding: .utf8)
      return
    }
    let golden = try String(contentsOf: url, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let goldenLines = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let first = zip(lines, goldenLines).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(
      text == golden,
      """
      \(name), line \((first?.offset ?? min(lines.count, goldenLines.count)) + 1): \
      '\(first?.element.0 ?? "")' instead of '\(first?.element.1 ?? "")'. If this is wanted, run \
      UPDATE_GOLDEN=1 swift test --filter GoldenTests
      """)
  }
}
