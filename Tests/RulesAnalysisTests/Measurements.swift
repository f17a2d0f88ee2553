import Foundation
import RulesAnalysis
import RulesLanguage
import Testing

/// How long the analysis takes: `RULES_MEASURE=1 swift test --filter Measurements`, also with
/// `-c release`. Prints milliseconds of processor time, and asserts nothing.
@Suite("Measurements", .enabled(if: ProcessInfo.processInfo.environment["RULES_MEASURE"] != nil))
struct Measurements {
  @Test("of Figure 2, local, exclusive and random rule sets")
  func measure() throws {
    report("Figure 2", try Flagship.text("Segment.rules"))
    report(
      "40 facts, 48 local rules",
      LargeRules.local(facts: 40, rules: 48, literals: 3, window: 6, seed: 1))
    report(
      "100 facts, 1,000 exclusive rules",
      LargeRules.exclusive(facts: 100, rules: 1_000, block: 10))
    report(
      "100 facts, 1,000 local rules",
      LargeRules.local(facts: 100, rules: 1_000, literals: 4, window: 6, seed: 1))
    report(
      "30 facts, 48 random rules of 3",
      LargeRules.random(facts: 30, rules: 48, literals: 3, seed: 1))
    report(
      "40 facts, 48 random rules of 5",
      LargeRules.random(facts: 40, rules: 48, literals: 5, seed: 1))
  }

  private func report(_ name: String, _ text: String) {
    var start = clock()
    let program = compile([SourceFile(path: "T.rules", text: text)]) { _ in nil }.result.value
    let compiling = milliseconds(since: start)
    guard let program else {
      print("\(name): errors in the text")
      return
    }
    start = clock()
    let analysis = analyse(program)
    let analysing = milliseconds(since: start)
    let scope = analysis.scopes.first
    let size = scope.map { $0.partition.diagram.size(of: $0.partition.classes) }
    print(
      "\(name): compile \(compiling) ms, analyse \(analysing) ms, "
        + "\(size.map { "\($0) nodes" } ?? "bounded"), "
        + "\(analysis.diagnostics.count) diagnostics, "
        + "consistent \(scope?.counts.consistent ?? 0), unhandled \(scope?.counts.unhandled ?? 0), "
        + "overlap \(scope?.counts.overlap ?? 0)")
  }

  /// Of processor time, which other programs do not lengthen.
  private func milliseconds(since start: clock_t) -> Int {
    Int(clock() - start) / (Int(CLOCKS_PER_SEC) / 1_000)
  }
}
