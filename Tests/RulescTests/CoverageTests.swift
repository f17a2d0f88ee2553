import Foundation
import Testing

@Suite("rulesc coverage")
struct CoverageTests {
  private let lamp = """
    task Lamp {
      fact wanted, on : Bool  initially false
      rule Light when wanted, not on do light()
        then on = true
      rule Dim when not wanted, on do dim()
        then on = false
      goal (wanted, on) or (not wanted, not on)
      event want then wanted = any
    }

    """

  /// A profile with these records of the lamp; its leaves: Light, Dim, goal, unhandled.
  private func profile(
    _ records: String, of rules: String? = nil, path: String = "a.rules"
  ) -> String {
    let head = """
      swift-rules profile 1
      process tests 1
      task Lamp \(hash(rules ?? lamp)) \(path)
      scope Lamp 4

      """
    return sealed(head + records)
  }

  private func sealed(_ lines: String) -> String { lines + "end \(hash(lines))\n" }

  /// FNV-1a of a text, as 16 digits: of rules that one file declares, their content hash.
  private func hash(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// All four states of the lamp: 2 evaluations each.
  private let all = "state 0 2 2\nstate 1 0 2\nstate 2 1 2\nstate 3 2 2\n"

  // MARK: Without profiles

  @Test("the report of the flagship rules has their exact counts")
  func flagship() throws {
    let run = try Workplace(["Segment.rules": flagshipRules("Segment")])
      .run("coverage", "Segment.rules")
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("Segment.replica"))
    for (name, count) in [("consistent", "124"), ("rule", "74"), ("wait", "42"), ("goal", "8")] {
      let line = run.output.split(separator: "\n").first { line in
        line.split(separator: " ").first.map(String.init) == name
      }
      #expect(line?.split(separator: " ").dropFirst().first.map(String.init) == count)
    }
    #expect(run.output.contains("unhandled: 0 of 124"))
  }

  @Test("with unhandled states the report is printed all the same, and the exit status is 1")
  func gap() throws {
    let run = try Workplace(["a.rules": "task T { fact on : Bool goal on }"])
      .run("coverage", "a.rules")
    #expect(run.status == 1)
    #expect(run.output.contains("unhandled: 1 of 2"))
    #expect(run.errors.contains("[gap]"))
  }

