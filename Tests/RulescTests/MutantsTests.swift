import Foundation
import Testing

@Suite("rulesc mutants")
struct MutantsTests {
  private let switchRules = """
    task Switch {
      fact on     : Bool  initially false
      fact wanted : Bool
      rule On  "wanted"     when wanted, not on do turnOn()  then on = true
      rule Off "not wanted" when not wanted, on do turnOff() then on = false
      goal "as wanted" wanted, on
      goal "off"       not wanted, not on
    }
    """

  @Test("each mutant is a line: its task and number, its place, what is changed")
  func list() throws {
    let place = try Workplace(["a/Switch.rules": switchRules])
    let run = try place.run("mutants", "a/Switch.rules")
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.first == "Switch 1  a/Switch.rules:4  Switch On without wanted")
    #expect(lines.contains { $0.hasSuffix("Switch On, whose change of on is not seen") })
    #expect(run.output.contains("\n\nthe same in every consistent state: 4 of 10\nSwitch "))
  }

  @Test("a number that the list has is in the generated code, if that is asked for")
  func generated() throws {
    let place = try Workplace(["Switch.rules": switchRules])
    let count = try place.run("mutants", "Switch.rules").output.split(separator: "\n")
      .count { $0.hasPrefix("Switch ") }
    #expect(try place.run("generate", "--output-directory", "out", "Switch.rules").status == 0)
    #expect(try !place.read("out/Switch.rules.swift").contains("RuleMutants"))
    #expect(
      try place.run("generate", "--mutants", "--output-directory", "out", "Switch.rules").status
        == 0)
    let text = try place.read("out/Switch.rules.swift")
    #expect(text.contains("mutants.has(\(count))"))
    #expect(!text.contains("mutants.has(\(count + 1))"))
  }

  @Test("rules that are in error have no mutants")
  func inError() throws {
    let place = try Workplace(["a.rules": "task A {\n  fact x : Bool\n  goal x\n}\n"])
    let run = try place.run("mutants", "a.rules")
    #expect(run.status == 1 && run.output == "" && !run.errors.isEmpty)
  }
}
