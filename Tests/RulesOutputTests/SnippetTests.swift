import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Generated code, a few lines at a time")
struct SnippetTests {
  /// The lines of the first `if` of the decision, or what stands there instead.
  private func decision(_ text: String, scope: String = "Task") throws -> String {
    let generated = try FlagshipProgram.generate(text)
    let method = try section(generated, from: "func apply\(scope)Rules(", to: "\n  }\n")
    let start = try #require(method.range(of: "let now = ")).upperBound
    let lines = method[start...].split(separator: "\n").dropFirst()
    return lines.map { $0.dropFirst(4) }.joined(separator: "\n")
  }

  private func section(_ text: String, from start: String, to end: String) throws -> String {
    let first = try #require(text.range(of: start), "no '\(start)' in:\n\(text)")
    let last = try #require(text.range(of: end, range: first.lowerBound..<text.endIndex))
    return String(text[first.lowerBound..<last.lowerBound])
  }

  @Test("a state that no clause handles ends in a report, in every build")
  func unhandled() throws {
    let code = try decision("task T {\n  fact a, b : Bool\n  rule R when a, b do x()\n}")
    #expect(
      code == """
        if now.a && now.b {
          // R
          turn.fire(TaskLeaf.R, now.word, self) { try ruleR() }
        } else {
          // no rule, wait or goal
          turn.unexpected(TaskLeaf.unhandled, now.word, self)
        }
        """)
  }

  @Test("an overlap that a policy allows runs the first rule, and says so")
  func overlap() throws {
    let code = try decision(
      """
      task T {
        fact a : Bool
        rule R1 when a do x()
        rule R2 when a do y()
        goal not a
      }
      pool P { task T policy overlap allow }
      """)
    #expect(
      code == """
        if now.a {
          // Other clauses hold too, and the rules do not say which wins.
          // R1
          turn.fire(TaskLeaf.R1, now.word, self) { try ruleR1() }
        } else {
          // goal
          turn.reachGoal(TaskLeaf.goal, now.word, self)
        }
        """)
  }

  @Test("several waits of one state all wait")
  func waits() throws {
    let code = try decision(
      """
      task T {
        fact a, b : Bool
        wait W1 "first" for a when not a
        wait W2 "second" for b when not a  warn after 500 ms
        goal a
        rule R over goal when a, b do x()
      }
      """)
    #expect(
      code == """
        if !now.a {
          // W1 "first"
          turn.wait(TaskLeaf.W1, now.word, self)
          // W2 "second"
          turn.wait(TaskLeaf.W2, now.word, self, warnAfter: .milliseconds(500))
        } else if !now.b {
          // goal
          turn.reachGoal(TaskLeaf.goal, now.word, self)
        } else {
          // R
          turn.fire(TaskLeaf.R, now.word, self) { try ruleR() }
        }
        """)
  }

  @Test("invariants are guards, their `not` pushed down to the comparisons")
  func guards() throws {
    let code = try decision(
      """
      enum Color { red, green, blue }
      task T {
        fact a : Bool
        fact c : Color
        always "colored" a => c in { red, green }
        always c == blue => not a
        goal true
      }
      """)
    #expect(
      code == """
        // States that must not exist.
        if now.a && now.c == .blue {
          // always "colored"
          turn.unexpected(TaskLeaf.broken1, now.word, self)
          return
        }
        if now.c == .blue && now.a {
          // always c == blue => not a
          turn.unexpected(TaskLeaf.broken2, now.word, self)
          return
        }
        // goal
        turn.reachGoal(TaskLeaf.goal, now.word, self)
        """)
  }

  @Test(
    "a comparison of chain members is guarded by its opposite",
    arguments: [
      ("<", ">="), ("<=", ">"), ("==", "!="), ("!=", "=="), (">", "<="), (">=", "<"),
    ])
  func opposites(relation: String, opposite: String) throws {
    let code = try decision(
      """
      task T {
        fact x <= y : Int
        fact a : Bool
        always a => x \(relation) y
        goal true
      }
      """)
    #expect(code.contains("if now.a && now.x \(opposite) now.y {"), "\(code)")
  }

  @Test("a quantifier is read once, under the name of the define that says it")
  func quantifier() throws {
    let text = """
      task T {
        define done = all e: ok
        each e : E in es { fact ok : Bool }
        goal done
        rule R when not done, some e: ok do x()
        rule S when none e: ok do y()
      }
      """
    let generated = try FlagshipProgram.generate(text)
    #expect(generated.contains("var done: Bool { es.allSatisfy { $0.ok } }"))
    #expect(
      try section(generated, from: "TaskState(\n", to: "  }\n\n")
        .contains("done: done,\n      noE: !es.contains { $0.ok })"))
    #expect(
      try decision(text) == """
        if now.done {
          if !now.noE {
            // goal
            turn.reachGoal(TaskLeaf.goal, now.word, self)
          } else {
            // these facts cannot be true together
            turn.unexpected(TaskLeaf.inconsistent, now.word, self)
          }
        } else if !now.noE {
          // R
          turn.fire(TaskLeaf.R, now.word, self) { try ruleR() }
        } else {
          // S
          turn.fire(TaskLeaf.S, now.word, self) { try ruleS() }
        }
        """)
  }

  @Test("facts given as Swift are evaluated where the rules say, at their line and column")
  func swiftFacts() throws {
    let generated = try FlagshipProgram.generate(
      """
      task T {
        fact a : Bool = count > 0
        each e : E in es {
          fact b : Bool = e.size > limit
          rule R when b, a do e.shrink()
          goal not b or not a
        }
      }
      """)
    #expect(
      generated.contains(
        """
          var a: Bool {
        #sourceLocation(file: "/project/Test.rules", line: 2)
                          count > 0
        #sourceLocation()
          }
        """))
    #expect(generated.contains("private func eB(_ e: E) -> Bool {"))
    #expect(generated.contains("a: a,\n      b: eB(e))"))
  }

  @Test("the statements of a block stand at their own lines and columns")
  func block() throws {
    let generated = try FlagshipProgram.generate(
      """
      task T {
        fact a : Bool
        rule R when a
          do {
            let x = 1
            use(x)
          }
          then a = false
        goal not a
      }
      """)
    #expect(
      generated.contains(
        """
          private func ruleR() throws {
        #sourceLocation(file: "/project/Test.rules", line: 5)
              let x = 1
              use(x)
        #sourceLocation()
          }
        """))
  }

  @Test("an enum that Swift declares is not declared again, and its values are numbered")
  func externEnum() throws {
    let generated = try FlagshipProgram.generate(
      "extern enum Mode { on, off }\ntask T {\n  fact m : Mode\n  goal m == on or m == off\n}")
    #expect(!generated.contains("enum Mode"))
    #expect(generated.contains("word.put(index(of: m), at: 0)"))
    #expect(generated.contains("case .off: 1"))
  }

  @Test("an event wakes the neighbours that wait for what it changes")
  func eventWakes() throws {
    let generated = try FlagshipProgram.generate(
      """
      task T {
        fact ok : Bool
        related next : T?
        related last : T?
        event done then ok = true
        event idle
        wait W for next.ok when not next.ok
        goal next.ok
        rule R over goal, W when ok do x()
      }
      pool P { task T where next links last }
      """)
    #expect(
      generated.contains(
        """
          func happened(_ event: Event) {
            membership.activate()
            switch event {
            case .done:
              last?.membership.activate()  // W there waits for next.ok
            default: break
            }
          }
        """))
  }

  @Test("names that are keywords of Swift are escaped")
  func keywords() throws {
    let generated = try FlagshipProgram.generate(
      "enum Kind { default, other }\ntask T {\n  fact `class` : Kind\n  goal true\n}"
        .replacing("`class`", with: "switch"))
    #expect(generated.contains("enum Kind: UInt8, Sendable { case `default`, other }"))
    #expect(generated.contains("let `switch`: Kind"))
  }

  @Test("a file with only a pool becomes a header, and equal base names are told apart")
  func files() throws {
    let program = try FlagshipProgram.compile([
      SourceFile(path: "a/Log.rules", text: "task T { fact f : Bool goal f or not f }"),
      SourceFile(path: "b/Log.rules", text: "import \"../a/Log.rules\"\npool P { task T }"),
    ])
    let files = generateSwift(program, analyse(program), options: FlagshipProgram.options)
    #expect(files.map(\.name) == ["a-Log.rules.swift", "b-Log.rules.swift"])
    let code = files[1].text.split(separator: "\n").filter { !$0.hasPrefix("//") }
    #expect(code.isEmpty)
  }
}
