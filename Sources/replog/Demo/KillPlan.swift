import ReplicatedLog
import RulesNetwork

/// Decides which backup the demo kills next, and when: one that holds a replica of the open head
/// when that is about half full, then, when the segment that was hit is closed and whole again, one
/// that holds a replica of it.
struct KillPlan: Sendable {
  struct Kill: Sendable, Equatable {
    var server: ServerID
    /// The segment the victim was chosen for.
    var segment: UInt64
    /// What the victim is, for the event line.
    var reason: String
  }

  /// How many backups can be killed so that three are left.
  static func kills(withBackups count: Int) -> Int { max(0, min(2, count - 3)) }

  private let wanted: Int
  private let segmentCapacity: Int
  private(set) var done: [Kill] = []
  /// A kill was due when only three backups were left, so there are no more kills.
  private(set) var isCutShort = false

  init(kills wanted: Int, segmentCapacity: Int) {
    self.wanted = wanted
    self.segmentCapacity = segmentCapacity
  }

  var isComplete: Bool { isCutShort || done.count >= wanted }

  /// The kill to carry out now, if it is time for one; it counts as done.
  /// - Parameters:
  ///   - ended: nothing more will be appended, so a segment that is half full or closed may never
  ///     come: any segment will do.
  ///   - gone: backups whose process has ended, whether or not that was noticed.
  ///   - victims: the backups that may be killed.
  mutating func next(
    _ status: LogStatus, inputEnded ended: Bool, gone: Set<ServerID>, victims: Set<ServerID>
  ) -> Kill? {
    guard !isComplete else { return nil }
    let victims = victims.subtracting(gone)
    let kill =
      done.isEmpty
      ? first(status, ended, victims) : second(status, ended, victims, after: done[0])
    guard let kill else { return nil }
    isCutShort = Set(status.members).subtracting(gone).count <= status.settings.replicas
    if isCutShort { return nil }
    done.append(kill)
    return kill
  }

  private func first(_ status: LogStatus, _ ended: Bool, _ victims: Set<ServerID>) -> Kill? {
    guard let head = status.segments.last, head.length > 0,
      ended || (!head.finalized && head.length >= segmentCapacity * 2 / 5),
      let server = head.replicas.lazy.filter({ $0.header == .committed }).compactMap(\.server)
        .first(where: victims.contains)
    else { return nil }
    let state = head.finalized ? "finalized" : "open"
    return Kill(
      server: server, segment: head.id,
      reason: "it has a replica of \(state) segment \(head.id), "
        + "\(byteCount(head.length)) of \(binaryCount(segmentCapacity)) written")
  }

  private func second(
    _ status: LogStatus, _ ended: Bool, _ victims: Set<ServerID>, after first: Kill
  ) -> Kill? {
    guard let hit = status.segments.first(where: { $0.id == first.segment }),
      hit.isComplete, hit.closed || ended, !status.members.contains(first.server)
    else { return nil }
    let holders = hit.replicas.compactMap(\.server).filter(victims.contains)
    let inHead = Set(status.segments.last?.replicas.compactMap(\.server) ?? [])
    guard let server = holders.first(where: inHead.contains) ?? holders.first else { return nil }
    let state = hit.closed ? "closed" : "open"
    return Kill(
      server: server, segment: hit.id,
      reason: "it has a replica of segment \(hit.id), which is \(state) and whole again")
  }
}
