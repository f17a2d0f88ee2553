import Foundation
import Testing

@Suite("rulesc why")
struct WhyTests {
  private func why(_ arguments: String..., rules: String = lampRules) throws -> Run {
    try Workplace(["Lamp.rules": rules]).run(["why"] + arguments + ["Lamp.rules"], input: nil)
  }

  @Test("of one state: what wins, what each other clause lacks, and the way there")
  func oneState() throws {
    let run = try why("wanted, bulb == broken")
    #expect(
      run.output == """
        Lamp, Lamp.rules:3
          wanted, bulb == broken
          1 state can exist, and is reachable; 1 more is excluded

        wait Repair waits for repaired, line 17

        why not
          rule Light  line 9   needs bulb == good
          rule Dim    line 13  needs not wanted, on
          goal        line 18  needs (wanted, on or not wanted, not on)

        shortest way, 2 steps
          start      all facts as `initially` says
          1. want    wanted
          2. breaks  bulb == broken

        """)
    #expect(run.status == 0 && run.errors == "")
  }

  @Test("of several states that are decided differently: a table of the cases")
  func table() throws {
    let run = try why("wanted, not on")
    #expect(
      run.output.contains(
        """
          2 states can exist, all of them reachable

          states  reachable  steps  decision     when
               1          1      1  rule Light   bulb == good
               1          1      2  wait Repair  bulb == broken

        never here
          rule Dim  line 13  needs not wanted, on

        """))
  }

  @Test("a state that cannot exist is told with the `always` that excludes it")
  func impossible() throws {
    let run = try why("bulb == broken, on")
    #expect(
      run.output.hasSuffix(
        """
          none of 2 combinations of values can exist

        excluded by always "no light from a broken bulb", line 7
          bulb == broken => not on

        """))
    #expect(run.status == 0)
    #expect(try why("on, not on").output.contains("  no values are so: it contradicts itself"))
  }

  @Test("an unhandled state and an overlap are findings")
  func findings() throws {
    let gap = try why("wanted, bulb == broken", rules: lampWithGap)
    #expect(gap.status == 1)
    #expect(gap.output.contains("\nnothing happens: no rule, wait or goal holds (unhandled)\n"))

    let both = lampRules.replacing("  rule Dim", with: "  rule Save when wanted do s()\n  rule Dim")
    let overlap = try why("wanted, not on, bulb == good", rules: both)
    #expect(overlap.status == 1)
    #expect(
      overlap.output.contains(
        """
        several clauses hold, and nothing says which wins (overlap)
          rule Light "dark", line 9
          rule Save, line 13
        """))
  }

  @Test("a clause that holds and is overruled says by whom")
  func overruled() throws {
    let rules = lampRules.replacing(
      "  rule Dim",
      with: "  rule Save over Light when wanted, not on, bulb == good do s()\n  rule Dim")
    let run = try why("wanted, not on, bulb == good", rules: rules)
    #expect(run.output.contains("\nrule Save fires, line 13\n"))
    #expect(run.output.contains("\n  rule Light   line 9   holds, but Save is over it\n"))
  }

  @Test("with --initially the facts that are not mentioned are as in a new instance")
  func initially() throws {
    #expect(try why("wanted").output.contains("3 states can exist"))
    let run = try why("--initially", "wanted")
    #expect(run.output.contains("  1 state can exist"))
    #expect(run.output.contains("\nrule Light \"dark\" fires, line 9\n"))
  }

  @Test("a state can be pasted as a report prints it, chains too")
  func pasted() throws {
    let place = try Workplace([
      "Segment.rules": flagshipRules("Segment"),
      "ServerFailure.rules": flagshipRules("ServerFailure"),
      "LogReplication.rules": flagshipRules("LogReplication"),
    ])
    let state = """
      finalized == false, server == chosen, header == committed, footer == unsent, rpc == idle, \
      committed == sent < appended, following.opened == false, prior.closed == true
      """
    let run = try place.run("why", state, "LogReplication.rules")
    #expect(run.status == 0)
    #expect(run.output.contains("  1 state can exist, and is reachable\n"))
    #expect(run.output.contains("\nrule R4 \"data not sent\" fires, line "))
  }

  @Test("numbers of the question cut an Int as those of the rules do")
  func numbers() throws {
    let rules = """
      task Counter {
        fact 0 <= n <= 100 : Int  initially 0
        rule Up when n < 10 do up() then n = any in (n, max]
        goal n >= 10
      }
      """
    let run = try why("n == 5", rules: rules)
    #expect(run.output.contains("  1 state can exist, and is reachable\n\nrule Up fires, line 3\n"))
    #expect(run.output.contains("  1. Up  n == 5\n"))
  }

  @Test("of very many answers and clauses the first are told, and how many are not")
  func bounded() throws {
    let facts = (0..<9).map { "b\($0)" }
    let rules = (0..<512).map { number in
      let state = (0..<9).map { (number >> $0 & 1 == 1 ? "" : "not ") + facts[$0] }
      return "  rule R\(number) when \(state.joined(separator: ", ")) do x()\n"
    }
    let text = "task T {\n  fact \(facts.joined(separator: ", ")) : Bool\n\(rules.joined())}\n"
    let all = try why("true", rules: text)
    #expect(all.output.contains("\n  and 488 states decided otherwise\n"))
    let one = try why("b0, b1, b2, b3, b4, b5, b6, b7, b8", rules: text)
    #expect(one.output.contains("\nrule R511 fires, line 514\n"))
    #expect(one.output.contains("\n  rule R510  line 513  needs not b0\n"))
    #expect(one.output.contains("\n  and 471 more, which lack as much or more\n"))
  }

  @Test("the scope is found by what the state mentions, or must be named")
  func scope() throws {
    let place = try Workplace(["a.rules": lampRules, "b.rules": "task T { fact x : Bool goal x }"])
    #expect(try place.run("why", "x", "a.rules", "b.rules").output.hasPrefix("T, b.rules:1\n"))
    let run = try place.run("why", "true", "a.rules", "b.rules")
    #expect(
      run.errors
        == "rulesc: why: a state of Lamp or T could be meant; say which, `--scope Lamp`\n")
    #expect(run.status == 2)
    #expect(
      try place.run("why", "--scope", "T", "true", "a.rules", "b.rules").output.hasPrefix("T, "))
    let unknown = try place.run("why", "--scope", "Lmp", "true", "a.rules")
    #expect(unknown.status == 2)
    #expect(unknown.errors.hasSuffix("is called `Lmp`; did you mean `Lamp`?\n"))
  }

  @Test("a state that makes no sense is one error, at its place")
  func misuse() throws {
    let unknown = try why("wanted, blub == good")
    #expect(
      unknown.errors == """
        STATE:1:9: error: no fact or define is called `blub`; did you mean `bulb`? [unknown-name]
            1 | wanted, blub == good
              |         ^~~~

        """)
    let cut = try why("wanted,")
    #expect(cut.errors.hasPrefix("STATE:1:8: error: expected a condition"))
    let alone = try Workplace().run("why", "wanted")
    #expect(alone.errors.hasPrefix("rulesc: why: a state and a rules file are needed"))
    for run in [unknown, cut, alone] { #expect(run.status == 2 && run.output == "") }
    #expect(try why("wanted", rules: "task Lamp {").status == 1)
  }

  @Test("another JSON reader finds the same in --format json")
  func json() throws {
    let run = try why("--format", "json", "wanted, not on")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(report["version"] as? Int == 1 && report["consistent"] as? Int == 2)
    let decisions = try #require(report["decisions"] as? [[String: Any]])
    #expect(decisions.map { $0["class"] as? String } == ["rule", "wait"])
    #expect(decisions.map { $0["when"] as? [String] } == [["bulb == good"], ["bulb == broken"]])
    let clauses = try #require(report["clauses"] as? [[String: Any]])
    #expect(clauses.map { $0["name"] as? String } == ["Light", "Dim", "Repair", "goal"])
    #expect(
      (report["trace"] as? [[String: String]])?.last == ["move": "want", "changes": "wanted"])
  }
}
