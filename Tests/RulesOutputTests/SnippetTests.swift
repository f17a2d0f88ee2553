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
    let start = try #require(method.range(of: " word = ")).upperBound
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
          turn.fire(TaskLeaf.R, word, self) { try ruleR() }
          checkR(now, &turn)
        } else {
          // no rule, wait or goal
          turn.unexpected(TaskLeaf.unhandled, word, self)
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
          turn.fire(TaskLeaf.R1, word, self) { try ruleR1() }
          checkR1(now, &turn)
        } else {
          // goal
          turn.reachGoal(TaskLeaf.goal, word, self)
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
          turn.wait(TaskLeaf.W1, word, self)
          // W2 "second"
          turn.wait(TaskLeaf.W2, word, self, warnAfter: .milliseconds(500))
        } else if !now.b {
          // goal
          turn.reachGoal(TaskLeaf.goal, word, self)
        } else {
          // R
          turn.fire(TaskLeaf.R, word, self) { try ruleR() }
          checkR(now, &turn)
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
          turn.unexpected(TaskLeaf.broken1, word, self)
          return
        }
        if now.c == .blue && now.a {
          // always c == blue => not a
          turn.unexpected(TaskLeaf.broken2, word, self)
          return
        }
        // goal
        turn.reachGoal(TaskLeaf.goal, word, self)
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
    let reader = try section(generated, from: "func readTask()", to: "  }\n\n")
    #expect(reader.contains("let done: Bool = self.done\n"))
    #expect(reader.contains("let noE: Bool = !es.contains { $0.ok }\n"))
    #expect(
      try decision(text) == """
        if now.done {
          if !now.noE {
            // goal
            turn.reachGoal(TaskLeaf.goal, word, self)
          } else {
            // these facts cannot be true together
            turn.unexpected(TaskLeaf.inconsistent, word, self)
          }
        } else if !now.noE {
          // R
          turn.fire(TaskLeaf.R, word, self) { try ruleR() }
          checkR(now, &turn)
        } else {
          // S
          turn.fire(TaskLeaf.S, word, self) { try ruleS() }
          checkS(now, &turn)
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
    #expect(
      generated.contains(
        """
        #sourceLocation(file: "/project/Test.rules", line: 2)
            let a: Bool = self.a
        #sourceLocation(file: "/project/Test.rules", line: 4)
            let b: Bool = eB(e)
        #sourceLocation()
        """))
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
    #expect(generated.contains("{ switch value { case .on: 0; case .off: 1 } }"))
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

  @Test("an Int compared with numbers is asked as its rules ask, and packed as its interval")
  func integers() throws {
    let text = """
      task T {
        fact 0 <= n <= 100 : Int
        rule Few when n < 10 do x() then n = 10
        rule Some when n >= 10, n != 50, n < 90 do y() then n = 50
        goal n == 50 or n >= 90
      }
      """
    let generated = try FlagshipProgram.generate(text)
    #expect(
      generated.contains(
        "word.put(n < 10 ? 0 : n < 11 ? 1 : n < 50 ? 2 : n < 51 ? 3 : n < 90 ? 4 : 5, at: 0)"))
    #expect(
      try decision(text) == """
        // States that must not exist.
        if now.n < 0 || now.n > 100 {
          // 0 <= n <= 100
          turn.unexpected(TaskLeaf.outOfBounds, word, self)
          return
        }
        if now.n < 10 {
          // Few
          turn.fire(TaskLeaf.Few, word, self) { try ruleFew() }
          checkFew(now, &turn)
        } else if now.n < 90 && now.n != 50 {
          // Some
          turn.fire(TaskLeaf.Some, word, self) { try ruleSome() }
          checkSome(now, &turn)
        } else {
          // goal
          turn.reachGoal(TaskLeaf.goal, word, self)
        }
        """)
  }

  @Test("a number in a chain is compared like a member, and is no fact to read")
  func numbersInChains() throws {
    let text = """
      task T {
        fact 0 <= sent <= all : Int
        rule R when sent < all do send() then sent = all
        rule S when sent > 0, sent == all do x() then sent = 0
        goal sent == 0, sent == all
      }
      """
    let generated = try FlagshipProgram.generate(text)
    #expect(generated.contains("let sent: Int\n      let all: Int\n\n") == false)
    #expect(generated.contains("word.put(0 < sent, at: 0)"))
    let decided = try decision(text)
    #expect(decided.contains("if 0 > now.sent || now.sent > now.all {"))
    #expect(decided.contains("} else if 0 < now.sent {"), "\(decided)")
  }

  @Test("a lazy fact is read where it is first asked for; an `always` about it is checked there")
  func lazyFact() throws {
    let text = """
      task T {
        fact busy : Bool
        lazy fact full : Bool
        always "never full when busy" busy => not full
        wait W for done when busy
        event done when busy then busy = false
        rule R when not busy, full do empty() then full = false
        goal not busy, not full
      }
      """
    #expect(
      try decision(text) == """
        if now.busy {
          // W
          turn.wait(TaskLeaf.W, word, self)
        } else {
          now.full = self.full
          word = now.word
          if now.busy && now.full {
            // always "never full when busy"
            turn.unexpected(TaskLeaf.broken1, word, self)
            return
          }
          if now.full {
            // R
            turn.fire(TaskLeaf.R, word, self) { try ruleR() }
            checkR(now, &turn)
          } else {
            // goal
            turn.reachGoal(TaskLeaf.goal, word, self)
          }
        }
        """)
    let generated = try FlagshipProgram.generate(text)
    #expect(generated.contains("var full: Bool!"))
    #expect(generated.contains("\"true\", \"not read\"], shift: 1, width: 2"))
  }

  @Test("an enum fact of a neighbour is compared with its values")
  func relatedEnum() throws {
    let text = """
      enum Phase { early, middle, late }
      task T {
        related home : U
        rule R when home.phase == late do x()
        goal home.phase in { early, middle }
      }
      task U {
        fact phase : Phase
        goal phase == late or phase != late
      }
      """
    let generated = try FlagshipProgram.generate(text)
    #expect(generated.contains("let homePhase: Phase = home.phase"))
    #expect(generated.contains("word.put(homePhase.rawValue, at: 0)"))
    #expect(try decision(text).hasPrefix("if now.homePhase == .late {"))
  }

  @Test("a state of more than 64 bits takes several words, none across their border")
  func wideState() throws {
    let facts = (0..<40).map { "c\($0)" }.joined(separator: ", ")
    let generated = try FlagshipProgram.generate(
      "enum C { r, g, b }\ntask T {\n  fact on : Bool\n  fact \(facts) : C\n  goal on or not on\n}")
    #expect(generated.contains("var word: WideStateWord<2> {"))
    #expect(generated.contains("word.put(c30.rawValue, at: 61)"))
    #expect(generated.contains("word.put(c31.rawValue, at: 64)"))
  }

  @Test("names the source and the tool's version, and says the same every time")
  func header() throws {
    let text = "task T { fact f : Bool goal f or not f }"
    let generated = try FlagshipProgram.generate(text)
    #expect(generated.hasPrefix("// Generated by rulesc \(toolVersion) from Test.rules.\n"))
    #expect(try FlagshipProgram.generate(text) == generated)
  }
}
