import RulesAnalysis
import RulesLanguage
import Testing

@Suite("Suggested changes, pasted")
struct FixTests {
  /// The text after a fix; edits of one fix do not overlap.
  private func apply(_ fix: Diagnostic.Fix, to text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    for edit in fix.edits.reversed() {
      let (start, end) = (edit.range.start, edit.range.end)
      let before = lines[start.line - 1].prefix(start.column - 1)
      let after = lines[end.line - 1].dropFirst(end.column - 1)
      lines.replaceSubrange(
        start.line - 1...end.line - 1, with: [before + Array(edit.text) + after])
    }
    return lines.map { String($0) }.joined(separator: "\n")
  }

  private func fixed(_ text: String, _ code: String, choice: Int = 0) throws -> (String, Analysis) {
    let finding = try #require(try analyse(text).diagnostics.first { $0.code == code })
    try #require(choice < finding.fixes.count, "\(finding.fixes)")
    let changed = apply(finding.fixes[choice], to: text)
    return (changed, try analyse(changed))
  }

  @Test("a rule for a gap goes to the end of its scope, and closes it")
  func gapRule() throws {
    let text = """
      task T {
        fact a, b : Bool
        rule R1 when a do { run("}") }  // }
      }
      """
    let (changed, analysis) = try fixed(text, "gap", choice: 1)
    #expect(changed.contains("  rule R2 when not a do handleR2()\n}"))
    #expect(analysis.scopes.first?.counts.unhandled == 0)
  }

  @Test("a wait is suggested where one condition is missing that can be waited for")
  func gapWait() throws {
    let text = """
      task T {
        each e : E in all() {
          fact ready, done : Bool
          rule R1 when ready, not done do x() then done = true
          goal done
        }
        event tick
      }
      """
    let (changed, analysis) = try fixed(text, "gap")
    #expect(changed.contains("    wait W1 for ready when not ready, not done\n  }\n  event tick"))
    #expect(analysis.scopes.first?.counts.unhandled == 0)
  }

  @Test(
    "`over` settles an overlap, either way",
    arguments: [(0, "rule R2 over R1 when"), (1, "over R2")])
  func over(choice: Int, expected: String) throws {
    let text = """
      task T {
        fact a, b : Bool
        rule R1 "first" when a do x()
        rule R2 when b do x()
        goal not a, not b
      }
      """
    let (changed, analysis) = try fixed(text, "overlap", choice: choice)
    #expect(changed.contains(expected))
    #expect(analysis.scopes.first?.counts.overlap == 0)
  }

  @Test("a clause that is over another one gets one more name")
  func moreOver() throws {
    let text = """
      task T {
        fact a, b : Bool
        rule R0 when a, b do x()
        rule R1 when a do x()
        rule R2 "last" over R1 when b do x()
        goal not a, not b
      }
      """
    let finding = try #require(
      try analyse(text).diagnostics.first { $0.message.hasPrefix("R0 and R2") })
    let changed = apply(try #require(finding.fixes.first), to: text)
    #expect(changed.contains("rule R2 \"last\" over R0, R1 when b"))
  }

  @Test("a rule beside a goal is over the goal")
  func overGoal() throws {
    let text = """
      task T {
        fact a, b : Bool
        rule R1 when a do x()
        goal b
        goal not a, not b
      }
      """
    let (changed, analysis) = try fixed(text, "overlap")
    #expect(changed.contains("rule R1 over goal when a"))
    #expect(analysis.scopes.first?.counts.overlap == 0)
  }

  @Test("an unused fact is deleted with its line; one of several is not touched")
  func unused() throws {
    let rest = "  fact b : Bool\n  rule R when b do x()\n  goal not b\n}"
    let (changed, analysis) = try fixed("task T {\n  fact a : Bool\n" + rest, "unused-fact")
    #expect(changed == "task T {\n" + rest)
    #expect(!analysis.diagnostics.contains { $0.code == "unused-fact" })
    let two = try analyse("task T {\n  fact a, c : Bool\n" + rest)
    let unused = two.diagnostics.filter { $0.code == "unused-fact" }
    #expect(unused.allSatisfy { $0.fixes.isEmpty })
  }
}
