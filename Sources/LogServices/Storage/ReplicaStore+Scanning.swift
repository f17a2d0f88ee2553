import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension ReplicaStore {
  /// Takes in what an earlier process left: verifies each replica's certified bytes, and syncs it,
  /// because that process may have been killed before it did. So all that is known after the scan is
  /// on the disk.
  func scan() throws(SystemError) {
    for name in try files.list(directory) {
      if let key = ReplicaFileName.key(of: name) {
        try adopt(key)
      } else if ReplicaFileName.key(ofDraft: name) != nil {
        // Its maker died before the first commit, so nobody was told that it exists.
        try files.remove("\(directory)/\(name)")
        log.log(.info, "removed \(directory)/\(name): never finished")
      } else if !Self.ownNames.contains(name) {
        log.log(.warning, "\(directory)/\(name) is no replica: left alone")
      }
    }
    if syncs { try files.syncDirectory(directory) }
  }

  private func adopt(_ key: ReplicaKey) throws(SystemError) {
    let file: FileDescriptor
    let inspection: ReplicaInspection
    do {
      file = try files.open("\(directory)/\(ReplicaFileName.name(of: key))", .existing)
    } catch {
      if SystemErrorCode.isShortage(error.errno) { throw error }
      return markCorrupt(key, capacity: 0, because: "\(error)")
    }
    defer { files.close(file) }
    do {
      inspection = try ReplicaInspection.inspect(file, of: key, files: files)
    } catch {
      return markCorrupt(key, capacity: 0, because: "\(error)")
    }
    switch inspection {
    case .corrupt(let reason): markCorrupt(key, capacity: 0, because: reason)
    case .sound(let sound):
      if syncs { try files.sync(file) }
      adopt(key, sound)
    }
  }

  private func adopt(_ key: ReplicaKey, _ sound: ReplicaInspection.Sound) {
    let certificate = sound.slot?.certificate
    let length = certificate?.length ?? 0
    replicas[key] = Replica(
      key: key, capacity: sound.identity.capacity,
      phase: sound.slot?.closed == true ? .closed : .open, received: Int(length),
      crc: certificate?.crc ?? 0, durable: sound.slot, durableIndex: sound.slotIndex,
      generation: sound.newestGeneration)
    guard let setback = sound.setback else { return }
    let path = "\(directory)/\(ReplicaFileName.name(of: key))"
    log.log(.warning, "replica \(path): \(setback), \(length) bytes hold")
  }

  static let ownNames: Set<String> = [
    DirectoryLock.name, fencesName, "\(fencesName).new", BackupIdentity.name,
    "\(BackupIdentity.name).new",
  ]
}
