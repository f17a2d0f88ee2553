import ReplicatedLog
import RulesRuntime
import RulesSimulation

/// All that a seed decides about a run before it begins.
package struct RunConfiguration: Sendable {
  package var seed: UInt64
  package var backups = 3
  package var masters = 1
  package var logsOfMaster = 1
  package var segmentCapacity = 64 << 10
  /// How the logs are kept.
  package var settings = LogSettings()
  /// Whether somebody follows one of the logs all the time.
  package var isFollowed = false
  /// The mean time between two appends of one log.
  package var pace = Duration.milliseconds(10)
  /// Records of one append, at most.
  package var batch = 4
  /// Bytes of a record, at most.
  package var recordSize = 200
  /// Appends of one log that may be under way.
  package var window = 16
  package var pingInterval = Duration.milliseconds(100)
  package var suspectAfter = Duration.seconds(2)
  package var patience = Duration.seconds(10)
  package var delay: ClosedRange<Duration> = .microseconds(50)...(.milliseconds(1))
  /// How long faults go on in each generation.
  package var faultTime = Duration.seconds(20)
  package var generations = 1
  package var faultClasses: [FaultClass] = []
  /// The share of faults of disks that the coordinator's gets.
  package var coordinatorShare = 0.2
  /// The mean time between two faults.
  package var faultPause = Duration.seconds(2)
  /// The share of acknowledgements after which it is asked what would be left if everything stopped.
  package var whatIfRate = 0.05
  /// The share of appends with which the log's beginning is given up.
  package var trimRate = 0.0
  /// How much longer tasks may wait that are late when all is well: a request of before may find one dead
  /// connection after the other.
  package var restTime = Duration.seconds(12)
  /// Also the last good copy may be destroyed.
  package var mayLoseAll = false

  /// How often it is asked in one generation, on average, at most.
  private static let questionsOfGeneration = 80.0

  /// A run without faults and with common values.
  package init(seed: UInt64) { self.seed = seed }

  /// What a seed draws. One seed in four has no faults at all.
  package init(drawnFrom streams: Streams) {
    self.init(seed: streams.seed)
    var random = streams.stream("configuration")
    backups = Int.random(in: 3...7, using: &random)
    masters = Int.random(in: 1...2, using: &random)
    logsOfMaster = Int.random(in: 1...2, using: &random)
    segmentCapacity = random.logUniform(4096...(256 << 10))
    var kinds = streams.stream("settings")
    settings.durability = Int.random(in: 0..<6, using: &kinds) == 0 ? .memory : .disk
    settings.replicas = Int.random(in: 0..<6, using: &kinds) == 0 ? 1 : 3
    isFollowed = Int.random(in: 0..<16, using: &kinds) == 0
    let appends = random.logUniform(Duration.milliseconds(16)...(.seconds(2)))
    pace = appends * (masters * logsOfMaster)
    batch = random.logUniform(1...16)
    recordSize = min(segmentCapacity / 4, random.logUniform(32...8192))
    window = random.logUniform(1...64)
    pingInterval = random.logUniform(Duration.milliseconds(100)...(.milliseconds(500)))
    suspectAfter = pingInterval * Int.random(in: 4...20, using: &random)
    let longest = random.logUniform(Duration.microseconds(100)...(.milliseconds(50)))
    delay = .microseconds(20)...longest
    faultTime = random.logUniform(Duration.seconds(4)...(.seconds(32)))
    generations = [1, 1, 2, 3][Int.random(in: 0..<4, using: &random)]
    faultPause = random.logUniform(Duration.milliseconds(200)...(.seconds(8)))
    whatIfRate = min(
      random.logUniform(0.02...0.5), Self.questionsOfGeneration * (appends / faultTime))
    if random.chance(0.4) { trimRate = random.logUniform(0.01...0.3) }
    guard Int.random(in: 0..<4, using: &random) > 0 else { return }
    // Disks that lie come less often: where they are, less can be expected.
    var points = streams.stream("rule points")
    faultClasses = FaultClass.allCases.filter { kind in
      if kind == .atRule { return Int.random(in: 0..<3, using: &points) == 0 }
      return Int.random(in: 0..<(FaultClass.untrusting.contains(kind) ? 9 : 3), using: &random) == 0
    }
    mayLoseAll = Int.random(in: 0..<16, using: &random) == 0
  }

  package var backupNames: [String] { (1...backups).map { "b\($0)" } }

  /// Bytes that the owners of one log append in one generation, at most.
  package var byteBudget: Int { max(64 << 10, min(segmentCapacity * 8, 256 << 10)) }

  /// One line for people.
  package var summary: String {
    let kinds = faultClasses.map(\.rawValue).joined(separator: " ")
    return
      "\(backups) backups, \(masters) masters of \(logsOfMaster) logs, \(settings)\(isFollowed ? ", followed" : ""), segments of "
      + "\(segmentCapacity) bytes, an append each \(pace), records to \(recordSize) bytes, pings each "
      + "\(pingInterval), delays to \(delay.upperBound), \(generations) generations of \(faultTime), "
      + (kinds.isEmpty ? "no faults" : "faults each \(faultPause): \(kinds)")
  }
}
