import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension ReplicaStore {
  /// Takes in what an earlier process left: verifies each replica's certified bytes, and syncs it,
  /// because that process may have been killed before it did. So all that is known after the scan is
  /// on the disk.
  /// - Throws: when the directory cannot be read, or a replica is of a version that is not known.
  func scan() throws {
    let names = try files.list(directory)
    do throws(SystemError) {
      try spare.take()
    } catch {
      log.log(.warning, "no room is spared for fences: \(error)")
    }
    for name in names {
      if let key = ReplicaFileName.key(of: name) {
        try adopt(key)
      } else if ReplicaFileName.key(ofDraft: name) != nil {
        // Its maker died before the first commit, so nobody counts on it.
        try files.remove("\(directory)/\(name)")
        log.log(.info, "removed \(directory)/\(name): never finished")
      } else if !Self.ownNames.contains(name) {
        log.log(.warning, "\(directory)/\(name) is no replica: left alone")
      }
    }
    if syncs { try files.syncDirectory(directory) }
  }

  private func adopt(_ key: ReplicaKey) throws {
    do {
      try inspect(key)
    } catch let error as Unread {
      if SystemErrorCode.isShortage(error.error.errno) { throw error.error }
      markDamaged(
        Replica(key: key, capacity: 0, phase: .open), .unreadable, because: "\(error.error)")
    }
  }

  /// A read that failed: it says nothing about what was written.
  private struct Unread: Error {
    var error: SystemError
  }

  private func inspect(_ key: ReplicaKey) throws {
    let file: FileDescriptor
    let inspection: ReplicaInspection
    do throws(SystemError) {
      file = try files.open("\(directory)/\(ReplicaFileName.name(of: key))", .existing)
    } catch {
      throw Unread(error: error)
    }
    defer { files.close(file) }
    do throws(SystemError) {
      inspection = try ReplicaInspection.inspect(file, of: key, files: files)
    } catch {
      throw Unread(error: error)
    }
    switch inspection {
    case .corrupt(let reason):
      markDamaged(Replica(key: key, capacity: 0, phase: .open), .corrupt, because: reason)
    case .unknownVersion(let version):
      throw ServiceError(
        "\(directory)/\(ReplicaFileName.name(of: key)) is of version \(version) of the format, "
          + "version \(ReplicaHeader.version) is known here")
    case .sound(var sound):
      if syncs, !planted(.n2) { try renew(file, of: sound) }
      if let slot = sound.slot, slot.closed, sound.setback == nil {
        try trimRoom(of: file, length: slot.certificate.length)
      }
      if syncs { try files.sync(file) }
      if sound.slot?.closed == true, !sound.isClosedTwice { try closeAgain(file, &sound) }
      adopt(key, sound)
    }
  }

  /// Gives a closed replica its second certificate, which an earlier process did not come to write, or which
  /// was damaged: one alone may be taken for a torn one when it is damaged, and the one before for the end.
  private func closeAgain(
    _ file: FileDescriptor, _ sound: inout ReplicaInspection.Sound
  ) throws(SystemError) {
    guard var slot = sound.slot else { return }
    slot.generation = sound.newestGeneration + 1
    sound.slotIndex = 1 - sound.slotIndex
    try files.writeFully(
      file, slot.encoded(for: sound.identity), at: ReplicaHeader.slotOffsets[sound.slotIndex])
    if syncs { try files.sync(file) }
    sound.slot = slot
    sound.newestGeneration = slot.generation
  }

  /// Replicas that the disk did not give back, in the order of their names.
  package var unreadable: [ReplicaKey] {
    replicas.values.filter { $0.phase == .unreadable && !$0.isDraft }.map(\.key)
      .sorted { $1.isAfter($0) }
  }

  /// Looks again at a replica that the disk did not give back: as at the start, it is sound, corrupt,
  /// or still unreadable afterwards.
  /// - Throws: `failed` when it could be read and not be synced: see `scan`.
  package func lookAgain(at key: ReplicaKey) throws(StoreError) {
    guard let replica = replicas[key], replica.phase == .unreadable, !replica.isDraft else {
      return
    }
    do {
      try inspect(key)
    } catch let error as SystemError {
      throw .failed(error)
    } catch {
      // It stays as it is.
      return
    }
    replicas[key]?.hasForgotten = replica.hasForgotten
    guard let found = replicas[key], found.phase.isSound else { return }
    if let known = replica.durable, !replica.has(found.durable) {
      // Others count on that. At a start it would pass for a write that was torn.
      return markDamaged(
        found, .corrupt,
        because: "\(known.certificate.length) bytes were certified, \(found.certified) bytes hold")
    }
    log.log(
      .notice,
      "replica \(directory)/\(ReplicaFileName.name(of: key)) can be read again, "
        + "\(found.certified) bytes hold")
  }

  private func adopt(_ key: ReplicaKey, _ sound: ReplicaInspection.Sound) {
    let certificate = sound.slot?.certificate
    let length = certificate?.length ?? 0
    replicas[key] = Replica(
      key: key, capacity: sound.identity.capacity,
      phase: sound.slot?.closed == true ? .closed : .open, received: Int(length),
      crc: certificate?.crc ?? 0, durable: sound.slot, durableIndex: sound.slotIndex,
      generation: sound.newestGeneration, version: sound.slot?.version ?? 0)
    guard let setback = sound.setback else { return }
    let path = "\(directory)/\(ReplicaFileName.name(of: key))"
    log.log(.warning, "replica \(path): \(setback), \(length) bytes hold")
  }

  static let ownNames = Set(
    [DirectoryLock.name, SpareRoom.name]
      + ([fencesName] + BackupIdentity.names).flatMap { [$0, "\($0).new"] })
}
