import RulesRuntime
import RulesSimulation
import Synchronization
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

  @Test("A run that takes more turns than it may is ended as a finding")
  func turns() {
    var limits = GrowthLimits()
    limits.turns = 20_000
    #expect(ended(limits)?.invariant == .u2)
  }

  @Test("A run that takes more memory than it may is ended as a finding")
  func memory() {
    var limits = GrowthLimits()
    limits.bytes = 100
    limits.peakMemory = { [calls = Counter()] in calls.next() * 60 }
    #expect(ended(limits)?.text == "the run has taken 0 MiB of memory")
  }

  @Test("Nothing is left of a run that is over", arguments: [UInt64(5), 60_037, 61_001])
  func release(seed: UInt64) {
    weak var run: SimulationRun?
    weak var world: SimulatedWorld?
    weak var network: MemoryNetwork?
    weak var machine: Machine?
    weak var director: PoolCore?
    weak var stage: Stage?
    do {
      let one = SimulationRun(RunConfiguration(drawnFrom: Streams(seed: seed)))
      one.play()
      run = one
      world = one.world
      network = one.world.network
      director = one.world.director
      stage = one.world.stage
      machine = one.machine("b1")
    }
    #expect(run == nil)
    #expect(world == nil)
    #expect(network == nil)
    #expect(director == nil)
    #expect(machine == nil)
    #expect(stage == nil)
  }

  private func ended(_ limits: GrowthLimits) -> Violation? {
    let run = SimulationRun(RunConfiguration(seed: 1), limits: limits)
    run.play()
    return run.violation
  }
}

/// 1, 2, 3 and so on.
private final class Counter: Sendable {
  private let value = Atomic(0)

  func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
