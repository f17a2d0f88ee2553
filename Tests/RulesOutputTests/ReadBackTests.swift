import RulesAnalysis
import RulesLanguage
import Testing

@testable import RulesOutput

@Suite("Generated decisions are read back")
struct ReadBackTests {
  @Test("the flagship's, which do what their rules say")
  func flagship() throws {
    let program = try FlagshipProgram.load()
    let analysis = analyse(program)
    let files = generateSwift(program, analysis, options: FlagshipProgram.options)
    #expect(checkGenerated(files, program, analysis).isEmpty)
  }

  @Test("random ones of every shape", arguments: 0..<4)
  func random(batch: UInt64) throws {
    for seed in (batch * 25)..<(batch * 25 + 25) {
      #expect(try faults(RandomRules.text(seed: seed)).isEmpty, "seed \(seed)")
    }
    for (facts, rules) in [(12, 12), (14, 20), (20, 24), (30, 60)] {
      let text = RandomRules.priorities(facts: facts, rules: rules, seed: batch)
      #expect(try faults(text).isEmpty, "\(facts) facts, \(rules) rules, seed \(batch)")
    }
  }

  @Test(
    "and a change of a condition, a branch, a leaf or a guard is found",
    arguments: [
      ("if now.header == .sent {", "if now.header == .committed {"),
      ("} else if now.rpc == .ok {", "} else if now.rpc == .idle {"),
      ("ReplicaLeaf.R4, word", "ReplicaLeaf.R6, word"),
      ("turn.wait(ReplicaLeaf.W2", "turn.fire(ReplicaLeaf.W2"),
      ("now.rpc == .idle && (now.header", "now.rpc == .ok && (now.header"),
      ("now.committed < now.sent {", "now.sent < now.committed {"),
      ("if now.priorClosed {", "if !now.priorClosed {"),
      ("!oneOf(now.header == .sent,", "!oneOf(now.header == .sent, now.header == .sent,"),
      ("turn.unexpected(ReplicaLeaf.broken2", "turn.reachGoal(ReplicaLeaf.broken2"),
      ("    let now = readReplica(replica)\n", "    if now.finalized { now.sent += 1 }\n"),
    ])
  func damaged(original: String, replacement: String) throws {
    let program = try FlagshipProgram.load()
    let analysis = analyse(program)
    var files = generateSwift(program, analysis, options: FlagshipProgram.options)
    let index = try #require(files.firstIndex { $0.name == "Segment.rules.swift" })
    #expect(files[index].text.contains(original))
    files[index].text = files[index].text.replacing(original, with: replacement, maxReplacements: 1)
    let faults = checkGenerated(files, program, analysis)
    #expect(faults.map(\.code) == ["internal"])
    #expect(faults.first?.message.contains("Segment.replica") == true)
  }

  @Test("a lazy fact that is asked for before it is read is found")
  func unread() throws {
    let text =
      "task T { fact a : Bool lazy fact b : Bool rule R when a, b do x() goal not a or not b }"
    let (program, analysis, files) = try generated(text)
    #expect(checkGenerated(files, program, analysis).isEmpty)
    var damaged = files
    damaged[0].text = damaged[0].text.replacing("now.b = self.b\n", with: "\n")
    #expect(checkGenerated(damaged, program, analysis).first?.message.contains("b, before") == true)
  }

  @Test("a clause missing from a chain, or before one that is over it, is found")
  func chain() throws {
    let text = RandomRules.priorities(facts: 30, rules: 90, seed: 3)
    let (program, analysis, files) = try generated(text)
    try #require(files[0].text.contains(DecisionEmission.chainComment))
    #expect(checkGenerated(files, program, analysis).isEmpty)
    for (original, replacement) in [
      ("TaskLeaf.R89,", "TaskLeaf.R88,"), ("    if now.", "    if !now."),
    ] {
      var damaged = files
      let start = try #require(files[0].text.range(of: DecisionEmission.chainComment)).upperBound
      damaged[0].text =
        String(files[0].text[..<start])
        + files[0].text[start...].replacing(original, with: replacement, maxReplacements: 1)
      #expect(checkGenerated(damaged, program, analysis).count == 1)
    }
  }

  private func generated(
    _ text: String
  ) throws -> (Program, Analysis, [GeneratedFile]) {
    let program = try FlagshipProgram.compile([SourceFile(path: "T.rules", text: text)])
    let analysis = analyse(program)
    return (program, analysis, generateSwift(program, analysis, options: FlagshipProgram.options))
  }

  private func faults(_ text: String) throws -> [Diagnostic] {
    let (program, analysis, files) = try generated(text)
    return checkGenerated(files, program, analysis)
  }
}
