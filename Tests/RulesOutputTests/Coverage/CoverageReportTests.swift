import RulesAnalysis
import RulesLanguage
import Testing

@testable import RulesOutput

@Suite("What a coverage report counts")
struct CoverageReportTests {
  private func columns(
    _ consistent: UInt128, _ reachable: Int?, _ tests: Int?, _ production: Int?
  ) -> StateColumns {
    StateColumns(
      consistent: consistent, reachable: reachable, tests: tests, production: production)
  }

  @Test("without profiles: the numbers of Figure 2, all of them reachable, nothing seen")
  func figureTwo() throws {
    let (report, _) = try ProfileText.flagship().report()
    #expect(!report.hasRecords)
    let scope = try #require(report.scopes.first)
    #expect(scope.name == "Segment.replica" && scope.line == 18)
    #expect(scope.abstract == 1728 && scope.impossible == 1604)
    #expect(scope.total == columns(124, 124, nil, nil))
    #expect(scope.columns(.rule) == columns(74, 74, nil, nil))
    #expect(scope.columns(.wait) == columns(42, 42, nil, nil))
    #expect(scope.columns(.goal) == columns(8, 8, nil, nil))
    #expect(scope.columns(.unhandled) == columns(0, 0, nil, nil))
    #expect(scope.unseen == nil)
    #expect(scope.states.entries.count == 124 && scope.states.remainder == 0)
  }

  @Test("when tests saw all but three states, these three are told, each with its sequence")
  func almostAll() throws {
    let text = try ProfileText.flagship()
    let states = try text.reachable("Segment.replica")
    let unseen = Set([states[4], states[40], states[123]])
    let seen = states.filter { !unseen.contains($0) }.map { ($0 as [Int?], UInt64(2)) }
    let (report, _) = try text.report(
      tests: [try text.bytes("Segment.replica", seen)],
      production: [try text.bytes("Segment.replica", Array(seen.prefix(7)))])
    let scope = report.scopes[0]
    #expect(scope.total == columns(124, 124, 121, 7))
    #expect(report.testProfiles == 1 && report.productionProfiles == 1)
    let classes = CoverageClass.allCases.map { scope.columns($0).tests ?? -1 }
    #expect(classes.reduce(0, +) == 121)
    #expect(scope.clauses.map { $0.states.tests ?? -1 }.reduce(0, +) == 121)
    #expect(scope.clauses.map { $0.evaluations.tests ?? 0 }.reduce(0, +) == 242)
    let told = try #require(scope.unseen)
    #expect(told.count == 3 && told.remainder == 0 && told.excepted == 0)
    #expect(told.families.reduce(0) { $0 + $1.count } == 3)
    let targets = told.families.flatMap(\.states).map(\.trace.target)
    #expect(Set(targets) == unseen)
    #expect(scope.unexpected.map(\.count) == [0, 0])
  }

  @Test("a sequence really leads to its state: each of its moves is one of the model's")
  func sequences() throws {
    let text = try ProfileText.flagship()
    let (report, _) = try text.report(tests: [])
    let told = try #require(report.scopes[0].unseen)
    #expect(told.count == 124)
    let reached = try #require(text.analysis.scopes[0].exploration?.reached)
    for state in told.families.flatMap(\.states) {
      let path = reached.trace(to: state.trace.target)
      #expect(path.last?.state == state.trace.target)
      #expect(path.dropFirst().map(\.move) == state.trace.moves)
      #expect(reached.steps(to: state.trace.target) == state.trace.moves.count)
    }
  }

  @Test("a state that was seen and cannot be reached is told, with how often")
  func unexpected() throws {
    let text = try ProfileText(ProfileText.lamp)
    // wanted, on, broken: a lamp that is on does not break.
    let (report, _) = try text.report(
      tests: [try text.bytes("Lamp", [([0, 0, 0], 5), ([0, 1, 1], 7)])],
      production: [try text.bytes("Lamp", [([0, 1, 1], 2), ([1, 1, 1], 9)])])
    let scope = report.scopes[0]
    #expect(scope.total == columns(8, 6, 2, 2))
    #expect(scope.unexpected.map(\.source) == [.tests, .production])
    #expect(scope.unexpected.map(\.count) == [1, 2])
    #expect(scope.unexpected[0].states.map(\.text) == ["not wanted, on, broken"])
    #expect(scope.unexpected[1].states.map(\.evaluations) == [9, 2])
    #expect(scope.unexpected[1].states.map(\.clause) == ["Repair", "Dim"])
    #expect(scope.unseen?.count == 5)
  }

