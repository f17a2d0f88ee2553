import RulesRuntime

/// Many seeds, one after the other.
package struct Campaign {
  /// How the world outside goes: for rates, and to end in time.
  private let clock: any PoolClock
  private let scenario: Scenario?
  /// The seeds that failed.
  package private(set) var failures: [SeedResult] = []
  package private(set) var seeds = 0
  package private(set) var sum = RunReport()
  /// A number for all that has happened in all runs.
  package private(set) var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325
  /// Real time.
  package private(set) var time = Duration.zero

  /// - Parameters:
  ///   - clock: of the real world.
  ///   - scenario: nil: each seed draws its faults.
  package init(clock: any PoolClock, scenario: Scenario?) {
    self.clock = clock
    self.scenario = scenario
  }

  /// What a seed's run is.
  package func configuration(seed: UInt64) -> RunConfiguration {
    scenario?.configuration(seed: seed) ?? RunConfiguration(drawnFrom: Streams(seed: seed))
  }

  /// Runs seeds from `first` on.
  /// - Parameters:
  ///   - count: how many; nil: until the time is over.
  ///   - limit: real time after which no further seed begins; nil: none.
  ///   - failed: is told of each failure at once.
  package mutating func run(
    from first: UInt64, count: Int?, limit: Duration?, failed: (SeedResult) -> Void
  ) {
    let start = clock.now
    var seed = first
    while count.map({ seeds < $0 }) ?? true {
      time = clock.now - start
      if let limit, time >= limit { break }
      let result = SeedResult(configuration(seed: seed))
      seeds += 1
      sum.add(result.report)
      fingerprint = (fingerprint ^ result.fingerprint) &* 0x0000_0100_0000_01b3
      if result.violation != nil {
        failures.append(result)
        failed(result)
      }
      seed &+= 1
    }
    time = clock.now - start
  }
}
