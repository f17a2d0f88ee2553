import RulesOutput
import Testing

@testable import RulesEditor

@Suite("Editor: completion")
struct CompletionTests {
  private func labels(_ marked: String, disk: [String: String] = [:]) throws -> [String] {
    var session = try EditorSession(disk: disk)
    return elements(try session.ask("textDocument/completion", marked)).map { text($0["label"]) }
  }

  private let head = """
    enum Light { red, green }
    task T {
      related next : T?
      fact light : Light  initially red
      fact open : Bool
      define ready = light == green
      event tick
      each e : E in es { fact inner : Light }

    """

  @Test("values, and nothing else, behind a comparison, in a set, behind initially")
  func values() throws {
    #expect(try labels(head + "goal light == |") == ["red", "green"])
    #expect(try labels(head + "goal light == gr|") == ["red", "green"])
    let inSet = try labels(head + "goal light in { red, g| }")
    #expect(inSet == ["red", "green"])
    #expect(try labels(head + "fact a : Light  initially |") == ["red", "green"])
  }

  @Test("an effect also knows any; a Bool has true and false")
  func effects() throws {
    #expect(try labels(head + "event x then light = |") == ["red", "green", "any"])
    #expect(try labels(head + "event x then open = |") == ["any", "true", "false"])
    let changes = try labels(head + "event x then |")
    #expect(changes == ["e", "light", "next", "open", "stay", "forget"])
  }

  @Test("names of the scope in a condition, and the words of conditions")
  func conditions() throws {
    let names = ["light", "next", "open", "ready"]
    let words = ["not", "all", "some", "none", "one of", "true", "false"]
    for start in [
      "goal |", "rule R when |", "rule R when o|", "goal not |", "goal open and |",
      "goal open, |", "always open => |", "goal (|", "goal \"label\" |",
      "goal one of { |",
    ] {
      #expect(try labels(head + start) == names + words, "\(start)")
    }
    #expect(try labels(head + "each f : E in es { goal |").contains("open"))
  }

  @Test("behind a dot the names of the related task, behind a quantifier the eaches")
  func paths() throws {
    #expect(try labels(head + "goal next.|") == ["light", "open", "ready"])
    #expect(try labels(head + "goal next.rea|") == ["light", "open", "ready"])
    #expect(try labels(head + "goal nothing.|") == [])
    #expect(try labels(head + "goal all |") == ["e"])
  }

  @Test("causes behind for, clauses behind over")
  func clauses() throws {
    let causes = try labels(head + "wait W for |")
    #expect(causes == ["light", "next", "open", "ready", "tick"])
    let over = try labels(head + "rule A do a()\nwait B for tick\nrule C over |\n}")
    #expect(Set(over).isSuperset(of: ["A", "B", "goal"]))
  }

  @Test("types behind a colon, tasks behind related")
  func types() throws {
    #expect(try labels(head + "fact a : |") == ["Light", "T", "Bool", "Int"])
    #expect(try labels(head + "related a : |") == ["T"])
    #expect(try labels(head + "}\npool P { task |") == ["T"])
  }

  @Test("what starts an item depends on the block")
  func items() throws {
    #expect(try labels("|") == ["import", "enum", "extern enum", "task", "pool"])
    #expect(try labels("task T {\n |").contains("related"))
    #expect(!(try labels("task T { each e : E in es {\n  |").contains("each")))
    #expect(try labels(head + "when open {\n  |") == ["rule", "wait", "when"])
    #expect(try labels("pool P {\n  |") == ["task", "explore", "policy"])
  }

  @Test("what goes on with a clause depends on what it has")
  func continuations() throws {
    let rule = try labels(head + "rule R |")
    #expect(rule.starts(with: ["over", "when", "do", "then"]))
    let condition = try labels(head + "rule R when open |")
    #expect(condition.starts(with: ["and", "or", "in", "do", "then"]))
    #expect(Set(condition).count == condition.count)
    #expect(try labels(head + "rule R do a()\n |").starts(with: ["then"]))
    #expect(try labels(head + "wait W for tick |").starts(with: ["when", "warn after"]))
  }

  @Test("rules files beside the document behind import")
  func imports() throws {
    let disk = ["/a.rules": "", "/b.rules": "", "/c.rules": "", "/d/e.rules": ""]
    #expect(try labels("import \"|\"", disk: disk) == ["b.rules", "c.rules"])
    #expect(try labels("import \"|", disk: disk) == ["b.rules", "c.rules"])
  }

  @Test("nothing in comments, labels, Swift text, or where a new name is written")
  func nothing() throws {
    for start in [
      "// a |", "/// |", "goal open  // |", "goal \"lab|el\" open", "rule R do op|en()",
      "fact a : Bool = o|", "fact |", "rule |", "enum A { |",
    ] {
      #expect(try labels(head + start) == [], "\(start)")
    }
  }

  @Test("an item says what it is")
  func details() throws {
    var session = try EditorSession()
    let found = elements(try session.ask("textDocument/completion", head + "goal light == |"))
    #expect(found.first?["detail"] == "value of Light")
    #expect(found.first?["kind"] == 20)
  }
}
