import Testing

@Suite("rulesc check")
struct CheckTests {
  private func flagship(
    segment edit: (String) -> String = { $0 }
  ) throws -> Workplace {
    try Workplace([
      "LogReplication.rules": flagshipRules("LogReplication"),
      "Segment.rules": edit(flagshipRules("Segment")),
      "ServerFailure.rules": flagshipRules("ServerFailure"),
    ])
  }

  @Test("the flagship rules are fine, and their states are counted")
  func fine() throws {
    let run = try flagship().run("check", "LogReplication.rules")
    #expect(
      run.output == """
        Segment.replica: 124 consistent states = 74 rule + 42 wait + 8 goal, 0 unhandled
        ServerFailure.replica: 2 consistent states = 1 rule + 0 wait + 1 goal, 0 unhandled

        """)
    #expect(run.errors == "")
    #expect(run.status == 0)
  }

  @Test("with --verbose, it says what is reached, how long rules go on, and where order matters")
  func verbose() throws {
    let run = try flagship().run("check", "--verbose", "LogReplication.rules")
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(
      lines[1] == "  reaches 124 of them, in at most 9 moves; its goal can be reached from each")
    #expect(
      lines[2] == "  at most 2 rules fire one after another, once something else has happened")
    #expect(
      lines.contains(
        "  reach 60274 states, in at most 34 moves; 8 of them are goals, 0 stuck, 0 stalls"))
    #expect(
      lines.contains {
        $0.hasPrefix("  order matters: R2 of Segment.replica and F1 of ServerFailure")
      })
  }

  @Test("without W3, two of 124 states are unhandled: file, line, count and pattern are named")
  func gap() throws {
    let place = try flagship { text in
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("wait W3") }.joined(separator: "\n")
    }
    let run = try place.run("check", "Segment.rules")
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errorLines[0].hasPrefix("Segment.rules:18:8: error: 2 of 124 consistent states"))
    #expect(run.errorLines[0].hasSuffix("[gap]"))
    let missing = try #require(run.errorLines.first { $0.contains("missing  ") })
    for fact in [
      "finalized", "header == committed", "footer == unsent", "committed == appended",
      "not following.opened",
    ] { #expect(missing.contains(fact)) }
  }

  @Test("a second rule for R5's states is an overlap: both rules and a witness are named")
  func overlap() throws {
    let second = "      rule R8 when committed < sent do retry(replica)\n"
    let place = try flagship { text in
      text.replacing("      rule R7 ", with: second + "      rule R7 ", maxReplacements: 1)
    }
    let run = try place.run("check", "LogReplication.rules")
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(
      run.errorLines[0]
        == "Segment.rules:68:12: error: R5 and R8 both hold in 16 states of Segment.replica [overlap]"
    )
    let witness = try #require(run.errorLines.first { $0.contains("witness  ") })
    #expect(witness.contains("rpc == ok") && witness.contains("committed < sent"))
    #expect(run.errorLines.contains { $0.hasPrefix("Segment.rules:64:12: note: ") })
  }

  @Test("errors in the text of all files are shown in one run")
  func textErrors() throws {
    let place = try Workplace([
      "a.rules": "import \"sub/b.rules\"\ntask A { goal missing }\n",
      "sub/b.rules": "enum B { x y }",
    ])
    let run = try place.run("check", "a.rules")
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(
      run.errorLines.contains(
        "a.rules:2:15: error: no fact or define is called `missing` [unknown-name]"))
    #expect(
      run.errorLines.contains {
        $0.hasPrefix("sub/b.rules:1:12: error: ") && $0.hasSuffix("[syntax]")
      })
  }

  @Test("a warning is shown, and is no finding")
  func warning() throws {
    let text =
      "task T { fact on, unused : Bool rule R when on do act() then on = false\n goal not on }"
    let run = try Workplace(["a.rules": text]).run("check", "a.rules")
    #expect(run.status == 0)
    #expect(run.errorLines.first?.hasSuffix("[unused-fact]") == true)
    #expect(run.errorLines.first?.hasPrefix("a.rules:1:19: warning: ") == true)
    #expect(run.output == "T: 4 consistent states = 2 rule + 0 wait + 2 goal, 0 unhandled\n")
  }

  @Test("a gap that a policy allows is counted")
  func allowedGap() throws {
    let text = "task T { fact on : Bool goal on } pool P { task T policy gap allow }"
    let run = try Workplace(["a.rules": text]).run("check", "a.rules")
    #expect(run.output == "T: 2 consistent states = 0 rule + 0 wait + 1 goal, 1 unhandled\n")
    #expect(run.errors == "")
    #expect(run.status == 0)
  }

  @Test("an overlap that a policy allows is counted")
  func allowedOverlap() throws {
    let text =
      "task T { fact on : Bool goal on rule R do act()\n} pool P { task T policy overlap allow policy stall allow }"
    let run = try Workplace(["a.rules": text]).run("check", "a.rules")
    #expect(
      run.output
        == "T: 2 consistent states = 1 rule + 0 wait + 0 goal, 0 unhandled, 1 in overlaps\n")
    #expect(run.status == 0)
  }

  @Test("files in folders with spaces and letters of all kinds are found and named")
  func oddPaths() throws {
    let place = try Workplace([
      "ein Ordner/é.rules": "import \"../b.rules\"", "b.rules": "task B { goal x }",
    ])
    let run = try place.run("check", "ein Ordner/é.rules")
    #expect(run.errorLines.first?.hasPrefix("b.rules:1:15: error: ") == true)
  }
}
