import RulesAnalysis
import RulesLanguage
import Testing

@Suite("What is said of gaps, guards, circles and loops")
struct LivenessFindingTests {
  private func finding(_ code: String, _ text: String) throws -> Diagnostic {
    let analysis = try analyse(text)
    return try #require(
      analysis.diagnostics.first { $0.code == code }, "\(analysis.diagnostics.map(\.code))")
  }

  private func notes(_ diagnostic: Diagnostic) -> [String] {
    diagnostic.notes.map { "\($0.title) \($0.text)" }
  }

  @Test("a gap is told step by step if it can be reached, and closed by an `always` if it cannot")
  func gap() throws {
    let gap = try finding(
      "gap",
      """
      task T {
        fact a, b, c : Bool  initially false
        rule R1 when not a, not b, not c do act() then a = true
        event e when a then b = true
        goal a, not b
      }
      """)
    #expect(
      notes(gap) == [
        "missing b (4 states, any a; c)",
        "happens 1 of them is reachable in 2 steps: R1, e", "step 1. R1: a",
        "step 2. e: b", "nearest rule R1, which also needs not a, not b",
        "missing not a, c (1 state)",
        "happens never, as long as effects and events are as declared",
        "nearest rule R1, which also needs not c", "add rule R2 when b do handleR2()",
        "add always not (not a, c)",
      ])
  }

  @Test("with the `always` it says, an unreachable gap is gone")
  func promise() throws {
    let text = """
      task T {
        fact a, b : Bool  initially false
        %
        rule R1 when not a, not b do act() then a = true
        goal a, not b
        goal a, b
      }
      """
    let gap = try finding("gap", text.replacing("%", with: ""))
    let always = try #require(gap.notes.first { $0.text.hasPrefix("always ") }).text
    #expect(always == "always not (not a, b)" || always == "always a")
    let closed = try analyse(text.replacing("%", with: always))
    #expect(!closed.diagnostics.contains { $0.code == "gap" })
  }

  @Test("a guard that prevents a broken `always` may be about several facts")
  func guardOfSeveralFacts() throws {
    let broken = try finding(
      "effect-breaks-always",
      """
      task T {
        fact a, b, c : Bool  initially false
        always "not all three" not (a, b, c)
        event setA then a = true
        event setB when not c then b = true
        event setC then c = true
        goal true
      }
      """)
    #expect(notes(broken).last == "add `when not (b, c)` to setA, and it never breaks it")
  }

  @Test("tasks that wait for each other are named as a circle")
  func circle() throws {
    let stall = try finding(
      "stall",
      """
      task Node {
        fact ready : Bool  initially false
        related left  : Node?  absent ready
        related right : Node?
        define set = ready
        rule Start when not ready, left.ready, right.set do start() then ready = true
        wait Left for left.ready when not ready, not left.ready
        wait Right for right.set when not ready, left.ready, not right.set
        goal ready
        event never when ready then ready = true
      }
      pool P { task Node where left links right
        explore Node * 3
        policy stall error }
      """)
    #expect(stall.severity == .error)
    #expect(
      notes(stall).last
        == "circle Node 1 waits for Node 2 (right.set), which waits for Node 1 (left.ready)")
  }

  private static let undoing = """
    task T {
      fact a, done : Bool  initially false
      rule R1 when not a, not done do act() then a = true
      rule R2 when a, not done do act() then a = false
      goal done
      event finish fair then done = true
    }
    """

  @Test("two rules that undo each other are a warning, and stand in the way of generating code")
  func undoing() throws {
    let analysis = try analyse(Self.undoing)
    #expect(
      codes(analysis.diagnostics) == ["3:8 busy-loop warning", "4:8 busy-loop warning"])
    #expect(
      codes(analysis.generationDiagnostics) == ["3:8 busy-loop error", "4:8 busy-loop error"])
    let first = try #require(analysis.generationDiagnostics.first)
    #expect(first.message == "R1 and R2 undo each other without an end, and no rule ends it")
    #expect(
      notes(first) == ["start all facts as `initially` says", "again R1: a", "again R2: not a"])
  }

  @Test("a pool's policy decides what busy loops are", arguments: ["error", "warn", "allow"])
  func policy(severity: String) throws {
    let analysis = try analyse(Self.undoing + "pool P { task T policy busy \(severity) }")
    let expected = ["error": ["error", "error"], "warn": ["warning", "warning"], "allow": []]
    #expect(analysis.diagnostics.map { "\($0.severity)" } == expected[severity])
    #expect(analysis.generationDiagnostics.isEmpty)
  }

  @Test("a loop that a rule can leave does not stand in the way")
  func leavable() throws {
    let analysis = try analyse(
      """
      task T {
        fact a, done : Bool  initially false
        rule R1 when not a, not done do act() then a = true or done = true
        rule R2 when a, not done do act() then a = false
        goal done
      }
      """)
    #expect(analysis.diagnostics.map(\.code) == ["busy-loop", "busy-loop"])
    #expect(analysis.generationDiagnostics.isEmpty)
  }

  @Test("in Figure 2 at most 2 rules fire one after another; a busy loop has no most")
  func firings() throws {
    #expect(try ShippedRules.analysis().scopes.map(\.exploration?.firings) == [2, 1])
    #expect(try analyse(Self.undoing).scopes.first?.exploration?.firings == nil)
  }
}
