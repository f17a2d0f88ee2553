import Foundation
import Testing

@Suite("rulesc replay")
struct ReplayTests {
  private func replay(
    _ options: [String] = [], rules: String = lampRules, trace lines: [String] = lampTrace
  ) throws -> Run {
    let place = try Workplace(["Lamp.rules": rules, "a.rulestrace": trace(lines)])
    return try place.run(["replay"] + options + ["a.rulestrace", "Lamp.rules"], input: nil)
  }

  @Test("steps a trace: subject, rule, what came of it, and that all is as the rules say")
  func fine() throws {
    let run = try replay()
    #expect(
      run.output == """
        pool lamps of house, process 42
          3 firings of 1 subject in 1.000 s; 2 older ones were lost
          Lamp  the rules have changed since; matched by names

          2  +0.000 s  lamp of the kitchen  Light  no change
          3  +0.500 s  lamp of the kitchen  Light  not wanted, on
          4  +1.000 s  lamp of the kitchen  Dim    not on

        today's rules decide all 4 records as recorded

        """)
    #expect(run.status == 0 && run.errors == "")
  }

  @Test("shows the first record that today's rules decide otherwise, and why")
  func decision() throws {
    let rules = lampRules.replacing("wanted, not on, bulb", with: "wanted, not on, on, bulb")
    let run = try replay(rules: rules)
    #expect(
      run.output.hasSuffix(
        """
        ! 2  +0.000 s  lamp of the kitchen  Light  no change
        ! 3  +0.500 s  lamp of the kitchen  Light  not wanted, on
          4  +1.000 s  lamp of the kitchen  Dim    not on

        2 records as today's rules decide, 2 otherwise

        first difference: firing 2, +0.000 s, lamp of the kitchen
          state  wanted, not on, bulb == good
          then   Light fired
          now    unhandled
          why    Light, line 9, needs on

        all differences
          2  Lamp: Light then, now unhandled, first at firing 2

        """))
    #expect(run.status == 1)
  }

  @Test("a step that no `then`, event or other leads to is a difference")
  func step() throws {
    let rules = lampRules.replacing("then on = false\n", with: "then stay after 1 s\n")
    let run = try replay(rules: rules.replacing(", on = false", with: ""))
    #expect(run.status == 1)
    #expect(run.output.contains("  now    Dim does not lead to the next state\n"))
    #expect(run.output.contains("  why    the next state has not on\n"))
  }

  @Test("a state that can be no more is told with the `always`, also one at the end")
  func impossible() throws {
    let run = try replay(
      rules: lampRules.replacing("bulb == broken => not on", with: "not on => wanted"))
    #expect(run.status == 1)
    #expect(
      run.output.contains(
        """
        first difference: at the end, lamp of the kitchen
          state  not wanted, not on, bulb == good
          then   goal
          now    there is no such state
          why    always "no light from a broken bulb", line 7: not on => wanted

        """))
  }

  @Test("a renamed rule, a new fact and a task that is gone are said")
  func renamed() throws {
    let run = try replay(
      rules: lampRules.replacing("rule Dim", with: "rule Darken")
        .replacing("fact bulb ", with: "fact spare : Bool\n  fact bulb "))
    #expect(run.output.contains("    Lamp: spare was not recorded, so it may be anything\n"))
    #expect(
      run.output.contains(
        "  now    rule Darken\n  why    there is no clause of this name any more\n"))
    let gone = try replay(rules: "task T { fact x : Bool goal x }")
    #expect(gone.output.contains("  Lamp  not among these rules\n"))
    #expect(gone.output.contains("  now    there is no such scope\n"))
    #expect(run.status == 1 && gone.status == 1)
  }

  @Test("what depends on a fact that was not recorded is undecided, and no difference")
  func undecided() throws {
    let rules = lampRules.replacing("fact bulb ", with: "fact locked : Bool\n  fact bulb ")
      .replacing(
        "when wanted, not on, bulb == good", with: "when wanted, not on, not locked, bulb == good")
    let run = try replay(rules: rules)
    #expect(run.output.contains("2 records depend on facts that were not recorded\n"))
    #expect(run.status == 0)
  }

  @Test("--last, --subject and --states choose what is looked at and shown")
  func filters() throws {
    let last = try replay(["--last", "1", "--states"])
    #expect(last.output.contains("  1 firing of 1 subject in 0.000 s, 2 others left out"))
    #expect(
      last.output.contains(
        "\n\n  4  +0.000 s  lamp of the kitchen  Dim  not on\n      not wanted, on, bulb == good\n\n"
      ))
    #expect(try replay(["--subject", "kitchen"]).output.contains("  3 firings"))
    #expect(try replay(["--subject", "7"]).output.contains("  3 firings"))
    let none = try replay(["--subject", "cellar"])
    #expect(none.output.hasSuffix("\nthere is nothing to replay\n") && none.status == 0)
  }

  @Test("without names a trace of the same rules is read with these, one of others is not")
  func nameless() throws {
    let lines = lampTrace.filter { !$0.hasPrefix("fact ") && !$0.hasPrefix("leaf ") }
    let run = try replay(trace: lines)
    #expect(run.status == 2)
    #expect(
      run.errors == "rulesc: a.rulestrace: it does not say what its states mean, and the rules of"
        + " Lamp have changed since\n")
  }

  @Test(
    "a file that is no whole trace is one error with its line",
    arguments: [
      ("", "1: this is no trace: it does not begin `swift-rules trace 2`"),
      (
        "swift-rules trace 3\n",
        "1: `swift-rules trace 3` is of another version; this rulesc reads versions 1 and 2"
      ),
      ("swift-rules trace 1\npool x\n", "2: the trace is cut off: it has no `end` line"),
      (
        "swift-rules trace 1\nend 0000000000000000\n",
        "2: the trace is damaged: what stands before this line has another hash"
      ),
      (trace(["swift-rules trace 1"]) + "x\n", "3: the trace is damaged: it goes on after its end"),
      (trace(["swift-rules trace 1", "frobnicate 1"]), "2: `frobnicate` is no record of a trace"),
      (trace(["swift-rules trace 1", "fire 1 2 0 0 1 2 3"]), "2: there is no task 0"),
      (trace(Array(lampTrace.prefix(12)) + ["fire 1 2 0 0 1 6 3"]), "13: there is no leaf 6"),
      (trace(Array(lampTrace.prefix(12)) + ["fire 1 2 0 0 1 0 xy"]), "13: `xy` is no state"),
      (
        trace(Array(lampTrace.prefix(12)) + ["fire 1 2 0 0 1 0"]),
        "13: something is missing at the end of the line"
      ),
      (
        trace(Array(lampTrace.prefix(12)) + ["fire 1 2 0 0 1 0 1 1"]),
        "13: `1` is too much on this line"
      ),
    ])
  func damaged(text: String, message: String) throws {
    let place = try Workplace(["a.rulestrace": text, "Lamp.rules": lampRules])
    let run = try place.run("replay", "a.rulestrace", "Lamp.rules")
    #expect(run.errors == "rulesc: a.rulestrace:\(message)\n")
    #expect(run.status == 2 && run.output == "")
  }

  @Test("--why follows the causes of a firing back to what came from outside")
  func why() throws {
    let place = try Workplace(["a.rulestrace": trace(causedTrace)])
    let run = try place.run("replay", "--why", "5", "a.rulestrace")
    #expect(
      run.output == """
        Light of lamp of the hall (firing 5)
          <- woken by Dim of lamp of the kitchen (firing 4), 0.000001 s before
          <- reply switch, to Light of lamp of the kitchen (firing 3), 0.500000 s before
          <- after Light of lamp of the kitchen (firing 2), 0.500000 s before
          <- after firing 1
          and the trace does not go back so far

        """)
    #expect(run.status == 0)
    #expect(
      try place.run("replay", "--why", "9", "a.rulestrace").errors
        == "rulesc: a.rulestrace: the trace has no firing 9\n")
    #expect(
      try place.run("replay", "--why", "x", "a.rulestrace").errors
        == "rulesc: the option `--why` needs the number of a firing, not `x`\n")
  }

  @Test("--why of a trace of version 1 says that there are no causes in it")
  func oldVersion() throws {
    let place = try Workplace(["a.rulestrace": trace(lampTrace)])
    let run = try place.run("replay", "--why", "3", "a.rulestrace")
    #expect(run.status == 2)
    #expect(
      run.errors == "rulesc: a.rulestrace: the trace is of version 1, which says no causes:"
        + " record it anew\n")
  }

  @Test("a trace of version 2, as of a crash too, is held against the rules as one of version 1 is")
  func versionTwo() throws {
    let run = try replay(trace: causedTrace)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("today's rules decide all 5 records as recorded\n"))
    #expect(!run.output.contains("signal"))
    let crash = causedTrace.filter { !$0.hasPrefix("now ") }
    let dead = try replay(trace: Array(crash.prefix(12)) + ["signal 4"] + crash.dropFirst(12))
    #expect(dead.status == 0, "\(dead.output)\(dead.errors)")
    #expect(dead.output.contains("\n  written when the process died of signal 4\n"))
  }

  @Test(
    "a cause that cannot be is one error with its line",
    arguments: [
      ("fire 6 0 0 0 7 0 1 ? luck - 0", "`luck` is no kind of cause"),
      ("fire 6 0 0 0 7 0 1 ? firing 6 0", "`6` is no firing before this one"),
      ("fire 6 0 0 0 7 0 1 ? firing x 0", "`x` is no firing before this one"),
      ("fire 6 0 0 0 7 0 1 y firing 1 0", "`y` is no state"),
      ("fire 6 0 0 0 7 0 1 ? firing 1", "something is missing at the end of the line"),
      ("fire 6 0 0 0 7 0 1 ? firing 1 0 0", "`0` is too much on this line"),
      ("fire 6 0 0 0 7 0 1", "something is missing at the end of the line"),
      ("cause 256 much", "there is no cause 256"),
      ("signal", "something is missing at the end of the line"),
    ])
  func badCause(line: String, message: String) throws {
    let place = try Workplace(["a.rulestrace": trace(causedTrace + [line])])
    let run = try place.run("replay", "--why", "5", "a.rulestrace")
    #expect(run.errors == "rulesc: a.rulestrace:\(causedTrace.count + 1): \(message)\n")
    #expect(run.status == 2)
  }

  @Test("--format chrome: an arrow from each firing to what it enabled, its two ends paired")
  func flows() throws {
    let place = try Workplace(["a.rulestrace": trace(causedTrace)])
    let run = try place.run("replay", "--format", "chrome", "a.rulestrace")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let events = try #require(document["traceEvents"] as? [[String: Any]])
    var begun: [Int: [String: Any]] = [:]
    var ended: [Int: [String: Any]] = [:]
    for event in events {
      // What the format asks of every event.
      let kind = try #require(event["ph"] as? String)
      #expect(event["name"] is String && event["pid"] is Int && event["tid"] is Int)
      #expect(kind == "M" || event["ts"] is Double && event["cat"] is String)
      switch kind {
      case "M": break
      case "X": #expect(event["dur"] is Double)
      case "i": #expect(event["s"] as? String == "t")
      case "s": #expect(begun.updateValue(event, forKey: try #require(event["id"] as? Int)) == nil)
      case "f":
        #expect(event["bp"] as? String == "e")
        #expect(ended.updateValue(event, forKey: try #require(event["id"] as? Int)) == nil)
      default: Issue.record("an event of another kind: \(event)")
      }
    }
    #expect(begun.keys.sorted() == [3, 4, 5] && ended.keys.sorted() == [3, 4, 5])
    for (id, start) in begun {
      let end = try #require(ended[id])
      #expect(start["name"] as? String == end["name"] as? String)
      #expect(start["cat"] as? String == end["cat"] as? String)
      #expect(try #require(start["ts"] as? Double) <= #require(end["ts"] as? Double))
    }
    #expect(ended[5]?["name"] as? String == "firing" && ended[4]?["name"] as? String == "reply")
    #expect(begun[5]?["tid"] as? Int == 1 && ended[5]?["tid"] as? Int == 2)
  }

  @Test("bad usage is one line")
  func usage() throws {
    let place = try Workplace(["a.rulestrace": trace(lampTrace)])
    #expect(
      try place.run("replay", "a.rulestrace").errors
        == "rulesc: replay: a rules file is needed; see `rulesc replay --help`\n")
    #expect(
      try place.run("replay", "--last", "many", "a.rulestrace").errors
        == "rulesc: the option `--last` needs a number up to 100000, not `many`\n")
    #expect(
      try place.run("replay", "b.rulestrace", "x.rules").errors
        == "rulesc: cannot read b.rulestrace: No such file or directory\n")
  }

  @Test("another JSON reader finds the same in --format json")
  func json() throws {
    let run = try replay(
      ["--format", "json"], rules: lampRules.replacing("rule Dim", with: "rule Darken"))
    #expect(run.status == 1)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(report["firings"] as? Int == 3 && report["differ"] as? Int == 1)
    let difference = try #require((report["differences"] as? [[String: Any]])?.first)
    #expect(difference["recorded"] as? String == "Dim" && difference["sequence"] as? Int == 4)
    #expect(difference["kind"] as? String == "decision")
    #expect((report["listed"] as? [[String: Any]])?.count == 3)
  }

  @Test("--format chrome: bars and instants of one process, a row a subject, without any rules")
  func chrome() throws {
    let place = try Workplace(["a.rulestrace": trace(lampTrace)])
    let run = try place.run("replay", "--format", "chrome", "a.rulestrace")
    #expect(run.status == 0)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let events = try #require(document["traceEvents"] as? [[String: Any]])
    #expect(document["displayTimeUnit"] as? String == "ms")
    for event in events {
      #expect(event["pid"] as? Int == 42 && event["tid"] is Int && event["name"] is String)
      switch try #require(event["ph"] as? String) {
      case "M": #expect((event["args"] as? [String: Any])?["name"] is String)
      case "X": #expect(event["ts"] is Double && event["dur"] is Double)
      case "i": #expect(event["ts"] is Double && event["s"] as? String == "t")
      default: Issue.record("an event of another kind: \(event)")
      }
    }
    #expect(events.map { $0["ph"] as? String } == ["M", "M", "X", "X", "i"])
    #expect(events.map { $0["name"] as? String }.suffix(3) == ["Light", "Light", "Dim"])
    #expect(events.compactMap { $0["ts"] as? Double } == [1e6, 1.5e6, 2e6])
    #expect(events.compactMap { $0["dur"] as? Double } == [5e5, 5e5])
    #expect(
      (events.last?["args"] as? [String: Any])?["state"] as? String
        == "not wanted, on, bulb == good")
  }
}
