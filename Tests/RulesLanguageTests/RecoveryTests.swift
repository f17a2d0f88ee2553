import Testing

@Suite("One broken part of an item does not hide the others")
struct RecoveryTests {
  @Test("a rule's name, condition, action and effects are read each for itself")
  func rule() {
    #expect(
      findings(inTask: "rule R over 1 when on == do a() then colour = ,\ngoal missing") == [
        "syntax 1:13", "syntax 1:26", "syntax 1:47", "unknown-name 2:6",
      ])
    #expect(
      findings(inTask: "rule R when (on do a() then missing = true") == [
        "syntax 1:17", "unknown-name 1:29",
      ])
    #expect(
      findings(inTask: "rule R when on then missing = true") == [
        "syntax 1:16", "unknown-name 1:21",
      ])
  }

  @Test("a wait's causes and condition are read each for itself")
  func wait() {
    #expect(
      findings(inTask: "wait W for 1 when missing warn after x") == [
        "syntax 1:12", "unknown-name 1:19", "syntax 1:38",
      ])
    #expect(findings(inTask: "wait W when on for tick\ngoal on") == ["syntax 1:8"])
  }

  @Test("an event's condition and effects are read each for itself")
  func event() {
    #expect(
      findings(inTask: "event e when ( then colour = pink") == ["syntax 1:16", "unknown-name 1:30"])
  }

  @Test("a name that was read is known, whatever follows it is broken")
  func names() {
    let text = """
      rule R when ) do a()
      rule S over R do b()
      define v = ==
      fact x : 1
      fact y : Colour initially 1 2
      related z =
      event w then 1
      goal v, x, y == red, z.a, missing
      wait U for w, x.a
      """
    #expect(
      findings(inTask: text) == [
        "syntax 1:13", "syntax 3:12", "syntax 4:10", "type 5:27", "syntax 5:29", "syntax 6:11",
        "syntax 7:14", "unknown-name 8:27", "type 9:15",
      ])
  }

  @Test("an enum with a broken value keeps the others, and misses none")
  func enums() {
    #expect(
      findings("enum E { a, 1 }\ntask T { fact x : E goal x == a, x == b }") == [
        "syntax 1:13"
      ])
  }

  @Test("one alternative that is broken leaves the next")
  func alternatives() {
    #expect(
      findings(inTask: "event e then on = or missing = true\ngoal on") == [
        "syntax 1:19", "unknown-name 1:22",
      ])
  }

  @Test("a missing brace before an item is one error, and the item is read")
  func missingBrace() {
    #expect(
      findings("task T\n  fact a Bool\n  goal missing\n}") == [
        "syntax 2:3", "syntax 2:10", "unknown-name 3:8",
      ])
    #expect(
      findings(inTask: "when on\n  rule R do a()\n}\ngoal missing") == [
        "syntax 2:3", "unknown-name 4:6",
      ])
  }

  @Test("a name with letters that are not ASCII is reported once, whole")
  func letters() {
    #expect(findings(inTask: "fact größe : Bool goal größe, größe") == ["syntax 1:6"])
    #expect(findings("task T { goal “a” }") == ["syntax 1:15"])
  }
}
