import Testing

@Suite("Names declared twice")
struct DuplicateNameTests {
  @Test("the second place is reported")
  func places() {
    #expect(findings("enum A { x, y, x }") == ["duplicate-name 1:16"])
    #expect(findings("enum A { x }\ntask A {}") == ["duplicate-name 2:6"])
    #expect(findings("enum Bool { x }") == ["duplicate-name 1:6"])
    #expect(findings(inTask: "fact on : Bool") == ["duplicate-name 1:6"])
    #expect(findings(inTask: "define on = off") == ["duplicate-name 1:8"])
    #expect(findings(inTask: "event on") == ["duplicate-name 1:7"])
    #expect(findings(inTask: "each on : X in y {}") == ["duplicate-name 1:6"])
    #expect(findings(inEach: "fact hot : Bool") == ["duplicate-name 1:6"])
    #expect(findings(inEach: "fact on : Bool") == ["duplicate-name 1:6"])
    #expect(findings(inEach: "rule on do x()") == ["duplicate-name 1:6"])
  }

  @Test("rules of two eaches of a task need two names, their facts do not")
  func acrossEaches() {
    #expect(
      findings("task T { each a : A in b { fact x : Bool } each c : C in d { fact x : Bool } }")
        .isEmpty)
    let text = "task T { each a : A in b { wait W for x event x } each c : C in d { event W } }"
    #expect(findings(text) == ["duplicate-name 1:75"])
  }

  @Test("an each's fact differs from the names that its element brings along")
  func foreignNames() {
    #expect(findings(inForeignEach: "fact near : Bool") == ["duplicate-name 1:6"])
    #expect(findings(inForeignEach: "fact far : Bool") == ["duplicate-name 1:6"])
    #expect(findings(inForeignEach: "fact mate : Bool").isEmpty)
  }

  @Test("a task is in one pool, once; a policy is stated once")
  func pools() {
    #expect(findings("task T {} pool P { task T task T }") == ["duplicate-name 1:32"])
    #expect(findings("task T {} pool P { task T } pool Q { task T }") == ["duplicate-name 1:43"])
    #expect(findings("pool P { policy gap warn policy gap error }") == ["duplicate-name 1:33"])
  }

  @Test("a value may have the name of a fact")
  func valueAndFact() {
    #expect(findings(inTask: "fact red : Bool goal colour == red, red").isEmpty)
  }
}
