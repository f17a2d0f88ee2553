import RulesLanguage
import Testing

@Suite("lazy and stable")
struct ModifierTests {
  @Test("facts and defines keep what they are declared")
  func kept() throws {
    let text = """
      enum E { x, y }
      task T {
        lazy fact a, b : Bool
        stable lazy fact c : Bool
        fact d : Bool
        lazy fact e : E
        lazy fact f : Int
        lazy fact g <= h : Int
        stable define i = a
        define j = b
      }
      """
    let result = compileText(text)
    #expect(result.diagnostics.map(\.message) == [])
    let body = try #require(result.program?.tasks[0].body)
    #expect(body.variables.map(\.isLazy) == [true, true, true, false, true, true, true])
    #expect(body.variables.map(\.isStable) == [false, false, true, false, false, false, false])
    #expect(body.defines.map(\.isStable) == [true, false])
  }

  @Test("only what is a Bool can be stable")
  func stableIsBool() {
    #expect(findings(inTask: "stable fact x : Colour") == ["type 1:1"])
    #expect(findings(inTask: "lazy stable fact x : Int") == ["type 1:6"])
    #expect(findings(inTask: "stable fact 0 <= x : Int") == ["type 1:1"])
    #expect(findings(inTask: "stable fact x <= y : Int") == ["type 1:1"])
    #expect(findings(inTask: "stable fact x : Missing") == ["unknown-name 1:17"])
  }
}
