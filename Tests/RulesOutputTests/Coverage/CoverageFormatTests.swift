import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("The formats of the coverage report")
struct CoverageFormatTests {
  /// The log's rules, of which tests saw all but some states, and production a few.
  static func flagship() throws -> CoverageReport { try flagshipAndRules().report }

  static func flagshipAndRules() throws -> (report: CoverageReport, rules: [CoveredRules]) {
    let text = try ProfileText.flagship()
    let states = try text.reachable("Segment.replica").enumerated()
    let seen = states.filter { $0.offset % 31 != 17 }.map {
      ($0.element as [Int?], UInt64($0.offset + 1))
    }
    let lived = states.filter { $0.offset % 3 == 0 }.map { ($0.element as [Int?], UInt64(1000)) }
    let report = try text.report(
      tests: [try text.bytes("Segment.replica", seen)],
      production: [try text.bytes("Segment.replica", lived)]
    ).report
    return (report, [CoveredRules(program: text.program, analysis: text.analysis)])
  }

  /// Names and texts that would end a script, a tag, a cell or a quotation.
  static func hostile() throws -> CoverageReport { try hostileAndRules().report }

  static func hostileAndRules() throws -> (report: CoverageReport, rules: [CoveredRules]) {
    let text = try ProfileText(
      #"""
      task T {
        fact a, b : Bool  initially false
        always "</script><b>&\" | `x` $" not (a, b)
        rule R "</script><img src=x onerror=alert(1)> | `y`" when a do x() then a = false
        rule S when b do x() then b = false
        goal "]]>" not a, not b
        event e "--></style>" when not a, not b then a = true or b = true
      }
      """#)
    let leaves = try #require(recordedTasks(text.program, text.analysis).first?.scopes[0].leaves)
    let report = try text.report(
      tests: [
        try text.bytes("T", [([0, 0], 1)], more: "state 3 \(leaves.broken.lowerBound) 4\n")
      ]
    ).report
    return (report, [CoveredRules(program: text.program, analysis: text.analysis)])
  }

  @Test("the text is exactly the reviewed one")
  func text() throws {
    try expectGolden(coverageText(Self.flagship()), "coverage-seen.txt")
  }

  @Test("the Markdown is exactly the reviewed one")
  func markdown() throws {
    try expectGolden(coverageMarkdown(Self.flagship()), "coverage.md")
  }

  @Test("in Markdown no text of the rules is markup")
  func hostileMarkdown() throws {
    let text = coverageMarkdown(try Self.hostile())
    let unescaped = text.replacing("\\<", with: "")
    #expect(!unescaped.contains("<img") && !unescaped.contains("</script"))
    for line in text.split(separator: "\n") where line.hasPrefix("|") && line.contains("`R`") {
      let cells = line.replacing("\\|", with: "").split(separator: "|")
      #expect(cells.count == 6, "\(line)")
    }
  }

  // MARK: JSON

  @Test("JSON is as its schema says")
  func schema() throws {
    let validator = try SchemaValidator.of("coverage")
    let lamp = try ProfileText(ProfileText.lamp)
    var reports = [
      try Self.flagship(), try Self.hostile(), try lamp.report().report,
      try lamp.report(
        tests: [try lamp.bytes("Lamp", [([0, 1, 1], 7)])],
        production: [try lamp.bytes("Lamp", [([0, 1, 1], 7)], more: "overflow 0 3\n")]
      ).report,
      try ProfileText("task T {}").report().report,
      try ProfileText("task T { fact a, b : Bool rule R when a do x()\n rule S when b do x()\n }")
        .report(tests: []).report,
    ]
    reports += try (0..<20).map { try ProfileText(RandomRules.text(seed: $0)).report().report }
    for report in reports { #expect(validator.problems(coverageJSON(report)) == []) }
  }

  @Test("JSON has the numbers of the report")
  func numbers() throws {
    let scope = try #require(
      elements(elements(coverageJSON(try Self.flagship())["ruleSets"])[0]["scopes"]).first)
    #expect(
      scope["total"]?.compactText
        == #"{"consistent":124,"reachable":124,"tests":120,"production":42}"#)
    #expect(scope["unseen"]?["count"] == 4)
    let states = elements(scope["unseen"]?["families"]).flatMap { elements($0["states"]) }
    #expect(states.count == 4)
    let clauses = elements(scope["clauses"])
    #expect(clauses.compactMap { $0["states"]?["consistent"]?.compactText }.count == 11)
  }

  private func elements(_ value: JSONValue?) -> [JSONValue] {
    if case .array(let elements)? = value { elements } else { [] }
  }

  // MARK: LCOV

  @Test("LCOV has a line for each clause and a branch for each reachable state")
  func lcov() throws {
    let report = try Self.flagship()
    let text = coverageLCOV(report)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "TN:" && lines.last == "end_of_record")
    #expect(
      lines.filter { $0.hasPrefix("SF:") } == [
        "SF:rules/ReplicatedLog/Segment.rules", "SF:rules/ReplicatedLog/ServerFailure.rules",
      ])
    let first = Array(lines.prefix { $0 != "end_of_record" })
    #expect(first.filter { $0.hasPrefix("DA:") }.count == 11)
    #expect(first.filter { $0.hasPrefix("BRDA:") }.count == 124)
    #expect(first.contains("BRF:124") && first.contains("BRH:120"))
    #expect(first.contains("LF:11") && first.contains("LH:11"))
    let evaluations = report.scopes[0].clauses.compactMap(\.evaluations.tests).reduce(0, +)
    let counted = first.filter { $0.hasPrefix("DA:") }
      .compactMap { UInt64($0.split(separator: ",")[1]) }.reduce(0, +)
    #expect(counted == evaluations)
    #expect(lines.contains("LH:0"))
    #expect(lines.filter { $0.hasPrefix("BRDA:11,0,") } == ["BRDA:11,0,0,-"])
  }

  // MARK: HTML

  @Test("the page of the flagship is one file below 1 MB that asks nobody for anything")
  func page() throws {
    let (report, rules) = try Self.flagshipAndRules()
    let page = coverageHTML(report, rules)
    #expect(page.utf8.count < 300_000)
    for word in ["http:", "https:", "src=", "@import", "url(", "<link"] {
      // Markers of the drawing are in the page itself.
      #expect(!page.replacing("url(#", with: "").contains(word), "\(word)")
    }
    #expect(page.contains("<svg ") && page.contains("marker-end=\"url(#s0-arrow)\""))
  }

  @Test("no text of the rules ends a script or becomes a tag")
  func hostilePage() throws {
    // The second has names with `<`: of its chain, and of values that are orderings.
    for (report, rules) in [try Self.hostileAndRules(), try Self.flagshipAndRules()] {
      let page = coverageHTML(report, rules)
      #expect(page.components(separatedBy: "</script").count == 3)
      #expect(!page.contains("<img") && !page.contains("<b>&"))
      let start = try #require(page.range(of: "id=\"data\">"))
      let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
      let data = page[start.upperBound..<end.lowerBound]
      #expect(!data.contains("<"))
      _ = try JSONValue(parsing: Array(data.utf8))
    }
  }

  @Test("several rule sets make one report of each format")
  func severalSets() throws {
    let lamp = try ProfileText(ProfileText.lamp)
    let flagship = try ProfileText.flagship()
    var exceptions: [CoverageException] = []
    let rules = [
      CoveredRules(name: "Lamp", program: lamp.program, analysis: lamp.analysis),
      CoveredRules(name: "Log", program: flagship.program, analysis: flagship.analysis),
    ]
    let report = coverageReport(rules, exceptions: &exceptions)
    let text = coverageText(report)
    #expect(text.hasPrefix("== Lamp\n\nLamp, T.rules:1\n"))
    #expect(text.contains("\n== Log\n\nSegment.replica, "))
    #expect(coverageMarkdown(report).contains("| `Log / Segment.replica` | 124 | 124 | 0 |"))
    #expect(try SchemaValidator.of("coverage").problems(coverageJSON(report)) == [])
    let page = coverageHTML(report, rules)
    #expect(page.contains("Log / Segment.replica</a>") && page.contains("id=\"s2\""))
  }

  // MARK: Tests

  @Test("the tests for unseen states are exactly the reviewed ones")
  func emittedTests() throws {
    let text = try ProfileText(ProfileText.lamp)
    let report = try text.report(
      tests: [try text.bytes("Lamp", [([0, 0, 0], 1), ([1, 1, 0], 2)])]
    ).report
    try expectGolden(coverageTests(report), "coverage-tests.swift")
  }

  @Test("scopes get tests for what recorded tests have not seen, and only when some were recorded")
  func sequences() throws {
    let report = try Self.flagship()
    let text = coverageTests(report)
    #expect(text.components(separatedBy: "@Test(").count - 1 <= 6)
    #expect(text.contains("protocol SegmentReplicaDriver {"))
    #expect(text.contains("protocol ServerFailureReplicaDriver {"))
    let seen = try ProfileText.flagship().report().report
    #expect(!coverageTests(seen).contains("@Test("))
  }

  @Test("a state that a rule would leave is not seen by a sequence that goes on with an event")
  func leftState() throws {
    let text = try ProfileText(ProfileText.lamp)
    func titles(_ seen: [[Int?]]) throws -> [String] {
      let report = try text.report(tests: [try text.bytes("Lamp", seen.map { ($0, 1) })]).report
      return coverageTests(report).split(separator: "\n").filter { $0.contains("@Test(") }
        .map { String($0.split(separator: "\"")[1]) }
    }
    // wanted, on, broken. Unseen: a dark lamp that is wanted, and a broken one that is wanted.
    #expect(
      try titles([[0, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]]) == ["want", "want, fail"])
    // Unseen: the dark one, and what its rule makes of it.
    #expect(try titles([[0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]]) == ["want, Light"])
  }
}
