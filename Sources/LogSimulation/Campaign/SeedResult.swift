import RulesRuntime

/// What came of one seed.
package struct SeedResult: Sendable {
  package var seed: UInt64
  package var violation: Violation?
  package var configuration: RunConfiguration
  package var report: RunReport
  package var fingerprint: UInt64
  /// The newest lines of the run's log.
  package var lines: [String]

  /// Runs a seed.
  /// - Parameters:
  ///   - only: the numbers of the faults that happen; nil: all that the seed draws.
  ///   - echo: gets every line of the run's log at once.
  package init(
    _ configuration: RunConfiguration, only: Set<Int>? = nil, minimum: RuleLog.Level = .notice,
    echo: ((String) -> Void)? = nil
  ) {
    let run = SimulationRun(configuration, minimum: minimum, echo: echo)
    run.play(only: only)
    seed = configuration.seed
    violation = run.violation
    self.configuration = configuration
    report = run.report
    fingerprint = run.fingerprint
    lines = run.world.log.newest
  }

  /// What the seed draws.
  package init(seed: UInt64) {
    self.init(RunConfiguration(drawnFrom: Streams(seed: seed)))
  }

  /// `seed 7: invariant S1 broken after 48,213 events: ...`; nil when nothing is wrong.
  package var failureLine: String? {
    violation.map {
      "seed \(seed): invariant \($0.invariant.name) broken after \(report.turns) events: "
        + $0.text
    }
  }
}
