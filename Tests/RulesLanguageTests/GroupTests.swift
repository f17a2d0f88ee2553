import RulesLanguage
import Testing

@Suite("Groups")
struct GroupTests {
  private func conditions(_ items: String) throws -> [String: Condition] {
    let text = "task T { fact a, b, c : Bool event tick\n\(items)\n}"
    let clauses = try #require(compileText(text).program?.tasks[0].body.clauses)
    return Dictionary(uniqueKeysWithValues: clauses.map { ($0.name, $0.condition) })
  }

  private func fact(_ name: String) -> Condition { .fact(FactReference(.task, name)) }

  @Test("a wait without a condition may stand before a group")
  func waitBeforeGroup() throws {
    let conditions = try conditions(
      "wait W for tick\nwhen a in {true}, one of {b; c} { wait V for tick }")
    #expect(conditions["W"] == .constant(true))
    #expect(conditions["V"] == .and([fact("a"), .oneOf([fact("b"), fact("c")])]))
  }

  @Test("a wait with a condition keeps it, also before a group")
  func conditionBeforeGroup() throws {
    let conditions = try conditions("wait W for tick when a\nwhen b { wait V for tick when c }")
    #expect(conditions["W"] == fact("a"))
    #expect(conditions["V"] == .and([fact("b"), fact("c")]))
  }

  @Test("an event without a condition may stand before a group")
  func eventBeforeGroup() throws {
    let text = "task T { fact a : Bool event e fair\nwhen a { wait V for e } event f when a }"
    let body = try #require(compileText(text).program?.tasks[0].body)
    #expect(body.events.map(\.condition) == [.constant(true), fact("a")])
    #expect(body.clauses.map(\.condition) == [fact("a")])
  }

  @Test("groups nest")
  func nested() throws {
    let conditions = try conditions("when a { when b { rule R when c do x()\n } wait W for tick }")
    #expect(conditions["R"] == .and([fact("a"), fact("b"), fact("c")]))
    #expect(conditions["W"] == fact("a"))
  }
}
