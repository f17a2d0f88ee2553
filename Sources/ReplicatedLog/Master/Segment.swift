import RulesRuntime

/// One segment of a log: a task whose goal is three complete replicas. Its rules are in
/// `rules/ReplicatedLog/Segment.rules`; this is the state they are about.
final class Segment {
  /// How many backups hold each segment.
  static let replicaCount = 3

  let membership = TaskMembership()
  /// 1, 2, 3 and so on, without gaps.
  let id: UInt64
  let image: SegmentImage
  /// The log that this is a part of; it owns the segment.
  unowned let log: LogState
  /// The neighbours in the log, which owns them.
  weak var prior: Segment?
  weak var following: Segment?
  private(set) var replicas: [Replica] = []
  /// Fact: nothing will be added.
  private(set) var finalized: Bool

  /// All replicas had their header, at any time.
  private(set) var wasOpened: Bool
  /// Data were sent to some backup, at any time: certified ones may exist somewhere.
  private(set) var dataWasSent: Bool
  /// All replicas were closed, at any time.
  private(set) var wasClosed: Bool

  /// A segment that has a header and nothing else.
  init(id: UInt64, image: SegmentImage, log: LogState) {
    self.id = id
    self.image = image
    self.log = log
    finalized = false
    wasOpened = false
    dataWasSent = false
    wasClosed = false
    replicas = (0..<Self.replicaCount).map { Replica(segment: self, index: $0) }
  }

  /// A segment that was read back. Replicas that are not known are made again by the rules.
  init(recovered: RecoveredSegment, log: LogState) {
    id = recovered.id
    image = recovered.image
    self.log = log
    finalized = recovered.closed
    wasOpened = recovered.closed
    dataWasSent = image.length > SegmentHeader.size
    wasClosed = recovered.closed
    replicas = (0..<Self.replicaCount).map { index in
      index < recovered.replicas.count
        ? Replica(segment: self, index: index, closed: recovered.replicas[index])
        : Replica(segment: self, index: index)
    }
  }

  /// Fact: bytes of data, the header not counted.
  var appended: Int { image.length - SegmentHeader.size }

  /// Data bytes that all three backups have certified.
  var durable: Int { durableLength(certified: replicas.lazy.map(\.certified)) }

  /// How a replica that is made now becomes visible to recovery.
  var certification: Certification {
    Certification(appended: appended, dataWasSent: dataWasSent, wasClosed: wasClosed)
  }

  /// Nothing will be added; the caller says so with `happened(.finalize)`.
  func finalize() { finalized = true }

  func noteDataSent() { dataWasSent = true }

  func noteHeader() {
    if replicas.allSatisfy({ $0.header == .committed }) { wasOpened = true }
  }

  func noteFooter() {
    if replicas.allSatisfy({ $0.footer == .committed }) { wasClosed = true }
  }
}

extension Segment: RuleSubject {
  var subjectID: UInt64 { id * 4 }
  var subjectName: String { "segment \(id)" }
}
