import Testing

@Suite("rulesc explain")
struct ExplainTests {
  @Test("a code has a page, also as it stands in a message", arguments: ["gap", "[gap]"])
  func page(code: String) throws {
    let run = try Workplace().run("explain", code)
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.hasPrefix("gap: States that no rule, wait or goal handles.\n"))
    #expect(run.output.contains("error: 1 of 4 consistent states of Lamp"))
  }

  @Test("without a code all of them are listed")
  func list() throws {
    let run = try Workplace().run("explain")
    #expect(run.status == 0 && run.errors.isEmpty)
    let codes = run.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(codes.first == "syntax" && codes.contains("gap") && codes.count >= 27)
  }

  @Test("a misspelt code gets the nearest one, and exit status 2")
  func misspelt() throws {
    let run = try Workplace().run("explain", "shadowed-rul")
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors == "rulesc: unknown code `shadowed-rul`; did you mean `shadowed-rule`?\n")
  }

  @Test("on a terminal an error leads to its page, in colour unless NO_COLOR is set")
  func terminal() throws {
    let place = try Workplace(["a.rules": "task"])
    let coloured = try place.runOnTerminal("check", "a.rules", environment: [:])
    #expect(coloured.hasSuffix("What a code means: `rulesc explain syntax`.\n"))
    #expect(coloured.contains("\u{1B}[1;31merror:"))
    let plain = try place.runOnTerminal("check", "a.rules", environment: ["NO_COLOR": "1"])
    #expect(plain.hasSuffix("What a code means: `rulesc explain syntax`.\n"))
    #expect(!plain.contains("\u{1B}"))
    #expect(try !place.run("check", "a.rules").errors.contains("explain"))
  }
}
