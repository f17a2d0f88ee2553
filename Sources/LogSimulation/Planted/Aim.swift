import PlantedBugs
import RulesRuntime

/// What makes a mistake show: the faults without which it cannot, and a world where they meet it often.
struct Aim {
  /// Classes that every seed has.
  var faults: Set<FaultClass> = [.kill, .powerCut, .diskFull]
  /// Classes that some seeds have: they hide other things.
  var rareFaults: Set<FaultClass> = []
  /// How many backups there are; nil: as the seed has it.
  var backups: Int?
  /// See `RunConfiguration.coordinatorShare`; nil: as usual.
  var coordinatorShare: Double?
  /// Replicas are trimmed in every seed.
  var trims = false
  /// How long an owner waits for backups that do not answer; nil: as the seed has it.
  var patience: Duration?
  /// How many replicas a segment has; nil: as the seed has it.
  var replicas: Int?
  /// Also the last copy may be destroyed.
  var losesAll = false

  init(at mutation: Mutation) {
    switch mutation {
    case .bug(let bug): aim(at: bug)
    case .mutant(let table, _): aim(atRulesOf: Mutation.tables[table].task)
    }
  }

  /// Rules are about what goes wrong: everything that they have a name for does.
  private mutating func aim(atRulesOf task: String) {
    faults = [.kill, .powerCut, .diskFull, .descriptors, .takeover]
    switch task {
    case "Segment", "ServerFailure": rareFaults = [.bitRot, .readErrors]
    case "ReplicaReview", "Scrubbing": faults.insert(.bitRot)
    case "SegmentReading", "LogOpening":
      faults.formUnion([.readErrors, .bitRot])
      patience = .seconds(1)
      replicas = 1
    case "SegmentRelease", "Collecting", "MarkUpdate": trims = true
    case "MembershipPoll": faults.formUnion([.pause, .resets])
    case "LogRecovery":
      faults = [.kill, .takeover, .pause, .wipe]
      patience = .seconds(1)
      losesAll = true
    case "Flushing": faults.formUnion([.syncErrors, .slowDisk])
    default: break
    }
  }

  private mutating func aim(at bug: PlantedBug) {
    switch bug {
    case .b20: faults = [.diskFull, .descriptors, .kill, .powerCut]
    case .b21: faults = [.diskFull, .descriptors, .frames, .resets, .kill]
    case .b26: faults = [.descriptors, .slowDisk, .slowNetwork, .kill]
    case .b29, .b31, .b45: faults = [.pause, .takeover, .oneWay]
    case .b32: faults = [.takeover, .kill]
    case .b35: faults = [.resets, .frames, .kill]
    case .b37:
      faults = [.kill, .slowNetwork, .slowDisk]
      backups = 3
    case .b39: faults = [.powerCut]
    case .b40, .b41: faults = [.bitRot, .kill]
    case .b43, .n2: faults = [.syncErrors, .powerCut]
    case .b47: faults = [.kill]
    case .b49: faults = [.wipe, .kill, .powerCut]
    case .n1:
      faults = [.stopInCall, .powerCut, .takeover]
      coordinatorShare = 0.9
    case .n4: faults = [.swappedDisks]
    default: break
    }
  }
}
