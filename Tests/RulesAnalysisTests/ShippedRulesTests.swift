import Foundation
import RulesAnalysis
import RulesLanguage
import Testing

/// The pool of the replicated log with everything it imports, as it is or changed.
enum ShippedRules {
  static func analysis(
    _ changes: [(String, String)] = [], explore: String? = nil
  ) throws -> Analysis {
    analyse(try program(changes, explore: explore))
  }

  static func program(
    _ changes: [(String, String)] = [], explore: String? = nil
  ) throws -> Program {
    var files: [SourceFile] = []
    for name in ["LogReplication.rules", "Segment.rules", "ServerFailure.rules"] {
      files.append(SourceFile(path: name, text: try Flagship.text(name)))
    }
    for (old, new) in changes {
      let file = files.firstIndex { $0.text.contains(old) }
      let index = try #require(file, "the rules have changed: no '\(old)'")
      files[index].text = files[index].text.replacing(old, with: new)
    }
    if let explore {
      let lines = files[0].text.split(separator: "\n").filter { !$0.contains("  explore ") }
      files[0].text = lines.joined(separator: "\n")
        .replacing("  policy gap", with: "  explore \(explore)\n  policy gap")
    }
    return try Flagship.program(files)
  }
}

@Suite("The shipped rules explore themselves")
struct ShippedRulesTests {
  @Test("nothing is wrong with them, and linked segments reach their goals from everywhere")
  func clean() throws {
    let analysis = try ShippedRules.analysis()
    #expect(analysis.diagnostics.isEmpty)
    let found = try #require(analysis.explorations.first?.result)
    #expect(found.states > 5000)
    #expect(found.stuck == 0 && found.stalls == 0 && found.unhandled == 0 && found.overlap == 0)
    for scope in analysis.scopes {
      let liveness = try #require(scope.exploration?.liveness)
      #expect(liveness.stuck == 0 && liveness.stalls == 0)
      #expect(scope.exploration?.busy == [])
    }
  }

  @Test("all 124 states are reached, in 9 steps and over 674 transitions")
  func reachable() throws {
    let scope = try #require(try ShippedRules.analysis().scopes.first)
    #expect(scope.exploration?.states == 124)
    #expect(scope.exploration?.depth == 9)
    #expect(scope.exploration?.transitions == 674)
  }

  @Test("two linked segments of three replicas: 3,631,522 states, none of them stuck")
  func threeReplicas() throws {
    let explore = "Segment * 2 (replica * 3)  budget 4_000_000"
    let analysis = try ShippedRules.analysis(explore: explore)
    let found = try #require(analysis.explorations.first)
    #expect(found.result?.states == 3_631_522)
    #expect(found.result?.stuck == 0 && found.result?.stalls == 0)
    #expect(found.kept == 207_282)
  }

  @Test("keeping one of the states in which replicas change places gives the numbers of all")
  func symmetry() throws {
    let program = try ShippedRules.program(explore: "Segment * 2 (replica * 2)")
    let some = try #require(explorePools(program).explorations.first)
    let all = try #require(explorePools(program, keepsAll: true).explorations.first)
    #expect(some.result == all.result)
    #expect(some.result?.states == 60274 && all.kept == 60274 && some.kept < 20000)
  }

  /// What the printed figure says of appending and finalizing.
  private static let printed = [
    ("when not finalized, prior.finalized  then appended", "when not finalized  then appended"),
    ("event finalize fair when", "event finalize when"),
  ]

  @Test("as the paper prints them, a successor can wait for a predecessor nobody finalizes")
  func printedStall() throws {
    let analysis = try ShippedRules.analysis(Self.printed)
    let stall = try #require(analysis.diagnostics.first { $0.code == "stall" })
    #expect(stall.severity == .error)
    let critical = try #require(stall.notes.first { $0.text.contains("out of reach") })
    #expect(critical.text.contains("append of Segment 2"))
    #expect(stall.notes.contains { $0.text.contains("Segment 2 replica 1 waits for prior.closed") })
  }

  @Test("a head reaches its goal though nobody finalizes it")
  func head() throws {
    let analysis = try ShippedRules.analysis([Self.printed[1]], explore: "Segment (replica * 2)")
    let found = try #require(analysis.explorations.first?.result)
    #expect(found.stuck == 0 && found.stalls == 0)
  }
}

@Suite("The teaching example: Figure 2 as it is printed")
struct PrintedFigureTests {
  private func example() throws -> Analysis {
    let text = try Flagship.text("../../../rules/Examples/Figure2.rules")
    return analyse(try Flagship.program([SourceFile(path: "Figure2.rules", text: text)]))
  }

  @Test("141 of 576 states match no rule, and 211 match several")
  func counts() throws {
    let counts = try #require(try example().scopes.first).counts
    #expect(counts.abstract == 576 && counts.consistent == 576)
    #expect(counts.unhandled == 141)
    #expect(counts.overlap == 211)
  }

  @Test("12 of 21 pairs of rules overlap, and nothing but gaps and overlaps is reported")
  func findings() throws {
    let codes = try example().diagnostics.map(\.code)
    #expect(codes.count { $0 == "overlap" } == 12)
    #expect(codes.count { $0 == "gap" } == 1)
    #expect(codes.count == 13)
  }

  @Test("the first gap is an RPC that is under way, which takes two steps")
  func trace() throws {
    let gap = try #require(try example().diagnostics.first { $0.code == "gap" })
    #expect(gap.notes.contains { $0.text.hasSuffix(" reachable, the first in 2 steps: R1, R2") })
  }
}
