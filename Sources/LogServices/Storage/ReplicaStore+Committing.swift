import PlantedBugs
import ReplicatedLog
import RulesNetwork

/// How what was accepted becomes durable, in two rounds. In the first one certificates are written, after
/// the bytes that they cover, and each file is synced once. In the second one new replicas get their names,
/// closed ones their second certificate, and what that changed is synced. What is to survive in memory
/// only is not synced.
extension ReplicaStore {
  /// Makes everything accepted durable, and waits for the disk.
  /// - Throws: `failed`, and then the store must not be used any more.
  package func commit() throws(StoreError) {
    try beginFlush()
    try runOrder()
    try endFirstRound()
    try runOrder()
    try endSecondRound()
  }

  private func runOrder() throws(StoreError) {
    let order = syncOrder
    try fatally { () throws(SystemError) in try order.run(on: files) }
  }

  /// What the round under way waits for.
  var syncOrder: SyncOrder { flush?.order ?? SyncOrder() }

  /// Writes the certificates of everything accepted. What is accepted from now on is the next flush's.
  func beginFlush() throws(StoreError) {
    precondition(flush == nil, "one flush at a time")
    var next = Flush()
    for key in dirty {
      uncertified.remove(key)
      guard var replica = replicas[key], replica.phase.isSound else { continue }
      guard let file = try fileForFlush(replica) else { continue }
      let syncs = syncs && replica.durability == .disk
      if let certificate = replica.pending {
        try fatally { () throws(SystemError) in
          try writeSlot(certificate, closed: replica.closing, of: &replica, in: file)
        }
        replica.pending = nil
      }
      replicas[key] = replica
      next.parts.append(
        Flush.Part(
          key: key, birth: replica.birth, slot: replica.flushing, file: file, syncs: syncs))
      next.files.insert(file)
      if syncs, !planted(.b39) { next.order.files.append(file) }
    }
    dirty = []
    flush = next
  }

  /// - Returns: nil when there is no descriptor for it: then its writers are refused, and it is looked at
  ///   again later.
  private func fileForFlush(_ replica: Replica) throws(StoreError) -> FileDescriptor? {
    do throws(StoreError) {
      return try file(of: replica)
    } catch {
      guard case .refused(_, let reason) = error else { throw error }
      markDamaged(replica, .unreadable, because: reason)
      return nil
    }
  }

  /// What was written is on the disk.
  func endFirstRound() throws(StoreError) {
    guard var flush else { return }
    flush.order = SyncOrder()
    var closed: [Flush.Part] = []
    for part in flush.parts {
      guard var replica = replica(of: part) else { continue }
      replica.flushedSlot()
      if replica.isDraft, !replica.replacesUnread || replica.durable != nil {
        try fatally { () throws(SystemError) in
          try files.rename(
            "\(directory)/\(ReplicaFileName.draft(of: part.key))",
            "\(directory)/\(ReplicaFileName.name(of: part.key))")
        }
        replica.isDraft = false
        replica.replacesUnread = false
        if part.syncs { flush.order.directory = directory }
      }
      if let slot = part.slot, slot.closed {
        // A closed replica has it twice: see `ReplicaInspection.inspect`.
        try fatally { () throws(SystemError) in
          try writeSlot(slot.certificate, closed: true, of: &replica, in: part.file)
        }
        if part.syncs { flush.order.files.append(part.file) }
        var second = part
        second.slot = replica.flushing
        closed.append(second)
      }
      replicas[part.key] = replica
    }
    flush.parts = closed
    self.flush = flush
  }

  /// Second certificates and names are on the disk.
  func endSecondRound() throws(StoreError) {
    guard let flush else { return }
    self.flush = nil
    for part in flush.parts {
      guard var replica = replica(of: part), let slot = part.slot else { continue }
      replica.flushedSlot()
      try fatally { () throws(SystemError) in
        try trimRoom(of: part.file, length: slot.certificate.length)
      }
      replica.phase = .closed
      replica.closing = false
      replicas[part.key] = replica
      closeFile(of: part.key)
    }
    for file in flush.unneeded { files.close(file) }
    closeIdleFiles()
  }

  /// The replica as it is now; nil when it was freed, made anew or damaged meanwhile.
  private func replica(of part: Flush.Part) -> Replica? {
    guard let replica = replicas[part.key], replica.phase.isSound, replica.birth == part.birth,
      replica.flushing == part.slot
    else { return nil }
    return replica
  }

  /// Keeps the number of open files bounded. What a commit needs, the next one or a later one, stays open:
  /// a file's sync must report errors of its own writes.
  func closeIdleFiles() {
    let idle = descriptors.evict(keeping: {
      dirty.contains($0) || uncertified.contains($0) || flush?.needs($0) ?? false
    })
    for file in idle { release(file) }
  }

  /// Closes a file, or has it closed when it is not being synced any more.
  func release(_ file: FileDescriptor) {
    if flush?.files.contains(file) ?? false {
      flush?.unneeded.append(file)
    } else {
      files.close(file)
    }
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
    replica.flushing = slot
  }
}
