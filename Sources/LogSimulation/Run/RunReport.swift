import RulesNetwork
import RulesRuntime
import RulesSimulation

/// What happened in a run, or in many.
package struct RunReport: Sendable {
  /// Seconds that passed in the simulated world.
  package var simulated = Duration.zero
  /// Turns of pools.
  package var turns = 0
  package var acknowledged = 0
  package var whatIfs = 0
  package var reads = 0
  package var recordsRead = 0
  package var failedOwners = 0
  package var starts = 0
  /// Faults that happened, by class.
  package var faults: [FaultClass: Int] = [:]
  /// Faults that would have destroyed the last copy of something.
  package var spared = 0
  /// Runs that ended with a log that nobody can have any more.
  package var losses = 0
  /// Runs that ended because fewer than three backups could start.
  package var shortages = 0
  /// Runs that ended because what a tampered disk said could not be told from the truth.
  package var excused = 0
  /// A fault may have destroyed a copy of something.
  package var hasDestroyed = false
  /// Evaluations that ended in each leaf: `Segment.replica R4`.
  package var leaves: [String: UInt64] = [:]
  /// How often a machine was struck when a rule had fired.
  package var points: [RulePoint.Rule: Int] = [:]
  /// The counts of pools that live, as they were told last.
  private var live: [String: [String: UInt64]] = [:]

  package init() {}

  /// Takes in what a pool has done so far; told again, only what is new counts.
  mutating func add(_ statistics: PoolMetrics, of pool: String) {
    var counts: [String: UInt64] = [:]
    for leaf in statistics.leaves where leaf.kind == .rule || leaf.kind == .wait {
      counts["\(leaf.scope) \(leaf.leaf)", default: 0] += leaf.count
    }
    let before = live[pool] ?? [:]
    for (name, count) in counts {
      let known = before[name] ?? 0
      leaves[name, default: 0] += count >= known ? count - known : count
    }
    live[pool] = counts
  }

  /// The sum of two.
  package mutating func add(_ other: RunReport) {
    simulated += other.simulated
    turns += other.turns
    acknowledged += other.acknowledged
    whatIfs += other.whatIfs
    reads += other.reads
    recordsRead += other.recordsRead
    failedOwners += other.failedOwners
    starts += other.starts
    spared += other.spared
    losses += other.losses
    excused += other.excused
    shortages += other.shortages
    faults.merge(other.faults, uniquingKeysWith: +)
    leaves.merge(other.leaves, uniquingKeysWith: +)
    points.merge(other.points, uniquingKeysWith: +)
  }
}
