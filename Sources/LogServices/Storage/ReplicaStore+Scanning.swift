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
    let isSuspect = names.contains(Self.suspicionName)
    for name in names {
      if let key = ReplicaFileName.key(of: name) {
        try adopt(key, isSuspect: isSuspect)
      } else if ReplicaFileName.key(ofDraft: name) != nil {
        // Its maker died before the first commit, so nobody was told that it exists.
        try files.remove("\(directory)/\(name)")
        log.log(.info, "removed \(directory)/\(name): never finished")
      } else if !Self.ownNames.contains(name) {
        log.log(.warning, "\(directory)/\(name) is no replica: left alone")
      }
    }
    if isSuspect { try endSuspicion() }
    if syncs { try files.syncDirectory(directory) }
  }

  private func adopt(_ key: ReplicaKey, isSuspect: Bool) throws {
    let file: FileDescriptor
    let inspection: ReplicaInspection
    do throws(SystemError) {
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
    case .unknownVersion(let version):
      throw ServiceError(
        "\(directory)/\(ReplicaFileName.name(of: key)) is of version \(version) of the format, "
          + "version \(ReplicaHeader.version) is known here")
    case .sound(let sound):
      if isSuspect { try renew(file) }
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
      generation: sound.newestGeneration, version: sound.slot?.version ?? 0)
    guard let setback = sound.setback else { return }
    let path = "\(directory)/\(ReplicaFileName.name(of: key))"
    log.log(.warning, "replica \(path): \(setback), \(length) bytes hold")
  }

  static let ownNames: Set<String> = [
    DirectoryLock.name, fencesName, "\(fencesName).new", BackupIdentity.name,
    "\(BackupIdentity.name).new", suspicionName,
  ]
}
