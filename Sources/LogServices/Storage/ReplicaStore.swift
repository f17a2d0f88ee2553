import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// The replicas of one backup, a file each, and the fences of their logs.
///
/// `accept` takes writes in, `commit` makes all of them durable at once: whoever wrote something that
/// counts is answered after the commit only. Belongs to the backup's thread.
package final class ReplicaStore {
  /// What a store takes in at most.
  package struct Limits: Hashable, Sendable {
    /// The longest image, in bytes.
    package var capacity: UInt32 = 64 << 20
    /// Replicas of one backup: what a list of all of them can carry.
    package var replicas = 100_000
    /// Logs that have a fence.
    package var fences = 100_000
    /// Files kept open.
    package var descriptors = 64
    /// Bytes without a certificate that are left to the kernel to write.
    package var uncertified = 64 << 20

    /// The usual limits.
    package init() {}
  }

  let directory: String
  let files: FileSystem
  let syncs: Bool
  let limits: Limits
  let log: RuleLog
  var replicas: [ReplicaKey: Replica] = [:]
  private(set) var fences: Fences
  var descriptors: DescriptorCache
  var sequentialReads = SequentialReads()
  /// Whether there is room for more replicas, as far as that was seen.
  var room = DiskRoom()
  /// What is given up when a fence has no room.
  let spare: SpareRoom
  /// Called when a sound replica turned out to be damaged.
  package var onDamage: ((ReplicaKey) -> Void)?
  /// Replicas that this process has made.
  private var births: UInt64 = 0
  /// What is being made durable now.
  var flush: Flush?
  /// Closes files that are being synced elsewhere; nil: nobody else syncs.
  var closeLater: (([FileDescriptor]) -> Void)?
  /// Has the disk begin to write a range of a file; nil: it begins with the sync.
  var startWriting: (@Sendable (FileDescriptor, Range<Int>) -> Void)?
  /// What the next commit is for, in the order of the first write.
  var dirty: [ReplicaKey] = []
  /// What nobody counts on yet, and no commit is for.
  var uncertified: UncertifiedBytes

  static let fencesName = "fences"
  private static let fencesMagic: UInt64 = 0x7365_636e_6566_5252

  /// Opens the store in an existing directory and verifies every replica in it.
  /// - Throws: when the directory cannot be read. Damaged replicas are no reason: they are logged, listed
  ///   as corrupt and left alone; nor are damaged fences, which begin anew: see `raiseFences`.
  package init(
    directory: String, files: FileSystem = .system, syncs: Bool = true, limits: Limits = Limits(),
    log: RuleLog
  ) throws(ServiceError) {
    self.directory = directory
    self.files = files
    self.syncs = syncs
    self.limits = limits
    self.log = log
    descriptors = DescriptorCache(limit: limits.descriptors)
    uncertified = UncertifiedBytes(files: limits.descriptors / 2, bytes: limits.uncertified)
    spare = SpareRoom(
      in: directory, bytes: limits.fences * Fences.entrySize + SpareRoom.others, files: files)
    do {
      fences = try Self.fences(in: directory, files: files)
    } catch {
      // The coordinator knows them, and is asked before anybody may write here.
      fences = Fences()
      log.log(.error, "\(error); what it said is asked of the coordinator")
    }
    do {
      try scan()
    } catch {
      if error is SystemError { close() }
      throw ServiceError("\(error)")
    }
  }

  /// The fences that a directory remembers.
  static func fences(in directory: String, files: FileSystem) throws(ServiceError) -> Fences {
    let path = "\(directory)/\(fencesName)"
    let content = try SealedFile.read(path, magic: fencesMagic, files: files)
    do throws(WireError) {
      return try content.map { (bytes) throws(WireError) in try Fences(decoding: bytes) }
        ?? Fences()
    } catch {
      throw ServiceError("\(path) is damaged: \(error)")
    }
  }

  deinit { close() }

  /// Closes every file, without a commit. Idempotent.
  package func close() {
    let synced = flush?.files ?? []
    let needed = descriptors.removeAll().filter { !synced.contains($0) }
    for file in needed { files.close(file) }
    guard !synced.isEmpty else { return }
    flush = nil
    if let closeLater {
      closeLater(synced.sorted { $0.rawValue < $1.rawValue })
    } else {
      for file in synced { files.close(file) }
    }
  }

  /// How many replicas there are, corrupt ones too.
  package var count: Int { replicas.count }

  // MARK: - Writing

  /// Takes one write in. All or nothing: a refused write has changed nothing.
  /// - Parameter checksum: CRC-32C of the payload, if it is known.
  package func accept(
    _ kind: WriteKind, _ write: ReplicaWrite, _ payload: UnsafeRawBufferPointer,
    checksum: UInt32? = nil
  ) throws(StoreError) {
    let key = write.key
    guard key.epoch >= fences[key.log] || planted(.b29) else {
      throw .refused(
        .fenced, "epoch \(key.epoch) of log \(key.log) ended, now it is \(fences[key.log]) at least"
      )
    }
    var (replica, isNew) = try replicaToWrite(kind, write)
    let appended = try newBytes(of: payload, kind, write, replica)
    let isAll = appended.count == payload.count
    let grown = crc32c(appended, seed: replica.crc, known: isAll ? checksum : nil)
    if let certificate = write.certificate {
      guard try isTrue(certificate, of: replica, followedBy: appended, crc: grown) else {
        try verifyReceived(of: replica)
        throw .refused(
          .badWrite, "certificate of \(certificate.length) bytes is not that of what was received")
      }
    }

    if isNew {
      try create(&replica)
    } else if !replica.isReserved, kind == .open || !appended.isEmpty {
      // An earlier process made it, on another disk perhaps, from which it was copied.
      try reserve(&replica, in: try file(of: replica))
    }
    if !appended.isEmpty {
      let file = try file(of: replica)
      try fatally { () throws(SystemError) in
        try files.writeFully(file, appended, at: ReplicaHeader.size + replica.received)
      }
      replica.crc = grown
      replica.received += appended.count
    }
    if let certificate = write.certificate, !replica.isSealed {
      replica.promise(certificate, version: write.version, closing: kind == .close)
    }
    replicas[key] = replica
    if replica.pending != nil {
      markDirty(key)
    } else if isNew || !appended.isEmpty {
      try leaveUncertified(appended.count, of: replica)
    }
  }

  /// The replica that a write is for; a new one when there is none, or it is to be made anew. What is damaged for
  /// good makes room for that at once.
  private func replicaToWrite(
    _ kind: WriteKind, _ write: ReplicaWrite
  ) throws(StoreError) -> (replica: Replica, isNew: Bool) {
    let key = write.key
    let known = replicas[key]
    var replica: Replica
    let isNew: Bool
    if let known, known.phase.isSound || kind != .open {
      if let refusal = refusal(of: known) { throw refusal }
      if kind != .open, let refusal = refusalOfForgotten(known) { throw refusal }
      (replica, isNew) = (known, false)
      replica.hasForgotten = false
    } else {
      // Whoever may still write makes it anew: what is damaged must not keep a backup from having the replica
      // for good.
      let replacesUnread =
        known.map { $0.replacesUnread || $0.phase == .unreadable && !$0.isDraft } ?? false
      if known != nil, !replacesUnread { try free(key) }
      (replica, isNew) = (try newReplica(kind, write), true)
      replica.replacesUnread = replacesUnread
    }
    replica.durability = write.durability
    return (replica, isNew)
  }

  /// The last bytes of a replica are left to be synced with the certificate that will cover them.
  private func leaveUncertified(_ count: Int, of replica: Replica) throws(StoreError) {
    guard uncertified.add(count, of: replica.key) else { return markDirty(replica.key) }
    guard syncs, replica.durability == .disk, count > 0, let startWriting else { return }
    let end = ReplicaHeader.size + replica.received
    let pages = UncertifiedBytes.wholePages(end - count..<end)
    // Of an empty range the kernel would write all that follows.
    if !pages.isEmpty { startWriting(try file(of: replica), pages) }
  }

  /// Whether who made a write is answered after the next commit only. What has no certificate promises
  /// nothing, and so waits only when there is too much of it.
  func awaitsCommit(_ write: ReplicaWrite) -> Bool {
    write.certificate != nil || dirty.contains(write.key)
  }

  private func newReplica(_ kind: WriteKind, _ write: ReplicaWrite) throws(StoreError) -> Replica {
    guard kind == .open else {
      throw .refused(.noSuchReplica, "\(ReplicaFileName.name(of: write.key)) does not exist")
    }
    guard write.capacity <= limits.capacity else {
      throw .refused(.badWrite, "capacity \(write.capacity), at most \(limits.capacity) is allowed")
    }
    guard replicas.count < limits.replicas || replicas[write.key] != nil else {
      throw .refused(.storage, "this backup has \(replicas.count) replicas, as many as it may")
    }
    births += 1
    return Replica(key: write.key, capacity: write.capacity, phase: .open, birth: births)
  }

  private func create(_ replica: inout Replica) throws(StoreError) {
    let key = replica.key
    let path = "\(directory)/\(ReplicaFileName.draft(of: key))"
    let identity = ReplicaHeader.Identity(key: key, capacity: replica.capacity)
    let file = try makeFile(path)
    do throws(StoreError) {
      try reserve(&replica, in: file)
    } catch {
      files.close(file)
      // Nobody was told of it, and what it took is wanted elsewhere.
      try fatally { () throws(SystemError) in try files.remove(path) }
      throw error
    }
    descriptors.insert(file, for: key)
    try fatally { () throws(SystemError) in try files.writeFully(file, identity.encoded, at: 0) }
    replica.isDraft = true
  }

  private func markDirty(_ key: ReplicaKey) {
    if !dirty.contains(key) { dirty.append(key) }
  }

  // MARK: - Fencing

  /// From now on, also after a restart, owners with a lower epoch are refused.
  package func raiseFence(of log: UInt64, to epoch: UInt32) throws(StoreError) {
    try raiseFences([(log, epoch)])
  }

  /// The same for several logs, with one write.
  package func raiseFences(_ epochs: [(log: UInt64, epoch: UInt32)]) throws(StoreError) {
    var raised = fences
    var isHigher = false
    for (log, epoch) in epochs where raised.raise(log, to: epoch) { isHigher = true }
    guard isHigher else { return }
    guard raised.count <= limits.fences else {
      throw .refused(.storage, "\(limits.fences) logs are fenced here, as many as may")
    }
    if !planted(.b32) { try save(raised) }
    expect(
      (try? Self.fences(in: directory, files: files)).map { stored in
        epochs.allSatisfy { stored[$0.log] >= $0.epoch }
      } ?? true, "a fence that a restart forgets")
    fences = raised
    try endReplacements()
  }

  private func save(_ fences: Fences) throws(StoreError) {
    let path = "\(directory)/\(Self.fencesName)"
    let bytes = SealedFile.seal(fences.encoded, magic: Self.fencesMagic)
    let draft: SealedFile.Draft
    do {
      draft = try spare.used { () throws(SystemError) in
        try SealedFile.draft(bytes, for: path, files: files)
      }
    } catch {
      // Whoever asked may not count on it; what is here goes on being served.
      throw SystemErrorCode.isFull(error.errno) ? refuseFull(error) : .failed(error)
    }
    try fatally { () throws(SystemError) in try draft.publish(in: directory, syncs: syncs) }
    try? spare.take()
  }

  // MARK: - Files

  func closeFile(of key: ReplicaKey) {
    if let file = descriptors.remove(key) { release(file) }
  }

  /// Where the replica's file is now.
  func path(of replica: Replica) -> String {
    let name =
      replica.isDraft
      ? ReplicaFileName.draft(of: replica.key) : ReplicaFileName.name(of: replica.key)
    return "\(directory)/\(name)"
  }

  /// The replica's open file.
  func file(of replica: Replica) throws(StoreError) -> FileDescriptor {
    if let file = descriptors[replica.key] { return file }
    let file = try openFile(path(of: replica), .existing)
    descriptors.insert(file, for: replica.key)
    return file
  }

  private func makeFile(_ path: String) throws(StoreError) -> FileDescriptor {
    do throws(StoreError) {
      return try openFile(path, .fresh)
    } catch {
      if case .failed(let cause) = error, SystemErrorCode.isFull(cause.errno) {
        throw refuseFull(cause)
      }
      throw error
    }
  }

  /// Out of descriptors is no failure of the disk: that is refused.
  private func openFile(
    _ path: String, _ mode: FileSystem.OpenMode
  ) throws(StoreError) -> FileDescriptor {
    do {
      return try files.open(path, mode)
    } catch {
      throw SystemErrorCode.isShortage(error.errno)
        ? .refused(.storage, "\(error)") : .failed(error)
    }
  }
}
