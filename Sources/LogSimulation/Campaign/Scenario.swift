/// A named choice of faults, instead of those that a seed draws. Everything else is the seed's.
package struct Scenario: Sendable {
  /// What the command line calls it.
  package var name: String
  /// What it is for, in one line.
  package var summary: String
  private var classes: [FaultClass]
  private var mayLoseAll: Bool

  private init(
    _ name: String, _ summary: String, _ classes: [FaultClass], mayLoseAll: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.classes = classes
    self.mayLoseAll = mayLoseAll
  }

  /// All of them.
  package static let all: [Scenario] = [
    Scenario("calm", "nothing goes wrong", []),
    Scenario(
      "crashes", "processes and machines stop, at any time and in any call",
      [
        .kill, .powerCut, .stopInCall, .atRule,
      ]),
    Scenario(
      "zombies", "owners and servers hang, are replaced, and come back",
      [
        .pause, .takeover, .oneWay,
      ]),
    Scenario(
      "network", "slow, torn, damaged and divided networks",
      [
        .slowNetwork, .frames, .corruption, .resets, .partition, .oneWay,
      ]),
    Scenario(
      "disks", "full, failing and slow disks, and power cuts",
      [
        .diskFull, .writeErrors, .readErrors, .syncErrors, .shortWrites, .descriptors, .slowDisk,
        .powerCut,
      ]),
    Scenario(
      "rot", "disks that forget, lie and decay, never the last good copy",
      [
        .bitRot, .lostSyncs, .misdirectedWrites, .olderDisk, .swappedDisks, .wipe, .kill,
      ]),
    Scenario(
      "loss", "disks are lost for good, the last copy too", [.wipe, .kill], mayLoseAll: true),
    Scenario("everything", "all faults at once", FaultClass.allCases),
  ]

  /// The scenario of this name.
  package static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }

  /// What a seed draws, with the scenario's faults.
  package func configuration(seed: UInt64) -> RunConfiguration {
    var configuration = RunConfiguration(drawnFrom: Streams(seed: seed))
    configuration.faultClasses = classes
    configuration.mayLoseAll = mayLoseAll
    return configuration
  }
}
