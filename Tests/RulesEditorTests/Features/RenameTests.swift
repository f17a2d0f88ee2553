import Foundation
import RulesOutput
import Testing

@testable import RulesEditor

@Suite("Editor: rename")
struct RenameTests {
  private let rules = """
    enum Light { red, green }
    task T {
      related next : T?  absent ready
      fact light, red : Light
      define ready = light == green
      when ready { rule R1 "go" when next.ready do go(ready)  then light = red }
      rule R2 over R1 when red == red do stop()
    }
    """

  private func rename(_ text: String, _ cursor: String, to name: String) throws -> String {
    var session = try EditorSession()
    let found = try #require(rules.range(of: text))
    let result = try session.ask(
      "textDocument/rename", rules.replacingCharacters(in: found, with: cursor),
      [.init("newName", .string(name))])
    return applying(result["changes"]?["file:///a.rules"], to: rules)
  }

  private func refusal(_ marked: String, to name: String) throws -> String {
    var session = try EditorSession()
    return try session.askInVain(
      "textDocument/rename", marked, [.init("newName", .string(name))])
  }

  @Test("every place changes, but neither Swift text nor other things of that name")
  func define() throws {
    let expected = rules.replacingOccurrences(of: "absent ready", with: "absent open")
      .replacingOccurrences(of: "define ready", with: "define open")
      .replacingOccurrences(of: "when ready", with: "when open")
      .replacingOccurrences(of: "next.ready", with: "next.open")
    #expect(try rename("next.ready", "next.rea|dy", to: "open") == expected)
  }

  @Test("a value and a fact of one name are told apart")
  func value() throws {
    let value = rules.replacingOccurrences(of: "{ red,", with: "{ stop,")
      .replacingOccurrences(of: "light = red", with: "light = stop")
      .replacingOccurrences(of: "red == red", with: "red == stop")
    #expect(try rename("light = red", "light = re|d", to: "stop") == value)
    let fact = rules.replacingOccurrences(of: "light, red", with: "light, lamp")
      .replacingOccurrences(of: "red == red", with: "lamp == red")
    #expect(try rename("red == red", "r|ed == red", to: "lamp") == fact)
  }

  @Test("a task, a rule, a related and an enum can be renamed, from anywhere")
  func kinds() throws {
    #expect(
      try rename("related next : T", "related next : |T", to: "U")
        == rules
        .replacingOccurrences(of: "task T", with: "task U")
        .replacingOccurrences(of: ": T?", with: ": U?"))
    #expect(
      try rename("rule R1", "rule R1|", to: "go")
        == rules.replacingOccurrences(of: "R1", with: "go"))
    #expect(
      try rename("related next", "related ne|xt", to: "other")
        == rules
        .replacingOccurrences(of: "next", with: "other"))
    #expect(
      try rename("enum Light", "enum Light|", to: "Lamp")
        == rules
        .replacingOccurrences(of: "Light", with: "Lamp"))
  }

  @Test("files on disk that import the open one, or are imported by it, change too")
  func files() throws {
    let files = try flagshipRules()
    var session = try EditorSession(disk: files)
    let segment = try #require(files["/rules/Segment.rules"])
    try session.open("/rules/Segment.rules", segment)
    let marked = try MarkedText(
      segment.replacingOccurrences(of: "fact server", with: "fact ser|ver"))
    let result = try session.request(
      "textDocument/rename",
      [
        "textDocument": ["uri": "file:///rules/Segment.rules"], "position": marked.position,
        "newName": "host",
      ])
    guard case .object(let members)? = result["changes"] else {
      Issue.record("\(result.compactText)")
      return
    }
    #expect(
      members.map(\.name) == ["file:///rules/Segment.rules", "file:///rules/ServerFailure.rules"])
    #expect(members.map { elements($0.value).count } == [5, 1])
  }

  @Test("prepare: the word under the cursor, or why it cannot be renamed")
  func prepare() throws {
    var session = try EditorSession()
    let found = try session.ask("textDocument/prepareRename", "enum |Light { red }")
    #expect(range(found["range"]) == "1:6-1:11")
    #expect(found["placeholder"] == "Light")
    let keyword = try session.askInVain("textDocument/prepareRename", "en|um Light { red }")
    #expect(keyword == "-32803: `enum` is a keyword, not a name")
    let nothing = try session.askInVain("textDocument/prepareRename", "enum Light { red } |")
    #expect(nothing == "-32803: there is no name here")
    let swift = try session.askInVain(
      "textDocument/prepareRename", "task T { fact a : Bool  rule R do go(a|)  goal a }")
    #expect(swift == "-32803: there is no name here that the rules declare")
    let goal = try session.askInVain(
      "textDocument/prepareRename", "task T { fact a : Bool  go|al a }")
    #expect(goal == "-32803: `goal` is a keyword, not a name")
  }

  @Test(
    "a new name that is none is refused",
    arguments: [
      ("when", "-32602: `when` is a keyword and cannot be a name"),
      ("", "-32602: `` is not a name: letters, digits and `_`, no digit first"),
      ("1a", "-32602: `1a` is not a name: letters, digits and `_`, no digit first"),
      ("a b", "-32602: `a b` is not a name: letters, digits and `_`, no digit first"),
      ("é", "-32602: `é` is not a name: letters, digits and `_`, no digit first"),
    ])
  func invalid(name: String, message: String) throws {
    #expect(try refusal("enum |A { a }", to: name) == message)
  }

  @Test("a name that is taken is refused, with what takes it")
  func clash() throws {
    let duplicate = try refusal("task T { fact |a, b : Bool  goal a, b }", to: "b")
    #expect(duplicate.hasPrefix("-32803: `a` cannot be called `b`: "))
    #expect(try refusal("enum A { |a, b }", to: "b").contains("`a` cannot be called `b`"))
  }

  @Test("a name that would bind something else is refused")
  func capture() throws {
    // `x == b` means the value today; a member called `b` would not be it.
    let marked = "enum E { b, c }\ntask T { fact x : E  fact |y : E  goal x == b, y == c }"
    var session = try EditorSession()
    let result = try session.ask("textDocument/rename", marked, [.init("newName", "b")])
    #expect(elements(result["changes"]?["file:///a.rules"]).count == 2)
    let none = "task T { each e : E in es { fact a : Bool }  define |none = all e: a  goal none }"
    #expect(throws: Never.self) {
      try session.ask("textDocument/rename", none, [.init("newName", "all")])
    }
  }

  @Test("the same name is no change of meaning")
  func same() throws {
    #expect(try rename("enum Light", "enum |Light", to: "Light") == rules)
  }

  @Test("a text that is in error elsewhere can still be renamed in")
  func inError() throws {
    var session = try EditorSession()
    let result = try session.ask(
      "textDocument/rename", "task T { fact |a : Bool  goal a, unknown }", [.init("newName", "b")])
    #expect(elements(result["changes"]?["file:///a.rules"]).count == 2)
  }
}
