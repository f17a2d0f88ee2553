import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("The JSON report of check")
struct CheckReportTests {
  private func report(_ program: Program, _ analysis: Analysis) -> JSONValue {
    checkReport(program, analysis, diagnostics: analysis.diagnostics, files: program.files)
  }

  private func report(_ text: String) throws -> JSONValue {
    let (program, analysis) = try analysed(text)
    return report(program, analysis)
  }

  private func elements(_ value: JSONValue?) -> [JSONValue] {
    if case .array(let elements)? = value { elements } else { [] }
  }

  @Test("is as its schema says: the flagship, a gap, an overlap, quantifiers, random rules")
  func schema() throws {
    let validator = try SchemaValidator.check()
    let flagship = try FlagshipProgram.load()
    #expect(validator.problems(report(flagship, analyse(flagship))) == [])
    var texts = [
      "task T { fact a, b : Bool goal a rule R when a do x()\n} pool P { task T explore T }",
      "task T { each e : E in es { fact a : Bool } rule R when all e: a do x()\n goal some e: not a }",
      "task T { fact n : Int initially 3 rule R when n < 4 do x()\n wait W for f fact f : Bool }",
      "enum E { a } task T { fact e : E always e != a goal e == a }",
      "task T {}",
    ]
    texts += (0..<20).map { RandomRules.text(seed: $0) }
    for text in texts { #expect(validator.problems(try report(text)) == [], "\(text)") }
  }

  @Test("has the numbers of Figure 2")
  func figureTwo() throws {
    let program = try FlagshipProgram.load()
    let report = report(program, analyse(program))
    let scope = try #require(elements(elements(report["tasks"])[0]["scopes"]).first)
    #expect(scope["name"] == "Segment.replica")
    #expect(
      scope["counts"]?.compactText
        == #"{"abstract":1728,"consistent":124,"rule":74,"wait":42,"goal":8,"unhandled":0,"#
        + #""overlap":0,"impossible":1604}"#)
    #expect(
      scope["exploration"]?.compactText
        == #"{"initial":4,"states":124,"transitions":674,"depth":9,"rule":74,"wait":42,"goal":8,"#
        + #""unhandled":0,"overlap":0}"#)
    #expect(
      elements(scope["facts"]).compactMap { $0["name"] } == [
        "finalized", "server", "header", "footer", "rpc", "committed <= sent <= appended",
        "following.opened", "prior.closed",
      ])
    let handles = elements(scope["clauses"]).map { clause in
      "\(clause["name"]?.compactText ?? "") \(clause["handles"]?.compactText ?? "")"
    }
    #expect(
      handles == [
        "\"R1\" 16", "\"R2\" 16", "\"R4\" 4", "\"W2\" 4", "\"R6\" 2", "\"W3\" 2", "\"R3\" 16",
        "\"R5\" 16", "\"R7\" 4", "\"W1\" 36", "\"goal\" 8",
      ])
    #expect(elements(scope["clauses"]).filter { $0["wakes"] != nil }.count == 3)
  }

  @Test("says which rules and events wake a wait")
  func wakes() throws {
    let program = try FlagshipProgram.load()
    let report = report(program, analyse(program))
    let scope = try #require(elements(elements(report["tasks"])[0]["scopes"]).first)
    let wakes = elements(scope["clauses"]).compactMap { clause in
      clause["wakes"].map { "\(clause["name"]?.compactText ?? "") \($0.compactText)" }
    }
    #expect(
      wakes == [
        #""W2" ["Segment.R6","Segment.R7","ServerFailure.F1"]"#,
        #""W3" ["Segment.R2","Segment.R3","ServerFailure.F1"]"#,
        #""W1" ["Segment.reply"]"#,
      ])
  }

  @Test("every state of a cube is unhandled, and the sizes and the remainder add up")
  func gaps() throws {
    for seed in 0..<30 as Range<UInt64> {
      let (program, analysis) = try analysed(RandomRules.text(seed: seed))
      let scopes = elements(report(program, analysis)["tasks"]).flatMap {
        elements($0["scopes"])
      }
      for (scope, report) in zip(analysis.scopes, scopes) {
        let sizes = elements(report["gaps"]?["cubes"]).compactMap { $0["size"]?.compactText }
        let remainder = report["gaps"]?["remainder"]?.compactText ?? ""
        let sum = (sizes + [remainder]).compactMap { UInt128($0) }.reduce(0, +)
        #expect(sum == scope.counts.unhandled, "seed \(seed)")
        for cube in elements(report["gaps"]?["cubes"]) {
          forEachState(of: scope.partition) { state in
            let isInside = zip(scope.partition.space.variables, state).allSatisfy {
              variable, value in
              let permitted = cube["when"]?[variable.name].map(elements)
              return permitted.map { $0.contains(.string(variable.values[value])) } ?? true
            }
            guard isInside else { return }
            switch scope.partition.stateClass(at: state) {
            case .unhandled, .broken, .inconsistent: break
            default: Issue.record("seed \(seed): a handled state in a cube")
            }
          }
        }
      }
    }
  }

  @Test("overlaps name a pair, its size and a witness with every fact")
  func overlaps() throws {
    let report = try report(
      """
      task T { fact a, b : Bool
        rule S when a do x()
        rule R when b do x()
        goal not b }
      """)
    let scope = elements(elements(report["tasks"])[0]["scopes"])[0]
    #expect(
      elements(scope["overlaps"]).map { $0["pair"]?.compactText } == [
        #"["S","R"]"#, #"["S","goal"]"#,
      ])
    for overlap in elements(scope["overlaps"]) {
      #expect(overlap["size"] == 1)
      guard case .object(let witness)? = overlap["witness"] else {
        Issue.record("no witness")
        continue
      }
      #expect(witness.map(\.name) == ["a", "b"])
    }
  }

  @Test("with errors in the text there are only diagnostics, sorted by place")
  func textErrors() {
    let files = [
      SourceFile(path: "b.rules", text: "task T { goal missing goal gone }"),
      SourceFile(path: "a.rules", text: "task U {\n goal nothing }"),
    ]
    let compiled = compile(files) { _ in nil }
    let report = checkReport(
      nil, nil, diagnostics: compiled.result.diagnostics, files: compiled.files)
    #expect(report["tasks"] == .array([]))
    #expect(report["pools"] == .array([]))
    #expect(
      elements(report["diagnostics"]).map {
        "\($0["file"]?.compactText ?? "") \($0["line"]?.compactText ?? "") "
          + "\($0["column"]?.compactText ?? "") \($0["code"]?.compactText ?? "")"
      } == [
        #""a.rules" 2 7 "unknown-name""#, #""b.rules" 1 15 "unknown-name""#,
        #""b.rules" 1 28 "unknown-name""#,
      ])
  }
}
