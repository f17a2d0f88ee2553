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
      #expect(text.contains("\(mutant.number) \(mutant.kind) \(mutant.position.line) "))
    }
  }

  @Test("The rules without a selected mutant are those that are always generated")
  func unselected() throws {
    let plain = try text(hasMutants: false).split(separator: "\n")
    let mutated = Set(try text(hasMutants: true).split(separator: "\n"))
    let missing = plain.filter { !mutated.contains($0) }
    #expect(missing == ["    ])"], "the end of the table")
  }
}
