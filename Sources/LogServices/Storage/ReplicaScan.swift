import ReplicatedLog
import RulesNetwork

/// Reads one replica again, piece by piece, while it is used. What was certified when the reading began
/// does not change any more.
struct ReplicaScan {
  enum Progress: Hashable {
    case more
    case whole
    /// Something is not as it was written. The file may just have been made anew: `ReplicaStore.verify`
    /// decides.
    case wrong
    /// The disk did not give it back.
    case unread
    /// The replica is not what it was: freed, made anew, or found damaged.
    case gone
  }

  let key: ReplicaKey
  private let slot: ReplicaHeader.Slot
  private let birth: UInt64
  private var position = 0
  private var crc: UInt32 = 0
  /// Bytes of the last piece.
  private(set) var lastCount = 0

  /// nil when nothing of it is certified.
  init?(_ replica: Replica) {
    guard replica.phase.isSound, let slot = replica.durable else { return nil }
    key = replica.key
    self.slot = slot
    birth = replica.birth
  }

  mutating func readPiece(of store: ReplicaStore, limit: Int) -> Progress {
    lastCount = 0
    guard let replica = store.replicas[key], replica.phase.isSound, replica.birth == birth else {
      return .gone
    }
    do {
      let file = try store.file(of: replica)
      if position == 0, try !isHeaderSound(file, of: replica, store.files) { return .wrong }
      return try readPiece(file, store.files, limit: limit)
    } catch {
      return .unread
    }
  }

  private mutating func readPiece(
    _ file: FileDescriptor, _ files: FileSystem, limit: Int
  ) throws(SystemError) -> Progress {
    let length = Int(slot.certificate.length)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(limit, length - position), alignment: 16)
    defer { buffer.deallocate() }
    let offset = ReplicaHeader.size + position
    // What the kernel still remembers says nothing about the disk.
    files.forget(file, offset, buffer.count)
    lastCount = try files.readFully(file, into: buffer, at: offset)
    guard lastCount == buffer.count else { return .wrong }
    crc = crc32c(UnsafeRawBufferPointer(buffer), seed: crc)
    position += lastCount
    guard position == length else { return .more }
    return crc == slot.certificate.crc ? .whole : .wrong
  }

  /// Its identity and its newest certificate are those that were written.
  private func isHeaderSound(
    _ file: FileDescriptor, of replica: Replica, _ files: FileSystem
  ) throws(SystemError) -> Bool {
    files.forget(file, 0, ReplicaHeader.size)
    let header = try ReplicaInspection.headerBytes(file, files: files)
    let identity = ReplicaHeader.Identity(key: key, capacity: replica.capacity)
    guard header.count == ReplicaHeader.size,
      ReplicaHeader.identity(of: header) == .holds(identity),
      let newest = replica.durable
    else { return false }
    return ReplicaHeader.slot(replica.durableIndex, of: header, identity: identity)
      == .holds(newest)
  }
}

extension ReplicaStore {
  /// Begins to read the first replica after one (nil: the first of all) that has something certified.
  func scan(after key: ReplicaKey?) -> ReplicaScan? {
    let next = replicas.values
      .filter { $0.certified > 0 && (key.map($0.key.isAfter) ?? true) }
      .min { $1.key.isAfter($0.key) }
    return next.flatMap(ReplicaScan.init)
  }

  /// Verifies a replica as a whole, as before it is served: it is marked when it is damaged.
  /// - Returns: whether it is sound.
  func verify(_ key: ReplicaKey) -> Bool {
    guard replicas[key]?.phase.isSound == true else { return false }
    _ = try? read(ReadReplica(key: key, offset: 0, length: 0))
    // Nothing was found out where there are too few descriptors.
    return replicas[key]?.phase.isSound == true
  }
}

extension ReplicaKey {
  func isAfter(_ other: ReplicaKey) -> Bool {
    (log, segment, epoch) > (other.log, other.segment, other.epoch)
  }
}
