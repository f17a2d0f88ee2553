import Foundation
import RulesOutput
import Testing

@testable import RulesEditor

@Suite("Editor: hover")
struct HoverTests {
  private func hover(_ marked: String) throws -> String {
    var session = try EditorSession()
    return text(try session.ask("textDocument/hover", marked)["contents"]?["value"])
  }

  /// The flagship with the cursor at the end of the first `text` of a file.
  private func hoverFlagship(_ file: String, behind text: String) throws -> String {
    let files = try flagshipRules()
    var session = try EditorSession(disk: files)
    let source = try #require(files["/rules/\(file).rules"])
    let found = try #require(source.range(of: text))
    try session.open("/rules/\(file).rules", source)
    let marked = try MarkedText(source.replacingCharacters(in: found, with: text + "|"))
    let result = try session.request(
      "textDocument/hover",
      [
        "textDocument": ["uri": .string("file:///rules/\(file).rules")],
        "position": marked.position,
      ])
    return RulesEditorTests.text(result["contents"]?["value"])
  }

  @Test("a fact: as declared, its comment, its values and its place")
  func fact() throws {
    let found = try hover(
      """
      enum Light { red, green }
      task T {
        /// What drivers see.
        /// Changes slowly.
        fact light : Light  initially red  // red is safe
        goal li|ght == green
      }
      """)
    #expect(
      found == """
        ```rules
        fact light : Light  initially red
        ```

        What drivers see.
        Changes slowly.

        Values: `red`, `green`

        fact of `T`, declared in a.rules, line 5
        """)
  }

  @Test("an Int fact has intervals, a chain has orderings")
  func numbers() throws {
    let number = try hover("task T { fact |n : Int  initially 0  goal n >= 10 }")
    #expect(number.contains("Values: `...-1`, `0`, `1...9`, `10...`"))
    let chain = try hover("task T { fact |a <= b <= c : Int  goal a == c }")
    #expect(chain.contains("One variable: the 4 orderings that `a <= b <= c` allows"))
  }

  @Test("a define means its condition without further defines")
  func define() throws {
    let found = try hover(
      "task T { fact a, b : Bool  define c = a or b  define d = c, not b  goal |d }")
    #expect(found.contains("Means `(a or b), not b`"))
  }

  @Test("defines that would grow beyond reading are not expanded")
  func largeDefine() throws {
    var rules = "task T { fact a : Bool  define d0 = a\n"
    for i in 1...60 { rules += "define d\(i) = d\(i - 1) or not d\(i - 1)\n" }
    #expect(!(try hover(rules + "goal d60| }")).contains("Means"))
  }

  @Test("a rule: with the conditions around it, and the states that it handles")
  func rule() throws {
    #expect(
      try hoverFlagship("Segment", behind: "rule R2") == """
        ```rules
        rule R2 "header not sent"
          when header == unsent
          do   sendHeader(replica)
          then header = sent, rpc = flying
        ```

        Holds when `server == chosen, rpc == idle, header == unsent`

        Handles 16 of 124 states of `Segment.replica`, holds in 16

        rule of `Segment.replica`, declared in Segment.rules, line 37
        """)
  }

  @Test("a wait and a goal have counts too")
  func waitAndGoal() throws {
    let wait = try hoverFlagship("Segment", behind: "wait W1")
    #expect(wait.contains("of 124 states of `Segment.replica`"))
    let goal = try hoverFlagship("Segment", behind: "    goal")
    #expect(goal.contains("Handles 8 of 124 states of `Segment.replica`"))
  }

  @Test("an each has the counts of its scope; a task without clauses has none")
  func scopes() throws {
    let each = try hoverFlagship("Segment", behind: "each replica")
    #expect(each.contains("124 consistent states: 74 rule, 42 wait, 8 goal, 0 unhandled"))
    let task = try hoverFlagship("Segment", behind: "task Segment")
    #expect(task.contains("One segment of the log; the goal is three complete replicas."))
    #expect(!task.contains("states"))
  }

  @Test("a name from another file says where it is declared")
  func imported() throws {
    let found = try hoverFlagship("ServerFailure", behind: "server = none, header")
    #expect(found.contains("declared in Segment.rules, line 20"))
  }

  @Test("a value shows its enum, an event its effects, a parameter that it is for Swift")
  func others() throws {
    #expect(
      try hover("enum A { a, b }\ntask T { fact x : A  goal x == |b }").contains("enum A { a, b }"))
    #expect(
      try hover("task T { fact a : Bool  event |e fair when not a  then a = true  goal a }")
        .contains("event e fair when not a  then a = true"))
    #expect(
      try hover("task T(|log: Log) { fact a : Bool  goal a }").contains("For the Swift side only"))
  }

  @Test("every word of the language has one line")
  func words() throws {
    #expect(
      try hover("task T { fact a : Bool  goal a  ev|ent e when a }")
        == "**event**: something that happens outside: a reply, a failure, a request")
    #expect(
      try hover("task T { each e : E in es { fact a : Bool }  goal a|ll e: a }").hasPrefix(
        "**all**"))
  }

  @Test("Swift text, numbers and empty places have none")
  func nothing() throws {
    var session = try EditorSession()
    for marked in [
      "task T { fact a : Bool  rule R do a|ll() }", "| ", "task T { fact n : Int  goal n == 1|0 }",
    ] {
      #expect(try session.ask("textDocument/hover", marked) == .null, "\(marked)")
    }
  }

  @Test("a half-written text still says what its names are")
  func inError() throws {
    let found = try hover("task T {\n  /// Open.\n  fact open : Bool\n  goal op|en and\n")
    #expect(found.contains("fact open : Bool"))
    #expect(found.contains("Open."))
  }
}
