import Testing

@testable import LogSimulation

/// Whole runs.
@Suite struct RunTests {
  @Test("The same seed gives the same run")
  func repeats() {
    let first = SeedResult(seed: 5)
    let second = SeedResult(seed: 5)
    #expect(first.fingerprint == second.fingerprint)
    #expect(first.report.turns == second.report.turns)
  }

  @Test("A calm cluster keeps what it acknowledges")
  func calm() {
    for seed in UInt64(1)...3 {
      let result = SeedResult(
        Scenario.named("calm")?.configuration(seed: seed) ?? RunConfiguration(seed: seed))
      #expect(result.violation == nil, "\(result.failureLine ?? "")")
      #expect(result.report.acknowledged > 0)
    }
  }
}
