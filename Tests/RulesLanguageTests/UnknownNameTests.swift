import Testing

@Suite("Names that nothing declares")
struct UnknownNameTests {
  @Test("each kind of use is reported at the name")
  func uses() {
    #expect(findings(inTask: "goal missing") == ["unknown-name 1:6"])
    #expect(findings(inTask: "goal other.missing") == ["unknown-name 1:12"])
    #expect(findings(inTask: "goal missing.on") == ["unknown-name 1:6"])
    #expect(findings(inTask: "goal all missing: on") == ["unknown-name 1:10"])
    #expect(findings(inTask: "goal colour == pink") == ["unknown-name 1:16"])
    #expect(findings(inTask: "fact x : Shape") == ["unknown-name 1:10"])
    #expect(findings(inTask: "fact x : Colour initially pink") == ["unknown-name 1:27"])
    #expect(findings(inTask: "related r : Missing") == ["unknown-name 1:13"])
    #expect(findings(inTask: "related r : T? absent missing") == ["unknown-name 1:23"])
    #expect(findings(inTask: "each x : Missing.g in y {}") == ["unknown-name 1:10"])
    #expect(findings(inTask: "each x : Other.missing in y {}") == ["unknown-name 1:16"])
    #expect(findings(inTask: "wait W for missing") == ["unknown-name 1:12"])
    #expect(findings(inTask: "wait W over R for tick") == ["unknown-name 1:13"])
    #expect(findings(inTask: "wait W over goal for tick") == ["unknown-name 1:13"])
    #expect(findings(inTask: "event x then missing = true") == ["unknown-name 1:14"])
    #expect(findings(inTask: "event x then d.missing = true") == ["unknown-name 1:16"])
    #expect(findings("pool P { task Missing }") == ["unknown-name 1:15"])
    #expect(findings("import \"missing.rules\"") == ["unknown-name 1:8"])
  }

  @Test("after `initially` a visible name that is no value is unknown")
  func initiallyNamesOnlyValues() {
    #expect(findings(inTask: "fact x : Colour initially on") == ["unknown-name 1:27"])
  }

  @Test("the events of an each cannot be seen from its task")
  func eventsOfEach() {
    #expect(findings(inEach: "wait W for tock, tick").isEmpty)
    #expect(
      findings(inTask: "each x : X in y { event bang } wait W for bang") == ["unknown-name 1:43"])
  }

  @Test("another task's each shows its facts and defines, not its relateds")
  func foreignNames() {
    #expect(findings(inForeignEach: "goal far, near, pure, on").isEmpty)
    #expect(findings(inForeignEach: "goal mate.far") == ["unknown-name 1:6"])
  }

  @Test("the nearest name is suggested")
  func suggestion() {
    let text = "task T { fact header, footer : Bool goal heeder }"
    let message = compileText(text).diagnostics.first?.message
    #expect(message == "no fact or define is called `heeder`; did you mean `header`?")
  }

  @Test("nothing is suggested for a name that is near to none")
  func noSuggestion() {
    let message = compileText("task T { fact header : Bool goal xyz }").diagnostics.first?.message
    #expect(message == "no fact or define is called `xyz`")
  }

  @Test("what uses an unknown type is not reported again")
  func noCascade() {
    #expect(findings(inTask: "fact x : Missing initially y\ngoal x == z, x").count == 1)
  }
}
