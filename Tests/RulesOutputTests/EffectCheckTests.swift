import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("What a generated check compares an action with")
struct EffectCheckTests {
  /// The method that checks a rule, without its first and last line and the indentation.
  private func check(_ rule: String, _ text: String) throws -> String {
    let generated = try FlagshipProgram.generate(text)
    let start = try #require(
      generated.range(of: "private func check\(rule)("), "no check in:\n\(generated)")
    let end = try #require(
      generated.range(of: "\n  }\n", range: start.upperBound..<generated.endIndex))
    return generated[start.lowerBound..<end.lowerBound].split(separator: "\n").dropFirst()
      .map { $0.hasPrefix("#") ? String($0) : String($0.dropFirst(4)) }.joined(separator: "\n")
  }

  @Test("the values that the rule names; the rest stays")
  func values() throws {
    let text = """
      enum Rpc { idle, flying, ok }
      task T {
        fact busy : Bool
        fact rpc  : Rpc
        rule R "send" when rpc == idle do x() then rpc = flying, busy = true
        goal rpc != idle
      }
      """
    #expect(
      try check("R", text) == """
        #if DEBUG
        turn.check(
          TaskLeaf.R, old.word, readTask().word, self,
          then: "rpc = flying, busy = true",
          outcomes: [
            [
              .init("rpc", ["flying"]),
              .init("busy", ["true"]),
            ],
          ])
        #endif
        """)
    #expect(
      try FlagshipProgram.generate(text).contains(
        "  /// In debug builds: R may do nothing else than rpc = flying, busy = true.\n"))
  }

  @Test("alternatives, of which staying is one")
  func alternatives() throws {
    let code = try check(
      "R",
      """
      task T {
        fact a, b : Bool
        rule R when not a do x() then a = true or b = any, a = true or stay after 1 s
        goal a or b => a
      }
      """)
    #expect(
      code.contains(
        """
          then: "a = true or b = any, a = true or stay after 1 s",
          outcomes: [
            [
              .init("a", ["true"]),
            ],
            [
              .init("b", ["false", "true"]),
              .init("a", ["true"]),
            ],
            [],
          ])
        """), "\(code)")
  }

  @Test("nothing, if the rule says nothing")
  func stay() throws {
    let code = try check("R", "task T { fact a : Bool rule R when a do x() goal not a }")
    #expect(code.contains("  then: \"stay\",\n  outcomes: [[]])"), "\(code)")
  }

  @Test("orderings of a chain and intervals of an Int by what they were before")
  func numbers() throws {
    let code = try check(
      "R",
      """
      task T {
        fact low <= high : Int
        fact n : Int
        rule R when low < high, n < 10 do x() then low = any in (low, high], n = any in [n, max]
        goal low == high or n >= 10
      }
      """)
    #expect(
      code.contains(
        """
              .init("low <= high", from: [[], [0, 1]]),
              .init("n", from: [[0, 1], [1]]),
        """), "\(code)")
  }

  @Test("not what the rule only looks at, unless it says that it changes that")
  func unchecked() throws {
    let code = try check(
      "R",
      """
      task T {
        related next : U?  absent open
        related home : U
        each item : Item in items { fact ready : Bool }
        fact a : Bool
        rule R when not a, next.open, home.open, all item: ready do x()
          then a = true, next.open = false, home.open = true
        goal a or not next.open or not home.open or some item: not ready
      }
      task U { fact open : Bool goal open or not open }
      """)
    #expect(
      code.contains(
        """
              .init("a", ["true"]),
              .init("next.open", ["false", "true"]),
              .init("home.open", ["true"]),
            ],
          ], unchecked: ["all item: ready"])
        """), "\(code)")
  }

  @Test("lazy facts only if they were read before, too")
  func lazy() throws {
    let text = """
      task T {
        fact a : Bool
        lazy fact b : Bool
        rule R when a, b do x() then a = false
        goal not a or not b
      }
      """
    #expect(try check("R", text).contains("old.word, readTask(like: old).word, self,"))
  }

  @Test("by another name when an element has the usual one")
  func elementNamedOld() throws {
    let generated = try FlagshipProgram.generate(
      "task T { each old : Old in olds { fact a : Bool rule R when a do x() goal not a } }")
    #expect(generated.contains("func checkR(_ before: OldState, _ old: Old, _ turn: inout Turn) {"))
  }
}
