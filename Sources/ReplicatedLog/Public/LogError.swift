import RulesNetwork

/// What can go wrong with a log. Each text says what failed and what it means for the data.
public enum LogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A value of the configuration cannot work.
  case configuration(String)
  /// No coordinator answered in time, at none of these addresses: all that the configuration names.
  case unreachable([NetworkAddress])
  /// No backup is up, so that the log could not be kept anywhere.
  case noBackups
  /// The coordinator or a backup answered something that makes no sense.
  case protocolViolation(String)
  /// There is no log of this name.
  case noSuchLog(String)
  /// The log exists and is kept in another way than the configuration says; nothing was changed.
  case otherSettings(String)
  /// Somebody else opened the log after this owner; nothing that was acknowledged is lost.
  case fenced
  /// The owner's memory limit, in bytes, is used up.
  case full(limit: Int)
  /// A record of `size` bytes; at most `limit` are allowed.
  case recordTooLarge(size: Int, limit: Int)
  /// Segments without which the log cannot be read. `unanswered`: the backups that were asked and
  /// said nothing; they may have what is missing.
  case incomplete([IncompleteSegment], unanswered: [ServerID])
  /// Segments of the log are lost, and every backup has said what it has: only one that is no member any
  /// more could bring them back.
  case lost([IncompleteSegment])
  /// What was to be read is before the beginning of the log, which was trimmed.
  case trimmed(first: LogPosition)
  /// The log was opened before, and no backup has anything of it: its backups are not running, or
  /// all its data are gone.
  case vanished(name: String, epoch: UInt32)
  /// The log was closed, by `close` or because its `ReplicatedLog` is gone.
  case closed
  /// The task that asked was cancelled.
  case cancelled
  /// The log is complete, but has so many segments that the coordinator's plan of so many bytes does
  /// not fit a reply.
  case planTooLarge(bytes: UInt64)
  /// What the caller's closure threw; reading stopped there.
  case consumer(String)
  /// A thread, a socket or memory could not be had.
  case system(String)

  public var description: String {
    switch self {
    case .configuration(let reason): reason
    case .unreachable(let addresses):
      "no coordinator answers at \(addresses.map(\.description).joined(separator: ", ")); "
        + "the log was not opened"
    case .noBackups: "no backup is up; the log was not opened"
    case .protocolViolation(let reason): "unexpected answer: \(reason)"
    case .noSuchLog(let name): "there is no log '\(name)'"
    case .otherSettings(let reason): reason
    case .fenced:
      "the log has a newer owner; nothing can be appended here any more, and nothing that was "
        + "acknowledged is lost"
    case .full(let limit): "the log's \(limit) bytes of memory are used up"
    case .recordTooLarge(let size, let limit):
      "a record of \(size) bytes is too large: at most \(limit) are allowed"
    case .incomplete(let segments, let unanswered):
      "the log is incomplete: " + segments.map(\.description).joined(separator: ", ")
        + (unanswered.isEmpty
          ? "" : "; no answer from " + unanswered.map(\.description).joined(separator: ", "))
    case .lost(let segments):
      "data of the log are lost, unless a server brings them back that is no member now: "
        + segments.map(\.lossDescription).joined(separator: ", ")
    case .trimmed(let first): "the log begins at \(first) now: what was to be read is given up"
    case .vanished(let name, let epoch):
      "log '\(name)' was opened before (this is epoch \(epoch)), but no backup has any replica of "
        + "it: its backups are not running, or all its data are lost"
    case .closed: "the log is closed"
    case .cancelled: "cancelled"
    case .planTooLarge(let bytes):
      "the log has too many segments: the list of them takes \(bytes) bytes; nothing is lost"
    case .consumer(let reason): reason
    case .system(let reason): reason
    }
  }
}

/// A segment that no backup can give back whole.
public struct IncompleteSegment: Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// Nobody has a replica of it.
    case missing
    /// Replicas exist, and none of them has the bytes that were certified.
    case corrupt
    /// Replicas exist, and the disks did not give any of them back just now. That may pass.
    case unreadable
    /// Replicas exist, and none of them was ever completed.
    case uncertified
    /// Only open replicas are left of a segment that was closed: its end may be missing.
    case notClosed
    /// The backups that have it did not answer when it was to be read.
    case noAnswer
  }

  public var segment: UInt64
  public var reason: Reason

  public init(segment: UInt64, reason: Reason) {
    self.segment = segment
    self.reason = reason
  }

  /// The positions of its records, those that are lost with it: from here up to that of `end`.
  public var start: LogPosition {
    LogPosition(segment: segment, offset: UInt32(SegmentHeader.size))
  }
  /// The first position after the segment.
  public var end: LogPosition { LogPosition(segment: segment &+ 1, offset: 0) }

  fileprivate var lossDescription: String { "\(description) (positions \(start) up to \(end))" }

  /// `segment 3 is missing`
  public var description: String {
    switch reason {
    case .missing: "segment \(segment) is missing"
    case .corrupt: "segment \(segment) has only corrupt replicas"
    case .unreadable: "segment \(segment) is on disks that do not give it back now"
    case .uncertified: "segment \(segment) has only unfinished replicas"
    case .notClosed: "segment \(segment) has no closed replica, so its end may be missing"
    case .noAnswer: "segment \(segment) is on backups that do not answer"
    }
  }
}
