import Testing

@testable import RulesLanguage

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite("Garbage")
struct GarbageTests {
  @Test(
    "a long text of one thing ends in errors, not in a crash",
    arguments: [
      "{", "(", "not ", "task T { goal (", "when a {", "when a {\n", "task T { when a {\n", "}",
      "\"", "é",
      "a.", "task T { goal a => ", "task T { define a = all a: ", "\u{301}", "do {", "// x\n",
      "/// x\n",
      "task T { rule R do \"\\(", "\u{0}", "- 1 ", "task T { each a : A in b {\n", "import ",
      "task A {}\n", "when when\n", "#", "rule a do #\"", "task T { fact a : Bool goal a or ",
      "9", "a", "a,", "1,", "-", "wait a for b\n", "wait a for b when c\n", "event e when a\n",
      "goal zz\n", "rule R do (\n", "do \"\n", "do /*", "a\u{301}", "a\u{201C}",
      "rule R when x do a\nthen x = ",
      "one of { ", "x in { a }, ", "event e\nwhen a in {", "a && ", "a < ", "rule R over R do a\n",
      "fact n : Int goal n == 1 ", "define d = d\n", "define a = b\ndefine b = a\n",
      "enum E { a b ",
      "each e : T.e in x { }\n", "pool P {\n", "explore A, ", "policy gap eror\n",
    ])
  func repeated(_ unit: String) {
    let text = String(repeating: unit, count: 100_000 / unit.utf8.count)
    let opened = "task T { fact a : Bool " + text
    for text in [text, opened] {
      let diagnostics = compileText(text).diagnostics
      #expect(diagnostics.filter { $0.code == "syntax" }.count <= Limits.syntaxErrorsPerFile)
    }
  }

  @Test("a megabyte of sound declarations compiles")
  func manyNames() {
    var text =
      "task T { fact \((0..<Limits.facts).map { "f\($0)" }.joined(separator: ", ")) : Bool\n"
    for i in 0..<14_000 {
      let fact = "f\(i % Limits.facts)"
      text += "define d\(i) = \(fact) or not \(fact) rule R\(i) when d\(i) do action(\(i))\n"
    }
    #expect(text.utf8.count > 1 << 19)
    #expect(compileText(text + "}").diagnostics.isEmpty)
  }

  @Test("a long chain of defines is refused, not followed without end")
  func longChain() {
    var text = "task T { fact x : Bool define d0 = x\n"
    for i in 1..<20_000 { text += "define d\(i) = d\(i - 1)\n" }
    #expect(findings(text + "}") == ["unsupported 251:8"])
  }

  @Test("defines that double each other are refused, not put in without end")
  func doublingDefines() {
    var text = "task T { fact x : Bool define d0 = x\n"
    for i in 1..<100 { text += "define d\(i) = d\(i - 1) or not d\(i - 1)\n" }
    #expect(findings(text + "}") == ["unsupported 12:8"])
  }

  @Test("many uses of large defines are refused")
  func manyLargeConditions() {
    var text =
      "task T { fact x : Bool define d = \(Array(repeating: "x", count: 5000).joined(separator: ", "))\n"
    for i in 1..<500 { text += "rule R\(i) when d do a()\n" }
    #expect(findings(text + "}") == ["unsupported 201:6"])
  }

  @Test("a file over the bound is one error")
  func tooLarge() {
    let text = String(repeating: " ", count: Limits.fileBytes + 1)
    #expect(findings(text) == ["syntax 1:1"])
  }

  @Test("broken copies of the flagship rules give errors with places, whatever is broken")
  func mutations() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let original = Array(try packageFile("rules/ReplicatedLog/Segment.rules").utf8)
    for round in 0..<300 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let start = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 0...20, using: &random))
        let other = Int.random(in: 0..<(bytes.count - 20), using: &random)
        bytes.replaceSubrange(start..<end, with: Array(bytes[other..<(other + 8)]))
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let (program, diagnostics) = compileText(text)
      let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
      #expect(
        (program == nil) == diagnostics.contains { $0.severity == .error }
          && diagnostics.allSatisfy { (1...lines).contains($0.position.line) },
        "seed \(seed), round \(round)")
    }
  }
}
