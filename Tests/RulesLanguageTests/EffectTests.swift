import Testing

@testable import RulesLanguage

@Suite("Effects")
struct EffectTests {
  @Test("only facts change, and each once in an alternative")
  func badEffects() {
    #expect(findings(inTask: "event x then both = true") == ["bad-effect 1:14"])
    #expect(findings(inTask: "event x then other = true") == ["bad-effect 1:14"])
    #expect(findings(inTask: "event x then tick = true") == ["bad-effect 1:14"])
    #expect(findings(inTask: "event x then on = true, on = false") == ["bad-effect 1:25"])
    #expect(findings(inTask: "event x then on = true or on = false").isEmpty)
    #expect(findings(inTask: "event x then on.off = true") == ["bad-effect 1:14"])
  }

  @Test("values fit the fact")
  func values() {
    #expect(findings(inTask: "event x then colour = 1") == ["type 1:23"])
    #expect(findings(inTask: "event x then colour = on") == ["type 1:23"])
    #expect(findings(inTask: "event x then colour = any in (red, blue)") == ["type 1:31"])
    #expect(findings(inTask: "event x then colour = any {red, blue}, on = any, forget off").isEmpty)
    #expect(findings(inEach: "event x then low = hot") == ["type 1:20"])
    #expect(
      findings(inEach: "event x then low = any in [min, high), high = any in (low, max]").isEmpty)
  }

  @Test("a task-level fact of a related task can be changed, of any type")
  func relatedFacts() throws {
    let text = """
      enum E { a, b }
      task T {
        related r : T?
        fact x : Bool fact y : E fact n : Int fact l <= h : Int define d = x
        event e then r.x = true, r.y = a, r.n = 1, r.l = h, forget r.h, x = false
      }
      """
    let effects = try #require(compileText(text).program?.tasks[0].body.events[0].effects)
    func change(_ fact: String, _ value: Change.Value) -> Change {
      Change(.related("r", fact: fact), to: value)
    }
    #expect(
      effects == [
        .changes([
          change("x", .exactly("true")), change("y", .exactly("a")), change("n", .exactly("1")),
          change("l", .exactly("h")), change("h", .any),
          Change(.fact(FactReference(.task, "x")), to: .exactly("false")),
        ])
      ])
  }

  @Test("of a related task only facts can be changed, once, and to values that fit")
  func badRelatedEffects() {
    #expect(findings(inTask: "event x then other.both = true") == ["bad-effect 1:20"])
    #expect(findings(inTask: "event x then other.tick = true") == ["bad-effect 1:20"])
    #expect(findings(inTask: "event x then other.cold = true") == ["unknown-name 1:20"])
    #expect(findings(inTask: "event x then other.colour = on") == ["type 1:29"])
    #expect(findings(inTask: "event x then other.on.off = on") == ["bad-effect 1:14"])
    #expect(
      findings(inTask: "event x then other.on = true, other.on = true") == ["bad-effect 1:31"])
    #expect(findings(inEach: "event x then other.on = true").isEmpty)
  }

  @Test("at task level the name of an each's fact means that of all its instances")
  func eachFacts() throws {
    let text =
      "task T { each e : E in es { fact hot : Bool } event x then hot = true, e.hot = false }"
    #expect(findings(text) == ["bad-effect 1:72"])
    let program = compileText(
      "task T { each e : E in es { fact hot : Bool } event x then e.hot = any }"
    ).program
    let effects = try #require(program?.tasks[0].body.events[0].effects)
    #expect(effects == [.changes([Change(.every(each: "e", fact: "hot"), to: .any)])])
  }

  @Test("a name that two eaches have must say which")
  func ambiguous() {
    #expect(findings(inTask: "event x then same = true") == ["bad-effect 1:14"])
    #expect(findings(inTask: "event x then c.same = true, d.same = false").isEmpty)
  }

  @Test("an element knows no other elements")
  func elements() {
    #expect(findings(inEach: "event x then d.cold = true") == ["bad-effect 1:14"])
  }

  @Test("an action with no `then` stays, and `stay after` is in milliseconds")
  func stay() throws {
    let text = "task T { rule A do a() then stay after 2 s or stay rule B do b()\n }"
    let clauses = try #require(compileText(text).program?.tasks[0].body.clauses)
    let effects = clauses.map { clause -> [Effect] in
      if case .rule(_, let effects) = clause.kind { effects } else { [] }
    }
    #expect(effects == [[.stay(afterMilliseconds: 2000), .stay(afterMilliseconds: nil)], []])
  }
}
