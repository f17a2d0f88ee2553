import RulesNetwork

/// A consistent picture of a log, as its owner sees it.
public struct LogStatus: Sendable {
  /// How far a header or a footer is.
  public enum Step: Hashable, Sendable {
    case unsent, sent, committed
  }

  /// One of the replicas of a segment.
  public struct Replica: Sendable {
    /// The backup it is on; nil while none is chosen.
    public var server: ServerID?
    public var header: Step
    public var footer: Step
    /// Data bytes that the backup has confirmed, the header not counted.
    public var committed: Int
    /// Of these, the bytes under a certificate: recovery finds no others.
    public var certified: Int
    /// It replaces a lost one and is not complete yet.
    public var repairing: Bool
  }

  /// A segment of the log.
  public struct Segment: Sendable {
    public var id: UInt64
    /// Data bytes, the header not counted.
    public var length: Int
    /// Nothing will be added.
    public var finalized: Bool
    public var replicas: [Replica]

    /// All replicas have their footer.
    public var closed: Bool { replicas.allSatisfy { $0.footer == .committed } }
    /// Recovery would find all data of the segment on each of its backups.
    public var isReplicated: Bool {
      replicas.allSatisfy { $0.header == .committed && !$0.repairing && $0.certified == length }
    }
  }

  /// What happened since the log was opened.
  public struct Counters: Sendable {
    /// Replicas whose backup failed, and those that were missing when the log was opened. A
    /// replacement that is lost before it is complete does not count again.
    public var replicasLost = 0
    /// Replicas that took the place of lost ones and are complete: as many as were lost once
    /// nothing is left to repair.
    public var replicasRecreated = 0
    /// Image bytes of these.
    public var bytesRecreated = 0
    /// The time during which at least one lost replica was not yet made again.
    public var repairTime: Duration = .zero
    /// Records that were acknowledged.
    public var recordsAcknowledged = 0

    public init() {}
  }

  public var log: UInt64
  public var epoch: UInt32
  /// How it is kept.
  public var settings: LogSettings
  public var segments: [Segment]
  /// Segments that were trimmed, and whose replicas are not yet freed.
  public var releasing: Int
  /// Data bytes that are on all their backups; entries as they are stored, so a little more than
  /// the records themselves.
  public var durableBytes: Int
  /// Data bytes appended so far.
  public var appendedBytes: Int
  /// Appends that wait because too much is not yet durable.
  public var waitingAppends: Int
  /// The backups that are up, sorted.
  public var members: [ServerID]
  /// Those among them that refused something and are not used any more.
  public var excluded: [ServerID]
  public var counters: Counters
  /// Why nothing can be appended any more.
  public var failure: LogError?
}
