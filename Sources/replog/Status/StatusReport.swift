import ReplicatedLog
import RulesNetwork

/// A cluster's picture as JSON: the same as `StatusTable`.
struct StatusReport: Encodable {
  struct Backup: Encodable {
    var server: String
    var address: String
    /// Absent when it did not answer.
    var replicas: Int?
    var problem: String?
  }

  struct Log: Encodable {
    var log: UInt64
    var name: String
  }

  struct Segment: Encodable {
    var log: UInt64
    var segment: UInt64
    var epoch: UInt32
    /// `open` or `closed`; `unknown` when nobody can give it back.
    var state: String
    var bytes: UInt32
    /// The backups that can give it back.
    var readable: [String]
    /// The backups whose replica is corrupt.
    var corrupt: [String]
  }

  /// Grows when a field changes its meaning or goes away.
  var version = 1
  /// In hexadecimal.
  var cluster: String
  var membershipVersion: UInt64
  var backups: [Backup]
  /// Those that the coordinator knows, by number.
  var logs: [Log]
  var segments: [Segment]
  /// Every backup answered, every segment has its replicas, none is corrupt.
  var healthy: Bool

  init(_ table: StatusTable) {
    let picture = table.picture
    cluster = String(picture.cluster, radix: 16)
    membershipVersion = picture.version
    backups = picture.servers.map {
      Backup(
        server: $0.member.server.description, address: $0.member.address,
        replicas: $0.replicas?.count, problem: $0.problem)
    }
    logs = picture.names.sorted { $0.key < $1.key }.map { Log(log: $0.key, name: $0.value) }
    segments = picture.segments.map {
      Segment(
        log: $0.log, segment: $0.id, epoch: $0.epoch,
        state: $0.readable.isEmpty ? "unknown" : $0.closed ? "closed" : "open",
        bytes: $0.bytes, readable: $0.readable.map(\.description),
        corrupt: $0.corrupt.map(\.description))
    }
    healthy = table.isHealthy
  }

  /// One JSON object, with a final newline.
  var json: String {
    get throws { try jsonText(of: self) }
  }
}
