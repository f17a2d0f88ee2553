import LogSimulation
import PlantedBugs
import Testing

@testable import replog

/// Which mutants are hunted, and what is said of them. Planted bugs stand in for mutants, which few builds have.
@Suite struct MutantHuntsTests {
  private let mutants: [Mutation] = [.bug(.b2), .bug(.b3), .bug(.b6)]

  /// Hunts all.
  /// - Parameter found: what hunts tell of those that they find.
  private func hunt(
    saying survivors: [Mutation], doubting doubted: [Mutation], finding found: [Mutation: HuntLine]
  ) throws -> (exit: ExitCode, hunted: [Mutation: UInt64], kills: KnownKills, lines: [String]) {
    var hunted: [Mutation: UInt64] = [:]
    var hunts = MutantHunts { (mutant, first) throws(CommandFailure) in
      hunted[mutant] = first
      return { found[mutant] ?? Self.line("") }
    }
    hunts.survivors = try KnownSurvivorsTests.known(
      survivors.map { "\($0.summary)  // for a reason\n" }.joined())
    hunts.doubted = Set(doubted.map(\.summary))
    hunts.doubtedFirst = 40
    var lines: [String] = []
    let exit = try hunts.hunt(mutants) { lines.append($0) }
    return (exit, hunted, hunts.kills, lines)
  }

  private static func line(_ text: String) -> HuntLine {
    HuntLine("9\t1\t0.1\t0\t\(text.isEmpty ? "" : "S3")\t\(text)") ?? HuntLine(endedWith: "no line")
  }

  @Test("One that is said to survive is not hunted, others have to be found")
  func survivors() throws {
    let result = try hunt(
      saying: [mutants[0]], doubting: [],
      finding: [mutants[1]: Self.line("seed 3: lost"), mutants[2]: Self.line("lost")])
    #expect(result.exit == .success)
    #expect(result.hunted == [mutants[1]: 1, mutants[2]: 1])
    #expect(result.kills.seeds == [mutants[1].summary: 3, mutants[2].summary: 1])
    let missed = try hunt(
      saying: [mutants[0]], doubting: [], finding: [mutants[1]: Self.line("seed 3: lost")])
    #expect(missed.exit == .failure)
    #expect(missed.lines.first?.hasPrefix("SURVIVES 9 seeds: ") == true)
  }

  @Test("One that is said to survive and is found is told with its line, which is to be removed")
  func refuted() throws {
    let found = [mutants[0]: Self.line("seed 41: lost"), mutants[2]: Self.line("seed 2: lost")]
    let result = try hunt(
      saying: [mutants[1], mutants[0]], doubting: [mutants[0], mutants[1]], finding: found)
    #expect(result.exit == .success)
    #expect(result.hunted == [mutants[0]: 40, mutants[1]: 40, mutants[2]: 1])
    #expect(result.kills.seeds[mutants[0].summary] == 41)
    let line = try #require(result.lines.first)
    #expect(line.hasPrefix("FOUND, and ") && line.contains("/list:2 says that it survives"))
    #expect(line.contains("seed 41: lost") && line.hasSuffix("that line is to be removed"))
    #expect(result.lines.last?.contains("2 found (66.7 %), 1 known to survive, 0 not") == true)
  }

  @Test("A hunt that brings its process down refutes, too; one that takes too long does not")
  func processes() throws {
    for (end, refutes) in [("signal 4", true), ("signal 9", false), ("no end", false)] {
      let result = try hunt(
        saying: mutants, doubting: [mutants[0]], finding: [mutants[0]: HuntLine(endedWith: end)])
      #expect(result.kills.seeds.isEmpty != refutes, "\(end)")
      #expect(result.lines[0].hasPrefix("FOUND, and ") == refutes, "\(end)")
    }
  }
}
