import Foundation
import Testing

@Suite("rulesc simulate")
struct SimulateTests {
  /// Runs a conversation: the lines are standard input.
  private func simulate(
    _ lines: [String], _ options: [String] = [], rules: String = lampRules
  ) throws -> Run {
    let place = try Workplace(["Lamp.rules": rules, "input": lines.map { $0 + "\n" }.joined()])
    return try place.run(["simulate"] + options + ["Lamp.rules"], input: "input")
  }

  @Test("shows the state and what can happen, takes numbers and names, and repeats what it read")
  func conversation() throws {
    let run = try simulate(["2", "Light", "undo", "quit"])
    #expect(
      run.output == """
        Lamp, an initial state
          wanted  no
          on      no
          bulb    good

        goal
        at the goal
          1  want (may never come)    no change
          2  want (may never come)    wanted
          3  breaks (may never come)  bulb == broken
        > 2
        1. want: wanted
        rule Light "dark"
          1  Light                    on
          2  want (may never come)    not wanted
          3  want (may never come)    no change
          4  breaks (may never come)  bulb == broken
        > Light
        2. Light: on
        goal
        at the goal
          1  want (may never come)    not wanted
          2  want (may never come)    no change
          3  breaks (may never come)  not on, bulb == broken
        > undo
        took back Light
        rule Light "dark"
          1  Light                    on
          2  want (may never come)    not wanted
          3  want (may never come)    no change
          4  breaks (may never come)  bulb == broken
        > quit

        """)
    #expect(run.status == 0 && run.errors == "")
  }

  @Test("the end of input ends it, also in the middle of a line")
  func endOfInput() throws {
    #expect(try simulate([]).status == 0)
    let place = try Workplace(["Lamp.rules": lampRules, "input": "2"])
    let run = try place.run(["simulate", "Lamp.rules"], input: "input")
    #expect(run.output.contains("> 2\n1. want: wanted\n") && run.output.hasSuffix("\n> \n"))
    #expect(run.status == 0)
  }

  @Test("an unhandled state is said, and is a finding")
  func unhandled() throws {
    let run = try simulate(["2", "breaks"], rules: lampWithGap)
    #expect(run.output.contains("\nunhandled: no rule, wait or goal holds\n"))
    #expect(run.status == 1)
  }

  @Test("a stall is said")
  func stall() throws {
    let rules = """
      task T {
        fact asked, done : Bool  initially false
        rule Ask when not asked, not done do ask() then asked = true
        wait Answer for answer when asked, not done
        goal done
        event answer when asked then done = true
      }
      """
    let run = try simulate(["Ask", "goal"], rules: rules)
    #expect(run.output.contains("\na stall: nothing that one may count on leads on from here\n"))
    #expect(
      run.output.contains(
        "shortest way to the goal, 1 step, and not one that can be counted on: some of it may never come\n"
          + "  1. answer  done\n"))
    #expect(run.status == 0)
  }

  @Test("goal, why, state, trace and start answer questions")
  func questions() throws {
    let run = try simulate(["2", "breaks", "goal", "why", "state", "trace", "start"])
    #expect(
      run.output.contains(
        """
        > goal
        shortest way to the goal, 2 steps
          1. repaired  bulb == good
          2. Light     on
        > why
        wait Repair waits for repaired, line 17
        why not
          rule Light  line 9   needs bulb == good
          rule Dim    line 13  needs not wanted, on
          goal        line 18  needs (wanted, on or not wanted, not on)
        > state
          wanted  yes
          on      no
          bulb    broken
        > trace
          1. want    wanted
          2. breaks  bulb == broken
        > start
          1  the only one
        """))
  }

  @Test("what cannot happen is told why, what is unknown what may be meant")
  func misuse() throws {
    let run = try simulate(["Light", "brakes", "9", "want", "run x", "start 7", "help"])
    #expect(run.output.contains("> Light\nrule Light does not hold here: it needs wanted\n"))
    #expect(run.output.contains("is no command; did you mean `breaks`?\n"))
    #expect(run.output.contains("> 9\nthere is no 9; `list` shows 1 to 3\n"))
    #expect(run.output.contains("> want\nwant has 2 outcomes: take 1, 2\n"))
    #expect(run.output.contains("> run x\n`run N` or `run N SEED`\n"))
    #expect(run.output.contains("> start 7\nthere is 1 initial state\n"))
    #expect(run.output.contains("  goal    a shortest way to the goal\n"))
    #expect(run.status == 0)
  }

  @Test("with a seed it plays alone, the same way each time, and says how to see a gap again")
  func seed() throws {
    let first = try simulate(["ignored"], ["--seed", "1", "--steps", "50"], rules: lampWithGap)
    #expect(first.status == 1)
    #expect(first.output.contains("\nunhandled: no rule, wait or goal holds\n"))
    #expect(first.output.contains(/reached with seed 1 in \d+ steps?\n$/))
    let again = try simulate([], ["--seed", "1", "--steps", "50"], rules: lampWithGap)
    #expect(again.output == first.output)
    let fine = try simulate([], ["--seed", "1", "--steps", "50"])
    #expect(fine.status == 0 && fine.output.contains("\n  50. "))
  }

  @Test("the instances of an `explore` are stepped together")
  func pool() throws {
    let rules = """
      task T {
        fact done : Bool  initially false
        related before : T?  absent done
        related after  : T?
        wait W for before.done when not before.done, not done
        rule R when before.done, not done do x() then done = true
        goal done
      }
      pool P {
        task T where before links after
        explore T * 2
      }
      """
    let run = try simulate(
      ["R of T 1", "R of T 2", "undo", "goal"], ["--explore", "P"], rules: rules)
    #expect(run.output.hasPrefix("P, an initial state\n  T 1\n    done  no\n  T 2\n    done  no\n"))
    #expect(
      run.output.contains(
        """
        T 1  rule R
        T 2  wait W waits for before.done
          1  R of T 1  done
        > R of T 1
        1. R of T 1: done
        T 1  goal
        T 2  rule R
          1  R of T 2  done
        > R of T 2
        2. R of T 2: done
        T 1  goal
        T 2  goal
        at the goal
          nothing can happen here
        """))
    #expect(run.output.contains("> goal\nshortest way to the goal, 1 step\n  1. R of T 2  done\n"))
  }

  @Test("bad usage is one line")
  func usage() throws {
    let pool = "pool P { task Lamp }"
    for (options, line) in [
      (["--scope", "Lmp"], "did you mean `Lamp`?"),
      (["--steps", "3"], "simulate: --steps needs --seed N"),
      (["--seed", "x"], "the option `--seed` needs a whole number, not `x`"),
      (["--explore", "Q"], "unknown pool `Q`"),
      (["--explore", "P"], "simulate: there is no `explore` of P: the pool has none"),
      (["--explore", "P", "--scope", "Lamp"], "simulate: either --scope or --explore"),
    ] {
      let run = try simulate([], options, rules: lampRules + pool)
      #expect(run.status == 2 && run.output == "")
      #expect(run.errors.hasPrefix("rulesc: ") && run.errors.contains(line), "\(run.errors)")
    }
    #expect(try simulate([], rules: "task T {").status == 1)
  }
}
