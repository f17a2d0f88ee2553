import ReplicatedLog
import RulesNetwork

/// What the servers of a cluster said about themselves, each for its own moment.
struct ClusterPicture: Sendable, Equatable {
  struct Server: Sendable, Equatable {
    var member: Membership.Member
    /// nil: it did not answer in time, or refused.
    var replicas: [ReplicaList.Replica]?
    /// Why there are none.
    var problem: String?
  }

  var cluster: UInt64
  /// Version of the membership.
  var version: UInt64
  var servers: [Server]
  /// What the coordinator knows of each log.
  var logs: [UInt64: LogOwnership] = [:]
  /// What these are called.
  private(set) var names: [UInt64: String] = [:]

  mutating func note(_ log: LogOwnership, name: String) {
    logs[log.log] = log
    names[log.log] = name
  }

  /// The log begins later by now. Nothing else of it is newer than what the servers have said.
  mutating func noteTrimmed(_ log: LogOwnership) {
    guard let known = logs[log.log], log.first > known.first else { return }
    logs[log.log]?.first = log.first
  }

  /// One segment of a log, as all servers together have it.
  struct Segment: Equatable {
    var log: UInt64
    var id: UInt64
    /// The newest owner's epoch among its readable replicas, 0 when nobody has one. Open replicas of
    /// older ones do not count.
    var epoch: UInt32
    var closed: Bool
    /// Bytes that can be read from the best replica.
    var bytes: UInt32
    /// Servers that can give it back, sorted.
    var readable: [ServerID]
    /// Servers whose replica is corrupt or cannot be read, sorted.
    var corrupt: [ServerID]
    /// How many servers should have it.
    var wanted: Int

    var isUnderReplicated: Bool { readable.count < wanted }
    /// Nobody has anything of it.
    var isMissing: Bool { readable.isEmpty && corrupt.isEmpty }
  }

  /// Segments of one log that nobody has, at most.
  static let missingLimit = 1_000

  /// All segments that the logs should have, and those that somebody has, by log and id. What was trimmed
  /// and is not freed yet is none.
  var segments: [Segment] {
    let found = foundSegments
    return (found + missingSegments(found)).sorted { ($0.log, $0.id) < ($1.log, $1.id) }
  }

  private var foundSegments: [Segment] {
    struct Key: Hashable { var log, segment: UInt64 }
    var found: [Key: [(server: ServerID, replica: ReplicaList.Replica)]] = [:]
    for server in servers {
      for replica in server.replicas ?? []
      where replica.key.segment >= logs[replica.key.log]?.first ?? 0 {
        found[Key(log: replica.key.log, segment: replica.key.segment), default: []]
          .append((server.member.server, replica))
      }
    }
    return found.map { key, all in segment(key.segment, of: key.log, all) }
  }

  private func segment(
    _ id: UInt64, of log: UInt64, _ all: [(server: ServerID, replica: ReplicaList.Replica)]
  ) -> Segment {
    let sound = all.filter { $0.replica.state.isSound && $0.replica.certified > 0 }
    let epoch = (sound.isEmpty ? all : sound).map(\.replica.key.epoch).max() ?? 0
    let newest = sound.filter { $0.replica.key.epoch == epoch }
    // A closed replica is whole, whoever made it.
    let closed = newest.first { $0.replica.state == .closed }?.replica
    let readable =
      closed.map { whole in
        sound.filter {
          $0.replica.state == .closed && $0.replica.certified == whole.certified
            && $0.replica.crc == whole.crc
        }
      } ?? newest
    return Segment(
      log: log, id: id, epoch: epoch, closed: closed != nil,
      bytes: readable.map(\.replica.certified).max() ?? 0,
      readable: Set(readable.map(\.server)).sorted(),
      corrupt: all.filter { !$0.replica.state.isSound }.map(\.server).sorted(),
      // A log that came after the coordinator was asked: the usual number.
      wanted: (logs[log]?.settings ?? LogSettings()).replicas)
  }

  /// A log's segments follow each other: from its first one up to the newest that somebody has, or that the
  /// mark proves to have been there.
  private func missingSegments(_ found: [Segment]) -> [Segment] {
    logs.values.flatMap { log -> [Segment] in
      let there = Set(found.lazy.filter { $0.log == log.log }.map(\.id))
      let last = max(there.max() ?? 0, log.mark.segment)
      guard log.first <= last else { return [] }
      // Id by id: the distance between the ends of a range may be no Int.
      var missing: [Segment] = []
      for id in sequence(first: log.first, next: { $0 < last ? $0 + 1 : nil })
      where !there.contains(id) {
        missing.append(segment(id, of: log.log, []))
        if missing.count == Self.missingLimit { break }
      }
      return missing
    }
  }
}