  @Test("evaluations of contradictory facts are told with what they contradict")
  func contradictory() throws {
    let text = try ProfileText(
      """
      task T {
        fact a, b : Bool  initially false
        fact low <= high : Int  initially 0
        always "not both" not (a, b)
        rule A when a, low < high do x() then a = false
        rule B when b do x() then b = false
        rule C when a, low == high do x() then a = false
        goal not a, not b
        event start when not a, not b then a = true or b = true
        event grow then high = any in [low, max)
      }
      """)
    let leaves = try #require(recordedTasks(text.program, text.analysis).first?.scopes[0].leaves)
    let order = try #require(leaves.misplaced.first?.leaf)
    let (report, _) = try text.report(
      tests: [
        try text.bytes(
          "T", [([0, 0, 0], 1)], more: "state 3 \(leaves.broken.lowerBound) 4\nstate 1 \(order) 2\n"
        )
      ])
    let scope = report.scopes[0]
    #expect(scope.total.tests == 1)
    #expect(scope.impossibleSeen.map(\.evaluations) == [4, 2])
    #expect(scope.impossibleSeen.map(\.reason) == ["not both", "low <= high"])
    #expect(scope.impossibleSeen.map(\.text) == ["a, b, low == high", "a, not b, low == high"])
    #expect(scope.unexpected[0].count == 0)
  }

  @Test("evaluations in states that were not kept count for their clause, and are told")
  func overflow() throws {
    let text = try ProfileText(ProfileText.lamp)
    let (report, _) = try text.report(
      tests: [try text.bytes("Lamp", [([1, 0, 0], 2)], more: "overflow 0 30\noverflow 3 4\n")])
    let scope = report.scopes[0]
    #expect(scope.overflow.tests == 34)
    #expect(scope.clauses.map(\.evaluations.tests) == [32, 0, 0, 4])
    #expect(scope.clauses.map(\.states.tests) == [1, 0, 0, 0])
  }

  @Test("an evaluation that did not read a lazy fact has seen both of its values")
  func lazyFacts() throws {
    let text = try ProfileText(
      """
      task T {
        fact a : Bool  initially false
        lazy fact b : Bool  initially false
        rule A when a, b do x() then a = false
        wait B for flip when a, not b
        goal not a
        event flip fair then b = any
        event set when not a then a = true
      }
      """)
    let (report, _) = try text.report(tests: [try text.bytes("T", [([0, nil], 3), ([1, 1], 1)])])
    let scope = report.scopes[0]
    #expect(scope.total == columns(4, 4, 3, nil))
    #expect(scope.unseen?.families.map(\.pattern) == ["a, not b"])
    #expect(scope.clauses.map(\.evaluations.tests) == [1, 0, 3])
  }

  @Test(
    "when there is too much to explore, what can be reached is not known, and no number is told")
  func unexplored() throws {
    let facts = (0..<20).map { "f\($0)" }
    let events = facts.map { "event e\($0) then \($0) = any" }.joined(separator: "\n  ")
    let text = try ProfileText(
      "task T {\n  fact \(facts.joined(separator: ", ")) : Bool\n  rule R when f0 do x() then f0 = false\n"
        + "  goal not f0\n  \(events)\n}")
    #expect(text.analysis.scopes[0].exploration == nil)
    let state = facts.map { _ in 0 as Int? }
    let (report, _) = try text.report(tests: [try text.bytes("T", [(state, 1)])])
    let scope = report.scopes[0]
    #expect(scope.total == columns(1 << 20, nil, 1, nil))
    #expect(scope.unseen == nil && scope.unexpected.isEmpty)
    #expect(scope.states.entries.count == StateCatalogue.limit)
    #expect(scope.states.remainder == 1 << 20 - UInt128(StateCatalogue.limit))
    #expect(coverageText(report).contains("never seen in tests: ?"))
  }

  @Test("without the wait W3 two states are unhandled, with the way there; seen ones are counted")
  func gap() throws {
    let program = try FlagshipProgram.load()
    let files = program.files.map { file in
      SourceFile(
        path: file.path,
        text: file.text.split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.contains("wait W3 ") }.joined(separator: "\n"))
    }
    let broken = try FlagshipProgram.compile(files)
    let text = ProfileText(program: broken, analysis: analyse(broken))
    let family = try #require(text.analysis.scopes[0].gap.families.first)
    let (report, _) = try text.report(
      tests: [try text.bytes("Segment.replica", [(family.witness, 3)])])
    let scope = report.scopes[0]
    #expect(scope.columns(.unhandled) == columns(2, 2, 1, nil))
    #expect(scope.gaps.map(\.states) == [columns(2, 2, 1, nil)])
    #expect(scope.gaps[0].trace?.moves == ["R1", "R2", "reply", "R3", "finalize"])
    #expect(scope.gapRemainder == 0)
  }
}
