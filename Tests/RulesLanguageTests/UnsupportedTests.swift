import Testing

@Suite("What this version refuses")
struct UnsupportedTests {
  @Test("each construct is one error that names it")
  func constructs() {
    #expect(findings(inTask: "lazy fact x : Bool") == ["unsupported 1:1"])
    #expect(findings(inTask: "stable fact x : Bool") == ["unsupported 1:1"])
    #expect(findings(inTask: "stable define x = on") == ["unsupported 1:1"])
    #expect(findings(inTask: "fact n : Int goal n == 1, n") == ["unsupported 1:10"])
    #expect(findings(inTask: "fact 0 <= n : Int goal n < 3") == ["unsupported 1:6"])
    #expect(findings(inTask: "fact 0 <= n <= m : Int") == ["unsupported 1:6"])
    #expect(findings(inTask: "fact n <= m : Int = x") == ["unsupported 1:21"])
    #expect(findings(inTask: "event x then other.on = true") == ["unsupported 1:14"])
    #expect(findings(inEach: "event x then low = any {high, 0}") == ["unsupported 1:14"])
    #expect(findings(inTask: "related sure : T goal sure.colour == red") == ["unsupported 1:23"])
    #expect(findings(inForeignEach: "goal impure") == ["unsupported 1:6"])
    #expect(findings(inForeignEach: "wait W for far") == ["unsupported 1:12"])
    #expect(findings("task T {} pool P { task T explore T * 2 budget 9 }") == ["unsupported 1:27"])
    #expect(findings("pool P { policy stall error }") == ["unsupported 1:17"])
    #expect(findings("pool P { policy unreachable allow }") == ["unsupported 1:17"])
  }

  @Test("the message says which construct")
  func message() {
    let message = compileText("task T { lazy fact x : Bool }").diagnostics.first?.message
    #expect(message == "`lazy` is not supported by this version")
  }

  @Test("a chain and an enum have bounds")
  func bounds() {
    let chain = (0..<17).map { "m\($0)" }.joined(separator: " <= ")
    #expect(findings("task T { fact \(chain) : Int }") == ["unsupported 1:15"])
    let values = (0..<257).map { "v\($0)" }.joined(separator: ", ")
    #expect(findings("enum E { \(values) }") == ["unsupported 1:6"])
  }
}
