import PlantedBugs
import ReplicatedLog
import RulesRuntime
import RulesSimulation

/// Seeds are run with something wrong in the log, until one of them says so.
package struct Hunt: Sendable {
  /// When a hunt is given up.
  package struct Limits: Sendable {
    /// Seeds, at most.
    package var seeds = 300
    /// Real time after which no further seed begins.
    package var time = Duration.seconds(20)
    /// What one run may take.
    package var growth = GrowthLimits()

    package init() {}
  }

  /// What came of it.
  package struct Result: Sendable {
    package var mutation: Mutation
    /// Seeds that were run.
    package var seeds = 0
    /// Time that passed in the simulated worlds.
    package var simulated = Duration.zero
    /// Real time.
    package var time = Duration.zero
    /// Seeds in which something was seen that is seen without the mistake too.
    package var unsound = 0
    /// The first seed that showed it, and what was seen.
    package var found: (seed: UInt64, violation: Violation)?

    /// Whether it became of it what should have.
    package var isAsExpected: Bool {
      guard case .bug(let bug) = mutation else { return found != nil }
      return switch bug.facts.expectation {
      case .found: found != nil
      case .silence, .masked: found == nil
      }
    }
  }

  private let limits: Limits
  private let clock: any PoolClock

  /// - Parameter clock: of the real world.
  package init(limits: Limits, clock: any PoolClock) {
    self.limits = limits
    self.clock = clock
  }

  /// Runs seeds from `first` on.
  package func run(_ mutation: Mutation, from first: UInt64) -> Result {
    let start = clock.now
    var result = Result(mutation: mutation)
    if let drill = Drill(for: mutation) {
      result.found = found(by: drill, with: mutation).map { (first, $0) }
      result.seeds = 1
      result.time = clock.now - start
      return result
    }
    var seed = first
    while result.seeds < limits.seeds, clock.now - start < limits.time, result.found == nil {
      mutation.plant()
      let run = play(seed, for: mutation)
      Mutation.clear()
      result.seeds += 1
      result.simulated += run.simulated
      if let violation = run.violation {
        // What the seed shows anyway says nothing about the mistake.
        if play(seed, for: mutation).violation == nil {
          result.found = (seed, violation)
        } else {
          result.unsound += 1
        }
      }
      seed &+= 1
    }
    result.time = clock.now - start
    return result
  }

  /// What a drill shows with the mistake, if it shows nothing without.
  private func found(by drill: Drill, with mutation: Mutation) -> Violation? {
    mutation.plant()
    let violation = drill.play()
    Mutation.clear()
    return drill.play() == nil ? violation : nil
  }

  /// Runs one seed again, and tells all that happens.
  package static func replay(
    _ mutation: Mutation, seed: UInt64, echo: @escaping (String) -> Void
  ) -> Violation? {
    mutation.plant()
    defer { Mutation.clear() }
    let run = SimulationRun(
      configuration(seed: seed, for: mutation), minimum: .info, echo: echo)
    run.play()
    return run.violation
  }

  /// Runs one seed: a whole cluster, or what the mistake is about that clusters do not show.
  private func play(
    _ seed: UInt64, for mutation: Mutation
  ) -> (violation: Violation?, simulated: Duration) {
    if mutation.isOfSeats {
      guard let run = try? SeatRun(seed: seed) else { return (nil, .zero) }
      run.play()
      return (run.violation, run.simulated)
    }
    let run = SimulationRun(
      Self.configuration(seed: seed, for: mutation), limits: limits.growth)
    run.play()
    return (run.violation, run.report.simulated)
  }

  /// What a seed draws, aimed: small segments that are often full, faults without long pauses, and the
  /// classes of faults without which the bug cannot show.
  static func configuration(seed: UInt64, for mutation: Mutation) -> RunConfiguration {
    let streams = Streams(seed: seed)
    var configuration = RunConfiguration(drawnFrom: streams)
    var random = streams.stream("aim")
    configuration.whatIfRate = Double.random(in: 0.2...0.6, using: &random)
    configuration.faultPause = random.logUniform(
      Duration.milliseconds(200)...(.seconds(2)))
    configuration.faultTime = random.logUniform(Duration.seconds(4)...(.seconds(16)))
    configuration.generations = Int.random(in: 1...2, using: &random)
    configuration.segmentCapacity = random.logUniform(4096...(32 << 10))
    configuration.recordSize = min(configuration.segmentCapacity / 4, configuration.recordSize)
    let aim = Aim(at: mutation)
    configuration.faultClasses = FaultClass.allCases.filter { kind in
      if aim.faults.contains(kind) { return true }
      if aim.rareFaults.contains(kind) { return random.chance(0.3) }
      return kind != .atRule && !FaultClass.untrusting.contains(kind) && random.chance(0.25)
    }
    if aim.trims { configuration.trimRate = 0.2 }
    configuration.restTime = .zero
    configuration.patience = aim.patience ?? configuration.patience
    if random.chance(0.5), let replicas = aim.replicas {
      configuration.settings.replicas = replicas
    }
    configuration.mayLoseAll = configuration.mayLoseAll || aim.losesAll
    configuration.backups = aim.backups ?? configuration.backups
    configuration.coordinatorShare = aim.coordinatorShare ?? configuration.coordinatorShare
    return configuration
  }
}
