import Foundation
import RulesLanguage
import Testing

@Suite("Pools")
struct PoolTests {
  private let tasks = """
    task A { related next, prior : A each e : E in es {} each f : F in fs {} }
    task B { each g : A.e in es {} }

    """.replacingOccurrences(of: "next, prior : A", with: "next : A related prior : A")

  private func findings(_ items: String) -> [String] {
    compileText(tasks + "pool P {\n" + items + "\n}").diagnostics.map {
      "\($0.code) \($0.position.line - 3):\($0.position.column)"
    }
  }

  @Test("`explore` says which tasks, how many, and within what budget")
  func explore() throws {
    let text = """
      pool P {
        explore A * 3 (e * 2, f * 4), B budget 5_000
        explore B
      }
      """
    let result = compileText(tasks + text)
    #expect(result.diagnostics.map(\.message) == [])
    let explorations = try #require(result.program?.pools[0].explorations)
    #expect(explorations.map(\.budget) == [5000, 1_000_000])
    #expect(explorations.map(\.position.line) == [4, 5])
    #expect(explorations.map { $0.parts.map(\.task) } == [["A", "B"], ["B"]])
    #expect(explorations.map { $0.parts.map(\.count) } == [[3, 1], [1]])
    #expect(explorations[0].parts[0].elements.map(\.each) == ["e", "f"])
    #expect(explorations[0].parts[0].elements.map(\.count) == [2, 4])
    #expect(explorations[0].parts[1].position.column == 33)
  }

  @Test("`explore` names tasks and their own eaches, each once")
  func exploredNames() {
    #expect(findings("explore Missing") == ["unknown-name 1:9"])
    #expect(findings("explore P") == ["type 1:9"])
    #expect(findings("explore A (missing * 2)") == ["unknown-name 1:12"])
    #expect(findings("explore A (next * 2)") == ["type 1:12"])
    #expect(findings("explore A, A") == ["duplicate-name 1:12"])
    #expect(findings("explore A (e * 2, e * 3)") == ["duplicate-name 1:19"])
  }

  @Test("an each over another task's each has no count of its own")
  func foreignCount() {
    #expect(findings("explore A, B (g * 2)") == ["type 1:15"])
  }

  @Test("counts and budgets are at least one")
  func counts() {
    #expect(findings("explore A * 0") == ["type 1:13"])
    #expect(findings("explore A (e * -1)") == ["type 1:16"])
    #expect(findings("explore A * 1_000_000") == ["type 1:13"])
    #expect(findings("explore A budget 0") == ["type 1:18"])
  }

  @Test("there are four policies")
  func policies() throws {
    let text =
      "policy gap error policy overlap warn policy stall allow policy unreachable warn policy busy error"
    let pool = try #require(compileText("pool P { \(text) }").program?.pools[0])
    #expect(
      pool.policies == [
        .gap: .error, .overlap: .warn, .stall: .allow, .unreachable: .warn, .busy: .error,
      ])
    #expect(findings("policy stuck error") == ["syntax 1:8"])
    #expect(findings("policy stall maybe") == ["syntax 1:14"])
  }
}
