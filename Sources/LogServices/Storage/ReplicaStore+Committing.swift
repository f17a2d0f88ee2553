import PlantedBugs
import ReplicatedLog
import RulesNetwork

extension ReplicaStore {
  /// Makes everything accepted durable: certificates are written after the bytes they cover, then
  /// each file is synced once, then the directory if it has new names. What is to survive in memory only
  /// is not synced.
  /// - Throws: `failed`, and then the store must not be used any more.
  package func commit() throws(StoreError) {
    var namesChanged = false
    for key in dirty {
      guard var replica = replicas[key], replica.phase.isSound else { continue }
      let syncs = syncs && replica.durability == .disk
      let file = try file(of: replica)
      try fatally { () throws(SystemError) in
        if let certificate = replica.pending {
          try writeSlot(certificate, closed: replica.closing, of: &replica, in: file)
        }
        if syncs, !planted(.b39) { try sync(file) }
        if replica.isDraft {
          try files.rename(
            "\(directory)/\(ReplicaFileName.draft(of: key))",
            "\(directory)/\(ReplicaFileName.name(of: key))")
          replica.isDraft = false
          if syncs { namesChanged = true }
        }
        if replica.closing, let certificate = replica.pending {
          // A closed replica has it twice: see `ReplicaInspection.inspect`.
          try writeSlot(certificate, closed: true, of: &replica, in: file)
          if syncs { try files.sync(file) }
          try trimRoom(of: file, length: certificate.length)
        }
      }
      replica.pending = nil
      if replica.closing {
        replica.phase = .closed
        replica.closing = false
        closeFile(of: key)
      }
      replicas[key] = replica
    }
    dirty = []
    if namesChanged {
      try fatally { () throws(SystemError) in try files.syncDirectory(directory) }
    }
    closeIdleFiles()
  }

  /// Not tried again when it fails: what the kernel shows is not what is on the disk then.
  private func sync(_ file: FileDescriptor) throws(SystemError) {
    if planted(.b43), (try? files.sync(file)) != nil { return }
    try files.sync(file)
  }

  /// Keeps the number of open files bounded. What the next commit needs stays open: a file's sync
  /// must report errors of its own writes.
  func closeIdleFiles() {
    for file in descriptors.evict(keeping: { dirty.contains($0) }) { files.close(file) }
  }

  private func writeSlot(
    _ certificate: Certificate, closed: Bool, of replica: inout Replica, in file: FileDescriptor
  ) throws(SystemError) {
    let identity = ReplicaHeader.Identity(key: replica.key, capacity: replica.capacity)
    let slot = ReplicaHeader.Slot(
      generation: replica.generation + 1, certificate: certificate, version: replica.version,
      closed: closed)
    let index = 1 - replica.durableIndex
    try files.writeFully(
      file, slot.encoded(for: identity), at: ReplicaHeader.slotOffsets[index])
    replica.generation = slot.generation
    replica.durable = slot
    replica.durableIndex = index
  }
}
