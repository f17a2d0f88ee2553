import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension ReplicaStore {
  /// What there is of a log (nil: of all), certified and durable, in the order of the keys.
  /// Commit before, or a writer could be answered about bytes that the list does not have.
  package func list(_ log: UInt64?) -> [ReplicaList.Replica] {
    replicas.values
      .filter { log == nil || $0.key.log == log }
      .sorted { $1.key.isAfter($0.key) }
      .map { replica in
        ReplicaList.Replica(
          key: replica.key, state: replica.state,
          certified: planted(.b10) ? UInt32(replica.received) : replica.certified,
          crc: planted(.b10)
            ? replica.crc : replica.certified == 0 ? 0 : replica.durable?.certificate.crc ?? 0,
          version: replica.certified == 0 ? 0 : replica.durable?.version ?? 0)
      }
  }

  /// Certified bytes, verified against the disk just now, all that the certificate covers; when the image is
  /// read in pieces, one after the other, with the first of them or the last: see `SequentialReads`.
  /// - Parameter memory: gives an array of so many bytes, with any content.
  package func read(
    _ request: ReadReplica, memory: (Int) -> [UInt8] = { [UInt8](repeating: 0, count: $0) }
  ) throws(StoreError) -> [UInt8] {
    let name = ReplicaFileName.name(of: request.key)
    guard let replica = replicas[request.key] else {
      throw .refused(.noSuchReplica, "\(name) does not exist")
    }
    if let refusal = refusal(of: replica) { throw refusal }
    let range = Int(request.offset)..<Int(request.offset) + Int(request.length)
    guard range.count <= ReadReplica.maximumLength else {
      throw .refused(
        .malformed, "\(range.count) bytes are asked for, limit \(ReadReplica.maximumLength)")
    }
    guard range.upperBound <= Int(replica.certified) else {
      throw .refused(
        .malformed, "bytes \(range) are asked for, \(replica.certified) are certified")
    }
    if let piece = nextPiece(range, of: replica, memory) { return piece }
    let reason: String
    do {
      let file = try fileForReading(replica)
      switch try ReplicaInspection.inspect(file, of: request.key, wanted: range, files: files) {
      case .sound(let sound)
      where replica.has(sound.slot) && sound.bytes.count == range.count:
        if range.lowerBound == 0, let certificate = replica.durable?.certificate {
          sequentialReads.begin(verified: range, of: request.key, certificate)
        }
        return sound.bytes
      case .sound(let sound):
        reason = sound.setback ?? "its certificate was changed"
      case .corrupt(let text):
        reason = text
      case .unknownVersion(let version):
        reason = "its version became \(version)"
      }
    } catch {
      throw refuseUnread(replica, error)
    }
    markDamaged(replica, .corrupt, because: reason)
    throw .refused(.corrupt, "\(name) is corrupt: \(reason)")
  }

  /// The first piece of several, or the one after those that were read before.
  /// - Returns: nil when it is not that, cannot be read, or is the last one of a replica that does not
  ///   hold: then all is to be looked at.
  private func nextPiece(
    _ range: Range<Int>, of replica: Replica, _ memory: (Int) -> [UInt8]
  ) -> [UInt8]? {
    let (key, offset) = (replica.key, range.lowerBound)
    guard let certificate = replica.durable?.certificate, range.count < Int(certificate.length),
      let file = try? fileForReading(replica)
    else { return nil }
    if offset == 0 {
      guard range.count == ReadReplica.maximumLength,
        let header = try? ReplicaInspection.headerBytes(file, files: files),
        let newest = ReplicaInspection.newestSlot(of: header, of: key), replica.has(newest)
      else { return nil }
      sequentialReads.begin(key, certificate)
    }
    guard sequentialReads.goesOn(at: offset, of: key, certificate) else { return nil }
    var bytes = memory(range.count)
    let count = bytes.withUnsafeMutableBytes { target in
      (try? files.readFully(file, into: target, at: ReplicaHeader.size + offset)) ?? 0
    }
    guard count == range.count,
      sequentialReads.take(bytes, at: offset, of: key, certificate)
    else { return nil }
    return bytes
  }

  private func fileForReading(_ replica: Replica) throws(SystemError) -> FileDescriptor {
    if let file = descriptors[replica.key] { return file }
    closeIdleFiles()
    let file = try files.open(path(of: replica), .existing)
    descriptors.insert(file, for: replica.key)
    return file
  }

  // MARK: - Damage

  /// Why a write that was accepted and committed is not on the disk all the same; nil: it is.
  package func refusal(ofWriteTo key: ReplicaKey) -> StoreError? {
    guard let replica = replicas[key] else {
      return .refused(.noSuchReplica, "\(ReplicaFileName.name(of: key)) does not exist")
    }
    return refusal(of: replica) ?? refusalOfForgotten(replica)
  }

  /// Why nothing can be added to a sound replica before it was opened again; nil: it can.
  func refusalOfForgotten(_ replica: Replica) -> StoreError? {
    replica.hasForgotten
      ? .refused(
        .unreadable,
        "\(ReplicaFileName.name(of: replica.key)) could not be read for a moment, which lost what was not durable"
      )
      : nil
  }

  func refusal(of replica: Replica) -> StoreError? {
    var name: String { ReplicaFileName.name(of: replica.key) }
    return switch replica.phase {
    case .open, .closed: nil
    case .corrupt: .refused(.corrupt, "\(name) is corrupt")
    case .unreadable: .refused(.unreadable, "\(name) cannot be read now")
    }
  }

  /// Runs storage calls that only read a replica. When they fail, the replica is unreadable, which says
  /// nothing about what is written.
  func reading<Result>(
    _ replica: Replica, _ body: () throws(SystemError) -> Result
  ) throws(StoreError) -> Result {
    do {
      return try body()
    } catch {
      throw refuseUnread(replica, error)
    }
  }

  private func refuseUnread(_ replica: Replica, _ error: SystemError) -> StoreError {
    // Out of descriptors says nothing about the file; everything else does.
    if SystemErrorCode.isShortage(error.errno) { return .refused(.storage, "\(error)") }
    markDamaged(replica, .unreadable, because: "\(error)")
    return .refused(
      .unreadable, "\(ReplicaFileName.name(of: replica.key)) cannot be read now: \(error)")
  }

  /// From now on nothing of the replica is served. What the next commit was to write is dropped: whoever
  /// is answered after it asks `refusal(ofWriteTo:)` first.
  ///
  /// Told to `onDamage` at once, before whoever found it is answered.
  func markDamaged(_ replica: Replica, _ phase: Replica.Phase, because reason: String) {
    defer { onDamage?(replica.key) }
    let key = replica.key
    closeFile(of: key)
    uncertified.remove(key)
    replicas[key] = replica.damaged(phase)
    let path = "\(directory)/\(ReplicaFileName.name(of: key))"
    log.log(
      .error, "replica \(path) \(phase == .corrupt ? "is corrupt" : "cannot be read"): \(reason)")
  }
}
