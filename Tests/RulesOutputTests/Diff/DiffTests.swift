import RulesAnalysis
import RulesLanguage
import Testing

@testable import RulesOutput

@Suite("The difference of two versions")
struct DiffTests {
  private func diff(_ old: String, _ new: String) throws -> RulesDifference {
    try comparePrograms(try analysed(old).analysis, try analysed(new).analysis)
  }

  private func decisions(_ difference: RulesDifference) -> [String] {
    difference.scopes.flatMap(\.decisions).map { "\($0.states): \($0.old.text) -> \($0.new.text)" }
  }

  private let lamp = """
    task Lamp {
      fact wanted, on : Bool
      rule Light when wanted, not on do light()
      rule Dim when not wanted, on do dim()
      goal (wanted, on) or (not wanted, not on)
    }
    """

  @Test("a program does not differ from itself")
  func same() throws {
    let difference = try diff(lamp, lamp)
    #expect(difference.isEmpty)
    #expect(diffText(difference) == "Lamp: all 4 states are decided alike\n")
  }

  @Test("a rule that is gone leaves its states unhandled, and the pattern says which")
  func removedRule() throws {
    let difference = try diff(
      lamp, lamp.replacing("  rule Dim when not wanted, on do dim()\n", with: ""))
    #expect(decisions(difference) == ["1: rule Dim -> unhandled"])
    #expect(
      diffText(difference) == """
        Lamp: 1 of 4 states is decided differently
          removed rule Dim: handled 1 state

          1 state: rule Dim -> unhandled
            1  not wanted, on

        """)
  }

  @Test("another name for the same states is no difference, and is said")
  func renamed() throws {
    let difference = try diff(lamp, lamp.replacing("rule Dim", with: "rule Darken"))
    #expect(difference.isEmpty)
    #expect(
      difference.scopes[0].clauses == [.renamed(kind: "rule", from: "Dim", to: "Darken")])
  }

  @Test("a goal that gets another number because one is put before it keeps its states")
  func goals() throws {
    let old = "task T { fact a, b : Bool goal a rule R when not a do x()\n }"
    let new = "task T { fact a, b : Bool goal not a, b goal a rule R when not a, not b do x()\n }"
    let difference = try diff(old, new)
    #expect(
      difference.scopes[0].clauses.contains(.renamed(kind: "goal", from: "goal", to: "goal2")))
    #expect(decisions(difference) == ["1: rule R -> goal"])
  }

  @Test("two rules that change places are different in both their states")
  func swapped() throws {
    let new = lamp.replacing("Dim", with: "X").replacing("Light", with: "Dim")
      .replacing("X", with: "Light")
    #expect(
      decisions(try diff(lamp, new)) == [
        "1: rule Dim -> rule Light", "1: rule Light -> rule Dim",
      ])
  }

  @Test("a rule that does something else in the same states is a difference")
  func action() throws {
    let difference = try diff(lamp, lamp.replacing("dim()", with: "explode()"))
    #expect(!difference.isEmpty)
    #expect(decisions(difference).isEmpty)
    #expect(
      difference.scopes[0].clauses == [.changed(kind: "rule", name: "Dim", parts: ["do"])])
  }

  @Test("a new enum value is compared: its states were impossible")
  func enumValue() throws {
    let old = "enum E { a, b } task T { fact e : E goal e == a rule R when e == b do x()\n }"
    let difference = try diff(old, old.replacing("{ a, b }", with: "{ a, b, c }"))
    #expect(
      difference.scopes[0].facts == [.init(kind: .changed, name: "e", detail: "added c")])
    #expect(decisions(difference) == ["1: impossible -> unhandled"])
    #expect(difference.scopes[0].compared == 3)
  }

  @Test("a new fact that decides nothing changes no decision, also if an `always` restricts it")
  func factThatDecidesNothing() throws {
    let new = lamp.replacing(
      "  fact wanted", with: "  fact idle : Bool\n  always idle => not on\n  fact wanted")
    let difference = try diff(lamp, new)
    #expect(decisions(difference).isEmpty)
    #expect(difference.scopes[0].facts == [.init(kind: .added, name: "idle", detail: "")])
    #expect(difference.scopes[0].compared == 6)
  }

  @Test("a chain with a further member is compared ordering by ordering")
  func chain() throws {
    let old = "task T { fact a <= b : Int goal a == b rule R when a < b do x()\n }"
    let new = old.replacing("a <= b :", with: "a <= m <= b :").replacing(
      "when a < b", with: "when a < m")
    let difference = try diff(old, new)
    #expect(decisions(difference) == ["1: rule R -> unhandled"])
    #expect(difference.scopes[0].decisions[0].families.map(\.pattern) == ["a == m, m < b"])
    #expect(difference.scopes[0].compared == 4)
  }

  @Test("an Int that is cut elsewhere is compared on both cuts")
  func integer() throws {
    let old = "task T { fact n : Int goal n < 3 rule R when n >= 3 do x()\n }"
    let difference = try diff(old, old.replacing("3", with: "5"))
    #expect(decisions(difference) == ["1: rule R -> goal"])
    #expect(difference.scopes[0].compared == 3)
    #expect(
      difference.scopes[0].decisions[0].families.map(\.when) == [
        [.init(fact: "n", values: ["3...4"])]
      ])
  }

  @Test("scopes that only one version has are listed")
  func scopes() throws {
    let other = "task Other { fact a : Bool goal a rule R when not a do x()\n }"
    let difference = try diff(lamp, other)
    #expect(difference.added == [.init(name: "Other", states: 2)])
    #expect(difference.removed == [.init(name: "Lamp", states: 4)])
    #expect(!difference.isEmpty)
  }

  @Test("at most eight patterns are shown, and exactly how many states are in none")
  func bounded() throws {
    let facts = (0..<8).map { "f\($0)" }
    let parity = facts.dropFirst().reduce("f0") { "one of { \($0); \($1) }" }
    let text =
      "task T { fact \(facts.joined(separator: ", ")) : Bool rule R when \(parity) do x()\n"
    let difference = try diff(text + "}", text + " goal not (\(parity)) }")
    let change = try #require(difference.scopes[0].decisions.first)
    #expect(change.states == 128)
    #expect(change.families.count == DecisionChange.familyLimit)
    #expect(change.families.reduce(0) { $0 + $1.size } + change.remainder == 128)
    #expect(diffText(difference).contains("    and \(change.remainder) more\n"))
  }
}
