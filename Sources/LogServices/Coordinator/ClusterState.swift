import PlantedBugs
import ReplicatedLog
import RulesNetwork

/// All that a coordinator must not forget: who was a member, which numbers are used up, who owns
/// which log. A value: a change is made on a copy, which counts once it is on the disk.
struct ClusterState: Hashable, Sendable {
  /// Names the cluster; random, never changed.
  let cluster: UInt64
  /// Grows with every change of the membership.
  private(set) var version: UInt64 = 1
  private(set) var members: [Membership.Member] = []
  private var history = MembershipHistory()
  private(set) var logs: [String: LogOwnership] = [:]
  /// The disks that backups enlisted with, the newest last, as they were at their last start.
  private(set) var disks: [EnlistedDisk] = []
  private var nextSlot: UInt32 = 1
  private var nextLog: UInt64 = 1

  init(cluster: UInt64) { self.cluster = cluster }

  /// Numbers for a new server: never used before, and never again.
  /// - Returns: nil when there are none left.
  mutating func takeServerID() -> ServerID? {
    guard nextSlot < .max else { return nil }
    defer { nextSlot += 1 }
    return ServerID(slot: nextSlot, generation: 1)
  }

  /// So many disks are remembered.
  static let diskLimit = 4_096

  /// Whether a later start from a disk is known than this one, which is then an older copy of the disk,
  /// or a second one. The same start may ask again.
  func knowsLaterStart(than disk: StorageIdentity) -> Bool {
    guard let known = disks.first(where: { $0.identity.directory == disk.directory }) else {
      return false
    }
    return known.identity != disk && disk.incarnation <= known.identity.incarnation
  }

  /// The members that are gone when a server enlists: no two can listen at one address, or serve what is
  /// on one disk. The same disk twice would be taken for two copies of what is on it.
  func replaced(at address: String, _ disk: StorageIdentity?) -> [Membership.Member] {
    let former = server(of: disk)
    return members.filter {
      $0.address == address || $0.server == former && !planted(.n4)
    }
  }

  /// Who started from a disk last.
  private func server(of disk: StorageIdentity?) -> ServerID? {
    disks.first { $0.identity.directory == disk?.directory }?.server
  }

  /// - Parameter disk: what it started from.
  mutating func join(_ member: Membership.Member, from disk: StorageIdentity? = nil) {
    expect(
      !members.contains { $0.address == member.address }, "two members at one address")
    expect(
      !members.contains { $0.server == server(of: disk) }, "two members of one disk")
    members.append(member)
    version &+= 1
    history.note(.joined(member))
    guard let disk else { return }
    disks.removeAll { $0.identity.directory == disk.directory }
    disks.append(EnlistedDisk(identity: disk, server: member.server))
    if disks.count > Self.diskLimit { disks.removeFirst() }
  }

  /// - Returns: nil when it is no member.
  mutating func remove(_ server: ServerID) -> Membership.Member? {
    guard let index = members.firstIndex(where: { $0.server == server }) else { return nil }
    let member = members.remove(at: index)
    version &+= 1
    history.note(.left(member))
    return member
  }

  /// Makes a new owner of a log, and the log with these settings if there is none of that name.
  /// - Returns: nil when there are no numbers left.
  mutating func openLog(
    _ name: String, _ settings: LogSettings = LogSettings()
  ) -> LogOwnership? {
    if var ownership = logs[name] {
      guard ownership.epoch < .max else { return nil }
      ownership.epoch += planted(.b45) ? 0 : 1
      logs[name] = ownership
      return ownership
    }
    guard nextLog < .max else { return nil }
    defer { nextLog += 1 }
    let ownership = LogOwnership(log: nextLog, epoch: 1, settings: settings)
    logs[name] = ownership
    return ownership
  }

  /// What became of the wish to raise a mark.
  enum Noting: Hashable, Sendable {
    /// The log's mark is no lower.
    case noted
    case noSuchLog
    /// The log has another owner; its newest epoch.
    case fenced(UInt32)
  }

  /// Raises the mark of a log and its first segment, which never decrease, for its newest owner.
  mutating func noteMark(_ note: NoteMark) -> Noting {
    guard let (name, ownership) = logs.first(where: { $0.value.log == note.log }) else {
      return .noSuchLog
    }
    guard note.mark.epoch == ownership.epoch else { return .fenced(ownership.epoch) }
    logs[name]?.mark = max(note.mark, ownership.mark)
    logs[name]?.first = max(note.first, ownership.first)
    return .noted
  }

  var membership: Membership {
    Membership(cluster: cluster, version: version, backups: members)
  }

  /// The membership that came after a version; nil when none has come, or it is not known any more.
  func membership(after version: UInt64) -> Membership? {
    history.membership(after: version, now: membership)
  }
}

extension ClusterState {
  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint32(nextSlot)
    writer.uint64(nextLog)
    membership.write(to: &writer)
    writer.uint32(UInt32(disks.count))
    for disk in disks { disk.write(to: &writer) }
    history.write(to: &writer)
    writer.uint32(UInt32(logs.count))
    for (name, ownership) in logs.sorted(by: { $0.key < $1.key }) {
      writer.string(name)
      ownership.write(to: &writer)
    }
    return writer.bytes
  }

  init(decoding bytes: [UInt8]) throws(WireError) {
    var reader = WireReader(bytes)
    nextSlot = try reader.uint32()
    nextLog = try reader.uint64()
    let membership = try Membership(from: &reader)
    cluster = membership.cluster
    version = membership.version
    members = membership.backups
    for _ in 0..<(try reader.count(minimumSize: EnlistedDisk.size)) {
      disks.append(try EnlistedDisk(from: &reader))
    }
    history = try MembershipHistory(from: &reader)
    for _ in 0..<(try reader.count(minimumSize: 40)) {
      let name = try reader.string(limit: 255)
      logs[name] = try LogOwnership(from: &reader)
    }
    try reader.finish()
  }
}
