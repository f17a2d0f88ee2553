import RulesLanguage
import Testing

@Suite("Questions about states")
struct StateQuestionTests {
  private let text = """
    enum Colour { red, green }
    task T {
      fact colour : Colour
      fact n : Int
      each e : E in es {
        fact a <= b <= c : Int
        goal a == c
      }
      rule R when n < 10 do x() then n = any
      goal n >= 10
    }
    """

  private func ask(
    _ state: String, _ scope: String = "T"
  ) -> (condition: Condition?, program: Program?, errors: [String], isQuestionWrong: Bool) {
    let asked = compile(
      [SourceFile(path: "t.rules", text: text)], asking: StateQuestion(scope: scope, text: state)
    ) { _ in nil }
    let errors = asked.result.diagnostics.map {
      "\(asked.files[$0.position.file].path):\($0.position.line):\($0.position.column) \($0.message)"
    }
    return (asked.result.value?.state, asked.result.value?.program, errors, asked.isQuestionWrong)
  }

  @Test("are bound in the words of their scope")
  func bound() {
    #expect(
      ask("colour == red").condition == .isIn(FactReference(.task, "colour"), values: ["red"]))
    #expect(ask("").condition == .constant(true))
    #expect(ask("a < b").errors == ["STATE:1:1 no fact or define is called `a`"])
    #expect(ask("a < b", "T.e").errors == [])
  }

  @Test("may chain comparisons, which rules may not")
  func chains() {
    func fact(_ name: String) -> FactReference { FactReference(.element, name) }
    #expect(
      ask("a == b < c", "T.e").condition
        == .and([
          .compare(fact("a"), .equal, fact("b")), .compare(fact("b"), .less, fact("c")),
        ]))
    #expect(findings("task T { fact a <= b <= c : Int goal a == b < c }") == ["syntax 1:45"])
  }

  @Test("cut the number line of an Int as the rules do")
  func cuts() {
    func intervals(_ state: String) -> [String] {
      guard case .integer(let domain)? = ask(state).program?.tasks[0].body.variables[1].kind else {
        return []
      }
      return domain.intervals.map(\.name)
    }
    #expect(intervals("true") == ["...9", "10..."])
    #expect(intervals("n == 5") == ["...4", "5", "6...9", "10..."])
  }

  @Test("in error are told from rules in error, and are no part of the program")
  func errors() {
    let question = ask("n == red")
    #expect(question.isQuestionWrong && question.errors.count == 1)
    #expect(question.errors[0].hasPrefix("STATE:1:6 "))
    #expect(
      ask("n == 1", "U").errors == ["STATE:1:1 no task or each is called `U`; there is T, T.e"])
    #expect(ask("n == 1").program?.files.map(\.path) == ["t.rules"])
    let broken = compile(
      [SourceFile(path: "t.rules", text: "task T {")],
      asking: StateQuestion(scope: "T", text: "n ==")
    ) { _ in nil }
    #expect(!broken.isQuestionWrong && broken.result.diagnostics.map(\.position.file) == [0])
  }

  @Test("of any text end, and name no place outside of it", arguments: 0..<200)
  func garbage(seed: UInt64) {
    let words = [
      "n", "==", "<", "1", "(", ")", ",", "or", "not", "colour", "red", "all", "e", ":", "\"", "=>",
      "in", "{", "}", "-5",
    ]
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    var text = ""
    for _ in 0..<12 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      text += words[Int(state % UInt64(words.count))] + " "
    }
    let asked = ask(text)
    #expect((asked.condition == nil) == !asked.errors.isEmpty, "\(text)")
    #expect(asked.errors.allSatisfy { $0.hasPrefix("STATE:1:") }, "\(text)")
  }
}
