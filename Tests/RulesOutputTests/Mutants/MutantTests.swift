import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Mutants")
struct MutantTests {
  private let lamp = """
    enum Light { off, on }
    task Lamp {
      fact light  : Light
      fact wanted : Bool
      fact broken : Bool
      define dark = light == off, not broken
      rule On  "it is dark"   when dark, wanted           do switchOn()  then light = on
      rule Off "nobody wants" when light == on, not wanted do switchOff() then light = off
      goal "as wanted" wanted, (light == on or broken)
      goal "off"       not wanted, light == off
    }
    """

  private func text(hasMutants: Bool) throws -> String {
    let (program, analysis) = try analysed(lamp)
    let options = GenerationOptions(
      root: "/project", workingDirectory: "/project", hasMutants: hasMutants)
    return try #require(generateSwift(program, analysis, options: options).first).text
  }

  @Test("Each part of a condition and each assignment is a mutant, defines once")
  func list() throws {
    let (program, analysis) = try analysed(lamp)
    let mutants = ruleMutants(program, analysis)
    #expect(mutants.map(\.number) == Array(1...mutants.count))
    let texts = mutants.map(\.text)
    #expect(texts.contains("Lamp On without dark"))
    #expect(texts.filter { $0 == "Lamp dark without light == off" }.count == 1)
    #expect(texts.contains("Lamp dark without not broken"))
    #expect(texts.contains("Lamp goal without (light == on or broken)"))
    #expect(texts.contains("Lamp Off, whose change of light is not seen"))
    #expect(mutants.first { $0.text == "Lamp On without wanted" }?.position.line == 7)
  }

  @Test("Code has mutants only where they are asked for, and then the number of each")
  func generated() throws {
    #expect(try !text(hasMutants: false).contains("utant"))
    let text = try text(hasMutants: true)
    let (program, analysis) = try analysed(lamp)
    for mutant in ruleMutants(program, analysis) {
      #expect(text.contains("mutants.has(\(mutant.number))"), "\(mutant.text)")
      let kind = mutant.sameness == nil ? mutant.kind.rawValue : "same"
      #expect(text.contains("\(mutant.number) \(kind) \(mutant.position.line) "))
    }
  }

  @Test("The rules without a selected mutant are those that are always generated")
  func unselected() throws {
    let plain = try text(hasMutants: false).split(separator: "\n")
    let mutated = Set(try text(hasMutants: true).split(separator: "\n"))
    let missing = plain.filter { !mutated.contains($0) }
    #expect(missing == ["    ])"], "the end of the table")
  }

  @Test("What decides alike in every state is proved to, and nothing else")
  func same() throws {
    let (program, analysis) = try analysed(
      """
      task Latch {
        fact on     : Bool  initially false
        fact jammed : Bool  initially false
        rule On "off" when not on, not jammed do turnOn() then on = true
        goal "on"     on, not jammed
        goal "jammed" jammed
      }
      """)
    let proofs = Dictionary(
      uniqueKeysWithValues: ruleMutants(program, analysis).map { ($0.text, $0.sameness) })
    // Nothing jams it.
    #expect(proofs["Latch On without not jammed"] == .reachable)
    #expect(proofs["Latch goal without on"] == .consistent, "the rule is asked first")
    #expect(proofs["Latch goal2 without jammed"] == .consistent, "nothing else is left")
    #expect(proofs["Latch On without not on"] == .some(nil))
    #expect(proofs["Latch goal without not jammed"] == .reachable)
  }

  @Test("A define that others ask is proved by its value, one of elements by that in each of them")
  func sameDefines() throws {
    let (program, analysis) = try analysed(
      """
      enum Stage { due, flying, done }
      task Chain {
        fact ready : Bool  initially false
        related prior : Chain?  absent finished
        related next  : Chain?  absent finished
        define finished = all link: (stage == done, sure)
        wait W "prior" for prior.finished when not prior.finished
        goal "begun" prior.finished
        each link : Link in links {
          fact stage : Stage  initially due
          fact sure  : Bool   initially false
          always stage == done => sure
          rule Send "due" when stage == due do send(link) then stage = flying
          wait Reply "reply" for reply when stage == flying
          goal "done" stage == done
          event reply fair when stage == flying then stage = done, sure = true
          event assured when not sure then sure = true
        }
      }
      pool Chains { task Chain where prior links next }
      """)
    let proofs = Dictionary(
      uniqueKeysWithValues: ruleMutants(program, analysis).map { ($0.text, $0.sameness) })
    #expect(proofs["Chain finished without sure"] == .consistent)
    #expect(proofs["Chain finished without stage == done"] == .some(nil))
  }

  @Test(
    "An assignment that no rule asks for, and a wake-up of nobody who could fire, change nothing")
  func unseenAndAsleep() throws {
    let (program, analysis) = try analysed(
      """
      task Step {
        fact begun : Bool  initially false
        fact ended : Bool  initially false
        fact noted : Bool  initially false
        related prior : Step?  absent ended
        related next  : Step?  absent ended
        rule Begin "not begun" when not begun, prior.ended do begin() then begun = true
        rule End   "not ended" when begun, not ended       do end()   then ended = true, noted = true
        wait Prior "prior" for prior.ended when not begun, not prior.ended
        goal "ended" ended
      }
      pool Steps { task Step where prior links next }
      """)
    let proofs = Dictionary(
      uniqueKeysWithValues: ruleMutants(program, analysis).map { ($0.text, $0.sameness) })
    #expect(proofs["Step End, whose change of noted is not seen"] == .reachable)
    #expect(proofs["Step End, whose change of ended is not seen"] == .some(nil))
    #expect(proofs["Step Begin, whose change of begun is not seen"] == .some(nil))
    #expect(proofs["Step End does not wake next"] == .some(nil))
  }

  @Test("Who makes false what others wait for need not wake them")
  func fall() throws {
    let (program, analysis) = try analysed(
      """
      task Step {
        fact open  : Bool  initially false
        fact asked : Bool  initially false
        related prior : Step?  absent open
        related next  : Step?  absent open
        rule Open  "shut"     when not asked, not open, prior.open do open()  then open = true
        rule Close "asked to" when asked, open                     do close() then open = false
        wait Prior "prior" for prior.open when not asked, not open, not prior.open
        goal "open" open, not asked
        goal "shut" asked, not open
        event ask fair when not asked then asked = true
      }
      pool Steps { task Step where prior links next }
      """)
    let proofs = Dictionary(
      uniqueKeysWithValues: ruleMutants(program, analysis).map { ($0.text, $0.sameness) })
    #expect(proofs["Step Close does not wake next"] == .reachable)
    #expect(proofs["Step Open does not wake next"] == .some(nil))
  }
}
