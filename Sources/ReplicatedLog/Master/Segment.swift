import PlantedBugs
import RulesRuntime

/// One segment of a log: a task whose goal is that all its replicas are complete. Its rules are in
/// `rules/ReplicatedLog/Segment.rules`; this is the state they are about.
final class Segment {
  let membership = TaskMembership()
  /// 1, 2, 3 and so on, without gaps.
  let id: UInt64
  let image: SegmentImage
  /// The log that this is a part of; it owns the segment.
  unowned let log: LogState
  /// The neighbours in the log, which owns them.
  // Sound: both neighbours know each other or neither does, and a segment takes itself out of its neighbours
  // when it is released. Weak references would make counting all others of a segment slow.
  unowned(unsafe) var prior: Segment?
  unowned(unsafe) var following: Segment?
  private(set) var replicas: [Replica] = []
  /// Fact: nothing will be added.
  private(set) var finalized: Bool
  /// Fact: how far the repair after the loss of an open replica is.
  private(set) var repair: Repair

  /// Its replication version: certificates carry it to the backups.
  private(set) var version: UInt32 = 1
  /// All replicas had their header, at any time.
  private(set) var wasOpened: Bool
  /// Data were sent to some backup, at any time: certified ones may exist somewhere.
  private(set) var dataWasSent: Bool
  /// Fact: all replicas were closed, at any time.
  private(set) var wasClosed: Bool
  /// Data bytes that it was read back with.
  private let found: Int

  /// A segment that has a header and nothing else.
  init(id: UInt64, image: SegmentImage, log: LogState) {
    self.id = id
    self.image = image
    self.log = log
    finalized = false
    repair = .none
    wasOpened = false
    dataWasSent = false
    wasClosed = false
    found = 0
    replicas = (0..<log.settings.replicas).map { Replica(segment: self, index: $0) }
  }

  /// A segment that was read back. Replicas that are not known are made again by the rules.
  init(recovered: RecoveredSegment, log: LogState) {
    id = recovered.id
    image = recovered.image
    self.log = log
    finalized = recovered.closed
    repair = .none
    wasOpened = recovered.closed
    dataWasSent = image.length > SegmentHeader.size
    wasClosed = recovered.closed
    found = image.length - SegmentHeader.size
    replicas = (0..<log.settings.replicas).map { index in
      index < recovered.replicas.count
        ? Replica(segment: self, index: index, closed: recovered.replicas[index])
        : Replica(segment: self, index: index)
    }
  }

  deinit {
    prior?.following = nil
    following?.prior = nil
  }

  /// Fact: bytes of data, the header not counted.
  var appended: Int { image.length - SegmentHeader.size }

  /// Data bytes that all its backups have certified.
  var durable: Int {
    durableLength(certified: replicas.lazy.map { planted(.b6) ? $0.committed : $0.certified })
  }

  /// Data bytes that this owner, or one before, may have acknowledged.
  var promised: Int { max(found, log.acknowledged(in: self)) }

  /// The log goes on after it: it was closed on all backups, and no lost replica of it can pass for
  /// the end of the log.
  var isBehind: Bool { wasClosed && (repair == .none || planted(.b17)) }

  /// Recovery would find it on all its backups.
  var isVisible: Bool {
    replicas.allSatisfy { $0.visible == .committed || $0.footer == .committed }
  }

  /// How a replica that is made now becomes visible to recovery.
  var certification: Certification {
    Certification(
      appended: appended, dataWasSent: dataWasSent || planted(.b18),
      wasClosed: wasClosed && !planted(.b19) || finalized && planted(.b11))
  }

  /// Nothing will be added; the caller says so with `happened(.finalize)`.
  func finalize() { finalized = true }

  func noteDataSent(_ wasSent: Bool = true) { dataWasSent = wasSent }

  /// `event begun`: what is durable here is the first that this owner may acknowledge, once the
  /// coordinator has its mark.
  func begin() {
    repair = .renewing
    happened(.begun)
  }

  /// F1open, E4: recovery might find the replica that was lost.
  func noteOpenReplicaLost() { repair = .lost }

  /// V1: from now on certificates carry a higher version, and those that were sent are stale.
  func raiseVersion() {
    expect(
      repair == .lost && !replicas.contains { $0.stamp == .sent },
      "a version is raised while an older one is on its way")
    version += planted(.b12) ? 0 : 1
    repair = .renewing
    for replica in replicas { replica.makeStale() }
  }

  /// The mark that gives up whatever may be left of the segment elsewhere.
  var mark: LogMark { LogMark(epoch: log.epoch, segment: id, version: version) }

  /// V4
  func askForMark() {
    expect(repair == .renewing, "a mark is asked for twice")
    expect(
      replicas.allSatisfy { $0.footer == .committed || $0.certifiedVersion == version },
      "a mark never gives up a replica that the log has")
    expect(prior?.wasClosed ?? true, "a mark never gives up an open segment before it")
    repair = planted(.b13) ? .none : .marking
    log.markUpdate.ask(for: mark)
  }

  /// `event marked`: the mark that was asked for is durable.
  func endRepair() {
    repair = .none
    happened(.marked)
  }

  func noteHeader() {
    if replicas.allSatisfy({ $0.header == .committed }) { wasOpened = true }
  }

  func noteFooter() {
    if replicas.allSatisfy({ $0.footer == .committed }) { wasClosed = true }
  }
}

extension Segment: RuleSubject {
  static func subjectID(of id: UInt64) -> UInt64 { id * 4 }
  static func subjectName(of id: UInt64) -> String { "segment \(id)" }

  var subjectID: UInt64 { Self.subjectID(of: id) }
  var subjectName: String { Self.subjectName(of: id) }
}
