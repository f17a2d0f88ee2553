import Foundation
import RulesAnalysis
import RulesLanguage
import Testing

/// The rules of Figure 2 with what makes them complete, as they are or changed.
enum Flagship {
  static func text(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(
      contentsOf: root.appending(path: "Tests/Fixtures/Figure2/\(name)"), encoding: .utf8)
  }

  /// Analyses `Segment.rules` after replacing parts of its text.
  static func segment(_ changes: [(String, String)] = []) throws -> Analysis {
    var text = try text("Segment.rules")
    for (old, new) in changes {
      try #require(text.contains(old), "Segment.rules has changed: no '\(old)'")
      text = text.replacing(old, with: new)
    }
    return analyse(try program([SourceFile(path: "Segment.rules", text: text)]))
  }

  static func program(_ files: [SourceFile]) throws -> Program {
    let compiled = compile(files) { _ in nil }
    let errors = compiled.result.diagnostics.map(\.message)
    return try #require(compiled.result.value, "\(errors)")
  }
}

@Suite("Figure 2's numbers")
struct FlagshipTests {
  @Test("124 of 1,728 states are consistent, and each has exactly one outcome")
  func counts() throws {
    let analysis = try Flagship.segment()
    let scope = try #require(analysis.scopes.first)
    #expect(analysis.scopes.map(\.name) == ["Segment.replica"])
    var expected = ScopeCounts()
    expected.abstract = 1728
    expected.consistent = 124
    expected.impossible = 1604
    expected.rule = 74
    expected.wait = 42
    expected.goal = 8
    #expect(scope.counts == expected)
    #expect(staticFindings(analysis).isEmpty)
  }

  @Test("each clause handles as many states as counted by hand")
  func clauses() throws {
    let scope = try #require(try Flagship.segment().scopes.first)
    let handled = Dictionary(uniqueKeysWithValues: scope.clauses.map { ($0.name, $0.handles) })
    #expect(
      handled == [
        "R1": 16, "R2": 16, "R3": 16, "R4": 4, "R5": 16, "R6": 2, "R7": 4, "W1": 36, "W2": 4,
        "W3": 2, "goal": 8,
      ])
  }

  @Test("without W3, 2 states are unhandled and R6 misses them by one condition")
  func withoutW3() throws {
    let analysis = try Flagship.segment([
      ("wait W3 \"following header\" for following.opened when not following.opened", "")
    ])
    let gap = try #require(staticFindings(analysis).first)
    #expect(staticFindings(analysis).count == 1)
    #expect(gap.code == "gap")
    #expect(gap.severity == .error)
    #expect(
      gap.message
        == "2 of 124 consistent states of Segment.replica have no rule, wait or goal")
    #expect(gap.position == SourcePosition(file: 0, line: 18, column: 8))
    #expect(
      gap.notes.map { "\($0.title): \($0.text)" } == [
        "missing: finalized, header == committed, footer == unsent, committed == appended, "
          + "not following.opened (2 states, any prior.closed)",
        "happens: reachable in 5 steps: R1, R2, reply, R3, finalize",
        "start: not following.opened, not prior.closed", "step: 1. R1: server == chosen",
        "step: 2. R2: header == sent, rpc == flying", "step: 3. reply: rpc == ok",
        "step: 4. R3: header == committed, rpc == idle", "step: 5. finalize: finalized",
        "nearest: rule R6, which also needs following.opened",
        "add: wait W3 for following.opened when finalized, header == committed, "
          + "footer == unsent, committed == appended, not following.opened",
        "or: rule R8 when finalized, header == committed, footer == unsent, "
          + "committed == appended, not following.opened do handleR8()",
      ])
  }

  @Test("without R3 or R5, 16 states are unhandled", arguments: ["R3", "R5"])
  func withoutArrival(rule: String) throws {
    let when = rule == "R3" ? "header == sent" : "committed < sent"
    let text = try Flagship.text("Segment.rules")
    let start = try #require(text.range(of: "rule \(rule) "))
    let end = try #require(text.range(of: "rpc = idle", range: start.upperBound..<text.endIndex))
    let clause = String(text[start.lowerBound..<end.upperBound])
    #expect(clause.contains(when))
    let scope = try #require(try Flagship.segment([(clause, "")]).scopes.first)
    #expect(scope.counts.unhandled == 16)
    #expect(scope.counts.consistent == 124)
  }

  @Test("an RPC that can fail adds 36 unhandled states, in one family")
  func failedRpc() throws {
    let analysis = try Flagship.segment([
      ("enum Rpc      { idle, flying, ok }", "enum Rpc { idle, flying, ok, failed }")
    ])
    let scope = try #require(analysis.scopes.first)
    #expect(scope.counts.consistent == 160)
    #expect(scope.counts.unhandled == 36)
    let gap = try #require(analysis.diagnostics.first { $0.code == "gap" })
    let missing = gap.notes.filter { $0.title == "missing" }.map(\.text)
    #expect(missing.count == 1)
    #expect(missing.first?.hasPrefix("rpc == failed (36 states") == true)
  }

  @Test("a second rule for R5's states overlaps with it, with a witness")
  func overlap() throws {
    let analysis = try Flagship.segment([
      (
        "      rule R7 \"footer arrived\"",
        "      rule R5b \"again\" when committed < sent do x() then committed = sent\n"
          + "      rule R7 \"footer arrived\""
      )
    ])
    let overlap = try #require(analysis.diagnostics.first { $0.code == "overlap" })
    #expect(
      overlap.message == "R5 and R5b both hold in 16 states of Segment.replica")
    #expect(overlap.notes.first?.text.contains("committed < sent") == true)
    #expect(overlap.notes.map(\.title) == ["witness", "happens", "note", "add"])
    #expect(analysis.scopes.first?.counts.overlap == 16)
  }

  @Test("with `over`, the second rule shadows the first")
  func shadowed() throws {
    let analysis = try Flagship.segment([
      (
        "      rule R7 \"footer arrived\"",
        "      rule R5b \"again\" over R5 when committed < sent do x() then committed = sent\n"
          + "      rule R7 \"footer arrived\""
      )
    ])
    #expect(staticFindings(analysis).map(\.code) == ["shadowed-rule"])
    #expect(analysis.scopes.first?.counts.overlap == 0)
  }

  @Test("the table as the paper prints it has 141 gaps and 211 overlaps in 576 states")
  func literalTable() throws {
    let analysis = try analyse(
      """
      enum Rpc { none, outstanding, completed }
      enum Footer { unsent, sent, committed }
      task Segment {
        fact serverSelected, headerCommitted, uncommittedData, finalized : Bool
        fact priorFooterCommitted, followingHeaderCommitted : Bool
        fact rpc : Rpc
        fact footer : Footer
        rule R1 when not serverSelected do act()
        rule R2 when not headerCommitted, rpc == none do act()
        rule R3 when not headerCommitted, rpc == completed do act()
        rule R4 when uncommittedData, rpc == none, priorFooterCommitted do act()
        rule R5 when uncommittedData, rpc == completed do act()
        rule R6 when finalized, followingHeaderCommitted, footer == unsent, rpc == none do act()
        rule R7 when finalized, rpc == completed do act()
      }
      """)
    let counts = try #require(analysis.scopes.first).counts
    #expect(counts.abstract == 576)
    #expect(counts.unhandled == 141)
    #expect(counts.overlap == 211)
    #expect(analysis.diagnostics.filter { $0.code == "overlap" }.count == 12)
  }
}
