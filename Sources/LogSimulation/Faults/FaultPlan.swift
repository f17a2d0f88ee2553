import RulesRuntime
import RulesSimulation

/// The faults of one run, drawn before it begins: so one can be left out and the others stay.
package struct FaultPlan: Sendable {
  /// By time.
  package var faults: [Fault]

  package init(faults: [Fault]) { self.faults = faults }

  /// Draws the faults of one generation.
  /// - Parameter first: the number of the first one.
  init(for configuration: RunConfiguration, random: inout SplitMix64, first: Int) {
    var draw = FaultDraw(configuration: configuration, random: random)
    var time = Duration.zero
    var faults: [Fault] = []
    while !configuration.faultClasses.isEmpty {
      time += draw.pause
      guard time < configuration.faultTime else { break }
      let (kind, actions) = draw.next()
      for action in actions {
        faults.append(
          Fault(number: first + faults.count, time: time, kind: kind, action: action))
      }
    }
    random = draw.random
    self.faults = faults
  }
}

/// Draws one fault after the other.
struct FaultDraw {
  let configuration: RunConfiguration
  var random: SplitMix64

  /// The time to the next fault: bursts and pauses.
  var pause: Duration {
    mutating get {
      random.chance(0.2)
        ? random.duration(.zero...(.milliseconds(50)))
        : random.duration(.zero...(configuration.faultPause * 2))
    }
  }

  mutating func next() -> (FaultClass, [Fault.Action]) {
    let kind =
      configuration.faultClasses[
        Int.random(in: 0..<configuration.faultClasses.count, using: &random)]
    return (kind, actions(kind))
  }

  private mutating func actions(_ kind: FaultClass) -> [Fault.Action] {
    switch kind {
    case .kill: return [.kill(anyMachine(), downTime())]
    case .powerCut:
      // Now and then everything loses its power at once.
      guard random.chance(0.1) else { return [.powerCut(storage(), downTime())] }
      return (["c"] + configuration.backupNames).map { .powerCut($0, downTime()) }
    case .stopInCall:
      return [
        .stopInCall(
          storage(), calls: Int.random(in: 1...40, using: &random),
          losesPower: Bool.random(using: &random), downTime())
      ]
    case .pause:
      let longest = configuration.suspectAfter * 3
      return [.pause(anyMachine(), random.duration(.milliseconds(10)...longest))]
    case .takeover:
      return [
        .takeover(
          log: Int.random(
            in: 0..<configuration.masters * configuration.logsOfMaster, using: &random))
      ]
    case .atRule: return (0..<4).map { _ in .atRule(rulePoint(), downTime()) }
    case .slowNetwork, .frames, .corruption: return [.conditions(conditions(kind), windowTime())]
    case .resets: return [.reset(anyMachine())]
    case .partition, .oneWay:
      let (some, others) = split()
      let block: Block = Bool.random(using: &random) ? .held : .lost
      return [.partition(some, others, block, oneWay: kind == .oneWay, windowTime())]
    case .diskFull:
      return [.full(storage(), room: random.logUniform(1...(1 << 20)), windowTime())]
    case .writeErrors: return [.writes(storage(), Int.random(in: 1...3, using: &random))]
    case .readErrors:
      return random.chance(0.3)
        ? [.unreadable(backup())] : [.reads(storage(), Int.random(in: 1...3, using: &random))]
    case .syncErrors: return [.syncs(storage(), 1)]
    case .shortWrites:
      return [.shortWrites(storage(), Double.random(in: 0.1...0.9, using: &random), windowTime())]
    case .descriptors:
      return [.descriptors(backup(), Int.random(in: 1...12, using: &random), windowTime())]
    case .slowDisk:
      let longest = random.logUniform(Duration.milliseconds(1)...(.seconds(5)))
      return [.slowDisk(storage(), .milliseconds(1)...longest, windowTime())]
    case .bitRot: return [.bit(backup())]
    case .lostSyncs:
      // A disk that lies is found out when the power goes.
      let machine = backup()
      return [
        .lostSyncs(machine, Int.random(in: 1...20, using: &random)),
        .powerCut(machine, downTime()),
      ]
    case .misdirectedWrites:
      return [.misdirectedWrites(backup(), Int.random(in: 1...3, using: &random))]
    case .swappedDisks:
      let two = configuration.backupNames.shuffled(using: &random)
      return [.swappedDisks(two[0], two[1], downTime())]
    case .wipe: return [.wipe(backup(), downTime())]
    case .olderDisk: return [.olderDisk(backup(), downTime())]
    }
  }

  private mutating func rulePoint() -> RulePoint {
    let rules = RulePoint.rules
    let strikes = RulePoint.Strike.allCases
    return RulePoint(
      rule: rules[Int.random(in: rules.indices, using: &random)],
      ordinal: random.logUniform(1...16),
      delay: random.chance(0.5)
        ? .zero : random.logUniform(Duration.microseconds(10)...(.seconds(1))),
      victim: random.chance(0.5) ? .itself : .machine(storage()),
      strike: strikes[Int.random(in: strikes.indices, using: &random)])
  }

  // MARK: - Who

  private mutating func backup() -> String {
    "b\(Int.random(in: 1...configuration.backups, using: &random))"
  }

  /// A machine whose disk matters.
  private mutating func storage() -> String {
    random.chance(configuration.coordinatorShare) ? "c" : backup()
  }

  private mutating func anyMachine() -> String {
    random.chance(0.25)
      ? "m\(Int.random(in: 1...configuration.masters, using: &random))" : storage()
  }

  /// Two groups between which nothing gets through: a pair, one against all, or halves.
  private mutating func split() -> ([String], [String]) {
    let all =
      ["c"] + configuration.backupNames
      + (1...configuration.masters).map { "m\($0)" }
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      let pair = Array(all.shuffled(using: &random).prefix(2))
      return ([pair[0]], [pair[1]])
    case 1:
      let one = all[Int.random(in: 0..<all.count, using: &random)]
      return ([one], all.filter { $0 != one })
    default:
      let mixed = all.shuffled(using: &random)
      let size = Int.random(in: 1..<mixed.count, using: &random)
      return (Array(mixed[..<size]), Array(mixed[size...]))
    }
  }

  // MARK: - How long, how much

  private mutating func downTime() -> Duration {
    random.logUniform(Duration.milliseconds(1)...(configuration.suspectAfter * 4))
  }

  private mutating func windowTime() -> Duration {
    random.logUniform(Duration.milliseconds(10)...(.seconds(8)))
  }

  private mutating func conditions(_ kind: FaultClass) -> LinkConditions {
    var conditions = LinkConditions(delay: configuration.delay)
    switch kind {
    case .frames:
      if random.chance(0.5) { conditions.dropRate = Double.random(in: 0...0.1, using: &random) }
      if random.chance(0.5) {
        conditions.duplicateRate = Double.random(in: 0...0.2, using: &random)
      }
      if random.chance(0.5) { conditions.reorderRate = Double.random(in: 0...0.2, using: &random) }
      if random.chance(0.5) { conditions.replayRate = Double.random(in: 0...0.1, using: &random) }
    case .corruption:
      conditions.corruptionRate = Double.random(in: 0...0.02, using: &random)
    default:
      conditions.delay =
        .microseconds(20)...random.logUniform(Duration.milliseconds(10)...(.milliseconds(500)))
      conditions.slowRate = Double.random(in: 0...0.05, using: &random)
      if random.chance(0.3) { conditions.bandwidth = random.logUniform(20_000...10_000_000) }
      if random.chance(0.3) { conditions.largestPiece = random.logUniform(16...4096) }
    }
    return conditions
  }
}
