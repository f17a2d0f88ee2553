import RulesLanguage
import Testing

@Suite("Types that do not fit")
struct TypeTests {
  @Test("a condition is a Bool")
  func conditions() {
    #expect(findings(inTask: "goal colour") == ["type 1:6"])
    #expect(findings(inTask: "goal other") == ["type 1:6"])
    #expect(findings(inTask: "goal tick") == ["type 1:6"])
    #expect(findings(inTask: "goal d") == ["type 1:6"])
    #expect(findings(inEach: "goal low") == ["type 1:6"])
    #expect(
      findings(inTask: "goal on, both, other.on, other.both, on == true, on in {false}").isEmpty)
  }

  @Test("a compared value is of the left side's type, and a wrong one is at fault")
  func values() {
    #expect(findings(inTask: "goal colour == 1") == ["type 1:16"])
    #expect(findings(inTask: "goal colour == true") == ["type 1:16"])
    #expect(findings(inTask: "goal colour == on") == ["type 1:16"])
    #expect(findings(inTask: "goal colour in {red, on}") == ["type 1:22"])
    #expect(findings(inTask: "goal on == off") == ["type 1:12"])
    #expect(findings(inTask: "goal colour < red") == ["type 1:6"])
    #expect(findings(inTask: "goal colour != red, colour in {red, blue}").isEmpty)
  }

  @Test("a member of a chain is compared with a member of the same chain")
  func chains() {
    #expect(findings(inEach: "goal low < 1") == ["type 1:12"])
    #expect(findings(inEach: "goal low == hot") == ["type 1:13"])
    #expect(findings(inEach: "fact x <= y : Int goal low < x") == ["type 1:30"])
    #expect(findings(inEach: "goal low == high, high >= low, low != high").isEmpty)
  }

  @Test("only a related task has members")
  func paths() {
    #expect(findings(inTask: "goal on.off") == ["type 1:6"])
    #expect(findings(inTask: "goal other.on.off") == ["type 1:6"])
    #expect(findings(inTask: "goal other.tick") == ["type 1:12"])
    #expect(findings(inTask: "goal other.colour == red") == ["type 1:12"])
  }

  @Test("declarations name types, tasks and eaches of the right kind")
  func declarations() {
    #expect(findings(inTask: "fact x : T") == ["type 1:10"])
    #expect(findings(inTask: "related r : Colour") == ["type 1:13"])
    #expect(findings(inTask: "related r : T? absent colour") == ["type 1:23"])
    #expect(findings(inTask: "related r : T absent on") == ["type 1:22"])
    #expect(findings(inTask: "each x : T.d in y {}") == ["type 1:10"])
    #expect(findings(inTask: "each x : Colour.d in y {}") == ["type 1:10"])
    #expect(findings("enum E { a } pool P { task E }") == ["type 1:28"])
    #expect(
      findings("task T { related a : T fact x : Bool } pool P { task T where a links x }") == [
        "type 1:70"
      ])
  }

  @Test("an each over an each that itself ranges over an each is refused")
  func foreignOfForeign() {
    let text = """
      task A { each a : X in x {} }
      task B { each b : A.a in x {} }
      task C { each c : B.b in x {} }
      """
    #expect(findings(text) == ["type 3:21"])
  }

  @Test("initial values fit in number and type")
  func initialValues() {
    #expect(findings(inTask: "fact x : Bool initially 1") == ["type 1:25"])
    #expect(findings(inTask: "fact x, y : Bool initially true, false").isEmpty)
    #expect(findings(inTask: "fact x, y, z : Bool initially true, false") == ["type 1:31"])
    #expect(findings(inTask: "fact x < y : Int initially 0") == ["type 1:28"])
    #expect(findings(inTask: "fact x <= y : Int initially true") == ["type 1:29"])
  }

  @Test("a quantifier's condition mentions facts only")
  func quantifiers() {
    #expect(findings(inTask: "goal all d: cold, on, both").isEmpty)
    #expect(findings(inTask: "goal all d: other.on") == ["type 1:13"])
    #expect(findings(inTask: "goal all d: (some d: cold)") == ["type 1:19"])
    #expect(findings(inTask: "define deep = other.on goal all d: deep") == ["type 1:36"])
    #expect(findings(inTask: "goal all on: off") == ["type 1:10"])
  }

  @Test("an enum fact of a related task is compared if that is never absent")
  func relatedEnums() throws {
    let text = "enum E { a, b, c } task T { fact x : E related r : T goal r.x != b, r.x in { a } }"
    let clauses = try #require(compileText(text).program?.tasks[0].body.clauses)
    #expect(
      clauses[0].condition
        == .and([.relatedIn("r", "x", values: ["a", "c"]), .relatedIn("r", "x", values: ["a"])]))
    #expect(findings(inTask: "related sure : T goal sure.colour == pink") == ["unknown-name 1:38"])
    #expect(findings(inTask: "related sure : T goal sure.colour") == ["type 1:28"])
    #expect(findings(inTask: "related sure : T always sure.colour == red") == ["bad-always 1:25"])
  }

  @Test("what another task's define says of its relateds and eaches cannot be seen")
  func foreignDefines() {
    #expect(findings(inForeignEach: "goal impure") == ["type 1:6"])
    #expect(findings(inForeignEach: "define x = impure") == ["type 1:12"])
    #expect(findings(inForeignEach: "wait W for impure") == ["type 1:12"])
    #expect(findings(inForeignEach: "goal pure, far").isEmpty)
  }

  @Test("a define does not depend on itself")
  func cycles() {
    #expect(findings(inTask: "define a = not b\ndefine b = a or on\ngoal a") == ["type 1:8"])
    #expect(findings(inTask: "define a = other.a").isEmpty)
  }

  @Test("a wait is for an event or a Bool")
  func causes() {
    #expect(findings(inTask: "wait W for colour") == ["type 1:12"])
    #expect(findings(inTask: "wait W for other") == ["type 1:12"])
    #expect(findings(inTask: "wait W for other.colour") == ["type 1:18"])
    #expect(findings(inTask: "wait W for tick, on, both, other.on, other.both").isEmpty)
    #expect(findings(inForeignEach: "wait W for far, near, pure").isEmpty)
  }
}
