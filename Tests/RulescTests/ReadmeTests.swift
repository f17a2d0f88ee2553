import Foundation
import Testing

/// What the README shows is what its reader gets.
@Suite("The README")
struct ReadmeTests {
  private let readme: String
  private let connection: String

  init() throws {
    readme = try fileOfThePackage("README.md")
    connection = try fileOfThePackage("Tests/Fixtures/Consumer/Sources/Phone/Connection.rules")
  }

  @Test("shows the consumer's rules whole, and the method that is generated from them")
  func showsRulesAndSwift() throws {
    #expect(readme.contains(connection))
    let place = try Workplace(["Connection.rules": connection])
    #expect(try place.run("generate", "--output-directory", ".", "Connection.rules").status == 0)
    let generated = try place.read("Connection.rules.swift")
    let start = try #require(generated.range(of: "  private func applyTaskRules"))
    let end = try #require(
      generated.range(of: "\n  }\n", range: start.lowerBound..<generated.endIndex))
    #expect(readme.contains(generated[start.lowerBound..<end.upperBound]), "\(generated)")
  }

  @Test("shows what is said when the wait is taken away")
  func showsTheGap() throws {
    let kept = connection.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("wait Answer") }
    let file = "Sources/Phone/Connection.rules"
    let place = try Workplace([file: kept.joined(separator: "\n")])
    let refusal = try place.run("check", file)
    #expect(refusal.status == 1)
    #expect(readme.contains(refusal.errors), "\(refusal.errors)")
  }

  @Test("shows the consumer's rules as a table")
  func showsTheTable() throws {
    let path = "Tests/Fixtures/Consumer/Sources/Phone/Connection.rules"
    let table = try Workplace([path: connection]).run("table", path)
    #expect(readme.contains(table.output), "\(table.output)")
  }

  @Test("shows the report of the log's rules")
  func showsTheReport() throws {
    let place = try Workplace()
    let names = [
      "LogReplication", "MarkUpdate", "ReplicaReview", "Segment", "SegmentRelease", "ServerFailure",
    ]
    let paths = names.map {
      "rules/ReplicatedLog/\($0).rules"
    }
    for path in paths { try place.write(fileOfThePackage(path), to: path) }
    let report = try place.run(
      "coverage", paths[0], paths[1], paths[2], paths[3], paths[4], paths[5])
    #expect(report.output.contains("unhandled: 0 of"))
    #expect(readme.contains(report.output), "\(report.output)")
  }
}
