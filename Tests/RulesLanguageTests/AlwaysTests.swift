import Testing

@Suite("What an `always` may mention")
struct AlwaysTests {
  @Test("facts of its own scope, of its task and of the element it ranges over")
  func facts() {
    #expect(findings(inEach: "always hot, on, both, low <= high").isEmpty)
    #expect(findings(inForeignEach: "always far => near, pure").isEmpty)
  }

  @Test("no related task and no quantifier, directly or through a define")
  func refused() {
    #expect(findings(inTask: "always on, other.on") == ["bad-always 1:12"])
    #expect(findings(inTask: "always all d: cold") == ["bad-always 1:12"])
    #expect(findings(inTask: "define x = other.on\ndefine y = x\nalways y") == ["bad-always 3:8"])
    #expect(findings(inTask: "define x = all d: cold\nalways x") == ["bad-always 2:8"])
  }

  @Test("its text is kept as one line, without comments")
  func text() {
    let program = compileText("task T { fact a, b : Bool always \"label\" a // why\n  =>   b }")
      .program
    #expect(program?.tasks[0].body.always.map(\.text) == ["a => b"])
    #expect(program?.tasks[0].body.always.map(\.label) == ["label"])
  }
}
