import Foundation
import Testing

/// What the command of the package says, through a real package.
@Suite("swift package rules-coverage", .serialized)
struct RulesCoverageTests {
  @Test("reports every target that has rules, in one text")
  func everyTarget() throws {
    let outcome = try ConsumerPackage().coverage()
    #expect(outcome.status == 0, "\(outcome.output)")
    for line in [
      "== Phone", "== Office", "== Legacy", "Connection, Sources/Phone/Connection.rules:4",
    ] {
      #expect(outcome.output.contains("\(line)\n"), "\(outcome.output)")
    }
    #expect(outcome.output.contains("unhandled: 0 of 6"))
  }

  @Test("hands its options on, and its exit status back")
  func options() throws {
    let package = try ConsumerPackage()
    let phone = try package.coverage("--target", "Phone", "--fail-on", "unhandled")
    #expect(phone.status == 0, "\(phone.output)")
    #expect(phone.output.contains("Connection, ") && !phone.output.contains("== Office"))

    try FileManager.default.createDirectory(
      at: package.folder.appending(path: ".build/no profiles"), withIntermediateDirectories: true)
    let unseen = try package.coverage(
      "--target=Phone", "--profile", ".build/no profiles", "--fail-on", "unseen")
    #expect(unseen.status != 0)
    #expect(
      unseen.output.contains(
        "Connection.rules:4:1: error: 6 of 6 reachable states of Connection were never seen in tests"
      ), "\(unseen.output)")
    let wrong = try package.coverage("--frmat", "json")
    #expect(wrong.status != 0)
    #expect(
      wrong.output.contains("unknown option `--frmat`; did you mean `--format`?"),
      "\(wrong.output)")
  }

  @Test("makes one JSON document and one page of all targets")
  func documents() throws {
    let package = try ConsumerPackage()
    let json = package.folder.appending(path: ".build/coverage.json")
    #expect(try package.coverage("--format", "json", "--output", json.path).status == 0)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any])
    let sets = try #require(report["ruleSets"] as? [[String: Any]])
    #expect(Set(sets.compactMap { $0["name"] as? String }) == ["Phone", "Office", "Legacy"])

    let page = try package.coverage("--format", "html")
    #expect(page.status == 0, "\(page.output)")
    let path = try #require(page.output.split(separator: "\n").last.map(String.init))
    #expect(path.hasSuffix("/coverage.html"))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("Phone / Connection</a>"))
  }
}
