import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension ReplicaStore {
  /// What there is of a log (nil: of all), certified and durable, in the order of the keys.
  /// Commit before, or a writer could be answered about bytes that the list does not have.
  package func list(_ log: UInt64?) -> [ReplicaList.Replica] {
    replicas.values
      .filter { log == nil || $0.key.log == log }
      .sorted {
        ($0.key.log, $0.key.segment, $0.key.epoch) < ($1.key.log, $1.key.segment, $1.key.epoch)
      }
      .map { replica in
        ReplicaList.Replica(
          key: replica.key, state: replica.state, certified: replica.certified,
          crc: replica.certified == 0 ? 0 : replica.durable?.certificate.crc ?? 0,
          version: replica.certified == 0 ? 0 : replica.durable?.version ?? 0)
      }
  }

  /// Certified bytes, verified against the disk just now, all that the certificate covers.
  package func read(_ request: ReadReplica) throws(StoreError) -> [UInt8] {
    let name = ReplicaFileName.name(of: request.key)
    guard let replica = replicas[request.key] else {
      throw .refused(.noSuchReplica, "\(name) does not exist")
    }
    guard replica.phase != .corrupt else { throw .refused(.corrupt, "\(name) is corrupt") }
    let range = Int(request.offset)..<Int(request.offset) + Int(request.length)
    guard range.count <= ReadReplica.maximumLength else {
      throw .refused(
        .malformed, "\(range.count) bytes are asked for, limit \(ReadReplica.maximumLength)")
    }
    guard range.upperBound <= Int(replica.certified) else {
      throw .refused(
        .malformed, "bytes \(range) are asked for, \(replica.certified) are certified")
    }
    let reason: String
    do {
      let file = try fileForReading(replica)
      switch try ReplicaInspection.inspect(file, of: request.key, wanted: range, files: files) {
      case .sound(let sound)
      where sound.slot?.certificate == replica.durable?.certificate
        && sound.slot?.closed == replica.durable?.closed && sound.bytes.count == range.count:
        return sound.bytes
      case .sound(let sound):
        reason = sound.setback ?? "its certificate was changed"
      case .corrupt(let text):
        reason = text
      case .unknownVersion(let version):
        reason = "its version became \(version)"
      }
    } catch {
      // Out of descriptors says nothing about the file; everything else does.
      if SystemErrorCode.isShortage(error.errno) { throw .refused(.storage, "\(error)") }
      reason = "\(error)"
    }
    markCorrupt(request.key, capacity: replica.capacity, because: reason)
    throw .refused(.corrupt, "\(name) is corrupt: \(reason)")
  }

  private func fileForReading(_ replica: Replica) throws(SystemError) -> FileDescriptor {
    if let file = descriptors[replica.key] { return file }
    closeIdleFiles()
    let file = try files.open("\(directory)/\(ReplicaFileName.name(of: replica.key))", .existing)
    descriptors.insert(file, for: replica.key)
    return file
  }

  func markCorrupt(_ key: ReplicaKey, capacity: UInt32, because reason: String) {
    if let file = descriptors.remove(key) { files.close(file) }
    replicas[key] = Replica(key: key, capacity: capacity, phase: .corrupt)
    log.log(.error, "replica \(directory)/\(ReplicaFileName.name(of: key)) is corrupt: \(reason)")
  }
}