  @Test("rules whose text is in error have no report")
  func textError() throws {
    let run = try Workplace(["a.rules": "task T {"]).run("coverage", "a.rules")
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.contains("[syntax]"))
  }

  // MARK: Profiles

  @Test("the profiles of all folders are added up, other files and programs left out")
  func profiles() throws {
    let place = try Workplace([
      "a.rules": lamp, "p/a.rulesprofile": profile("state 0 2 3\n"),
      "p/b.rulesprofile": profile("state 0 2 4\nstate 1 0 1\n"), "p/notes.txt": "not a profile",
      "q/c.rulesprofile": profile("state 2 1 1\n"),
      "q/d.rulesprofile": sealed(
        "swift-rules profile 1\nprocess x 1\ntask Other \(hash("x")) o.rules\nscope Other 9\n"),
      "live/e.rulesprofile": profile("state 3 2 5\n"),
    ])
    let run = try place.run(
      "coverage", "--profile", "p", "--profile=q/", "--production", "live", "a.rules")
    #expect(run.errors == "" && run.status == 0)
    #expect(
      run.output == """
        Lamp, a.rules:1
                                   reachable  tests  production
          states       4
          impossible   0                                         excluded by what is always true
          consistent   4  100.0 %          4      3           1
            rule       2   50.0 %          2      2           0
              Light    1   25.0 %          1      1           0
              Dim      1   25.0 %          1      1           0
            wait       0    0.0 %          0      0           0
            goal       2   50.0 %          2      1           1
              goal     2   50.0 %          2      1           1
            overlap    0    0.0 %          0      0           0
            unhandled  0    0.0 %          0      0           0
        unhandled: 0 of 4
        reachable, never seen in tests: 1 of 4
          wanted, on  (1 state)
            want, Light
        seen in tests, not reachable in the model: 0
        seen in production, not reachable in the model: 0

        """)
  }

  @Test("each profile that cannot be used is one line, nothing is printed, the exit status is 2")
  func unusable() throws {
    let good = profile(all)
    let place = try Workplace([
      "a.rules": lamp, "p/a.rulesprofile": good, "p/b.rulesprofile": String(good.dropLast(30)),
      "p/c.rulesprofile": good.replacing("state 0 2 2", with: "state 0 2 3"),
      "p/d.rulesprofile": profile(all, of: lamp + "// edited\n"), "p/e.rulesprofile": "hello\n",
      "p/f.rulesprofile": profile("state 4 0 1\n"), "p/g.rulesprofile": profile("state 0 9 1\n"),
      "p/h.rulesprofile": profile("state 0 0 1\n"),
      "p/i.rulesprofile": profile("state 0 2 18446744073709551616\n"), "p/j.rulesprofile/x": "",
    ])
    let run = try place.run("coverage", "--profile", "p", "a.rules")
    #expect(run.status == 2 && run.output == "")
    let lines = run.errors.split(separator: "\n").map(String.init)
    let reasons = [
      ("b", "it is cut off: no `end` line"),
      ("c", "it is damaged: its checksum is not that of its content"),
      ("d", "it is stale: Lamp was \(hash(lamp + "// edited\n")) when it was recorded (a.rules),"),
      ("e", "it does not begin with `swift-rules profile 1`"), ("f", "4 is no state of Lamp"),
      ("g", "line 5: there is no leaf 9 among 4"),
      ("h", "state 0 of Lamp cannot end in Light"),
      ("i", "line 5: a count is a number above 0 that fits 64 bits"),
    ]
    #expect(lines.count == reasons.count + 1)
    for ((name, reason), line) in zip(reasons, lines) {
      #expect(line.hasPrefix("rulesc: cannot use p/\(name).rulesprofile: \(reason)"), "\(line)")
    }
    #expect(lines.last == "rulesc: cannot read p/j.rulesprofile: Is a directory")
    let missing = try place.run("coverage", "--profile", "none", "a.rules")
    #expect(missing.errors == "rulesc: cannot read none: No such file or directory\n")
    #expect(missing.status == 2)
  }

  // MARK: Demands

  @Test("--fail-on unseen fails for a state that tests never saw, and with all seen does not")
  func unseen() throws {
    let place = try Workplace([
      "a.rules": lamp, "all/a.rulesprofile": profile(all),
      "some/a.rulesprofile": profile("state 0 2 3\nstate 1 0 1\n"),
    ])
    let fine = try place.run("coverage", "--profile", "all", "--fail-on", "unseen", "a.rules")
    #expect(fine.status == 0 && fine.errors == "")
    let run = try place.run("coverage", "--profile", "some", "--fail-on=unseen", "a.rules")
    #expect(run.status == 1 && run.output.contains("never seen in tests: 2 of 4"))
    #expect(
      run.errors == """
        a.rules:1:1: error: 2 of 4 reachable states of Lamp were never seen in tests
          Lamp: on  (2 states; want, Light)

        """)
  }

  @Test("--except gives reasons for states that tests need not see, and cannot rot")
  func except() throws {
    let place = try Workplace([
      "a.rules": lamp, "some/a.rulesprofile": profile("state 0 2 3\nstate 1 0 1\n"),
      "good.txt": "// Until there is a dimmer.\nLamp: on  // nobody switches it off\n",
      "old.txt": "Lamp: on  // none\nLamp: wanted, not on  // seen by now\n",
      "bad.txt": "Lamp: on\n",
    ])
    func run(_ list: String) throws -> Run {
      try place.run(
        "coverage", "--profile", "some", "--fail-on", "unseen", "--except", list, "a.rules")
    }
    let good = try run("good.txt")
    #expect(good.status == 0 && good.errors == "")
    #expect(good.output.contains("never seen in tests: 0 of 4, and 2 excepted"))
    let old = try run("old.txt")
    #expect(
      old.errors == "old.txt:2:7: error: the state is seen by now: take the exception away\n")
    #expect(old.status == 1)
    let bad = try run("bad.txt")
    #expect(
      bad.errors
        == "bad.txt:1:9: error: say why tests need not see these states: `Lamp: on  // reason`\n")
    #expect(bad.status == 2 && bad.output == "")
    let none = try run("none.txt")
    #expect(none.status == 2 && none.errors.hasPrefix("rulesc: cannot read none.txt: "))
  }

  @Test("--fail-on unreached and unhandled are about the rules alone")
  func rulesAlone() throws {
    let place = try Workplace([
      "a.rules": lamp,
      "b.rules": lamp.replacing(
        "  goal", with: "  wait Never for want when wanted, not wanted\n  goal"),
      "c.rules": "task T { fact a : Bool goal a } pool P { task T policy gap allow }",
    ])
    #expect(try place.run("coverage", "--fail-on", "unreached", "a.rules").status == 0)
    #expect(try place.run("coverage", "b.rules").status == 0)
    let unreached = try place.run("coverage", "--fail-on", "unreached", "b.rules")
    #expect(unreached.status == 1)
    #expect(
      unreached.errors.hasSuffix("error: wait Never handles no reachable state of Lamp\n"))
    #expect(try place.run("coverage", "c.rules").status == 0)
    let both = try place.run(
      "coverage", "--fail-on", "unhandled", "--fail-on", "unreached", "c.rules")
    #expect(both.status == 1)
    #expect(both.errors.hasSuffix("1 of 2 consistent states of T is unhandled\n"))
  }

  @Test("a command line that makes no sense is refused")
  func misuse() throws {
    let place = try Workplace(["a.rules": lamp])
    let lines = [
      (["--fail-on", "unsen", "a.rules"], "unknown demand `unsen`; did you mean `unseen`?"),
      (
        ["--fail-on", "unseen", "a.rules"],
        "`--fail-on unseen` is about what tests have seen, and needs `--profile DIR`"
      ),
      (
        ["--except", "x", "a.rules"],
        "`--except` is about what tests have seen, and needs `--profile DIR`"
      ),
      (["Log:", "Phone:", "a.rules"], "coverage: no rules file is given behind `Log:`"),
      (["--output", "a", "--output", "b", "a.rules"], "the option `--output` is given twice"),
    ]
    for (arguments, line) in lines {
      let run = try place.run(["coverage"] + arguments, input: nil)
      #expect(run.errors == "rulesc: \(line)\n")
      #expect(run.status == 2 && run.output == "")
    }
  }

  // MARK: Formats

  @Test("every format can be asked for, and written to a file")
  func formats() throws {
    let place = try Workplace(["a.rules": lamp])
    for (format, start) in [
      ("text", "Lamp, a.rules:1\n"), ("json", "{\n  \"version\": 1,\n"),
      ("markdown", "## Rules coverage\n"), ("lcov", "TN:\nSF:a.rules\n"),
      ("html", "<!DOCTYPE html>\n"),
    ] {
      let run = try place.run("coverage", "--format", format, "a.rules")
      #expect(run.status == 0 && run.errors == "")
      #expect(run.output.hasPrefix(start), "\(format)")
      let written = try place.run("coverage", "--format", format, "--output", "out", "a.rules")
      #expect(written.status == 0 && written.output == "")
      #expect(try place.read("out") == run.output)
    }
  }

  @Test("files behind a name are a rule set of their own")
  func ruleSets() throws {
    let place = try Workplace(["a.rules": lamp, "b.rules": lamp.replacing("want", with: "wish")])
    let clash = try place.run("coverage", "a.rules", "b.rules")
    #expect(clash.status == 1 && clash.errors.contains("[duplicate-name]"))
    let run = try place.run("coverage", "Hall:", "a.rules", "Attic:", "b.rules")
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.hasPrefix("== Hall\n\nLamp, a.rules:1\n"))
    #expect(run.output.contains("\n\n== Attic\n\nLamp, b.rules:1\n"))
    let json = try place.run("coverage", "--format=json", "Hall:", "a.rules", "Attic:", "b.rules")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let names = (report["ruleSets"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    #expect(names == ["Hall", "Attic"])
  }

  @Test("a task that one rule set declares and another imports is reported once")
  func importedTasks() throws {
    let place = try Workplace([
      "log/a.rules": lamp, "bench/b.rules": "import \"../log/a.rules\"\npool P { task Lamp }\n",
    ])
    let run = try place.run("coverage", "Bench:", "bench/b.rules", "Log:", "log/a.rules")
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.hasPrefix("Lamp, log/a.rules:1\n"))
    #expect(run.output.split(separator: "\n").count { $0.hasPrefix("unhandled:") } == 1)
    let alone = try place.run("coverage", "bench/b.rules")
    #expect(alone.output == run.output)
  }
}
