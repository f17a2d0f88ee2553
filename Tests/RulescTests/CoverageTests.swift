import Testing

@Suite("rulesc coverage")
struct CoverageTests {
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
}
