/// Kinds of faults that a run may have, or not: each seed draws its own set.
package enum FaultClass: String, CaseIterable, Sendable {
  // Processes and machines
  case kill, powerCut, stopInCall, pause, takeover, atRule
  // The network
  case slowNetwork, frames, corruption, resets, partition, oneWay
  // Disks
  case diskFull, writeErrors, readErrors, syncErrors, shortWrites, descriptors, slowDisk
  case bitRot, lostSyncs, misdirectedWrites, wipe, olderDisk, swappedDisks

  /// After one of these a disk may know less than it has promised, and not know it.
  package static let untrusting: Set<FaultClass> = [
    .bitRot, .lostSyncs, .misdirectedWrites, .olderDisk,
  ]
}
