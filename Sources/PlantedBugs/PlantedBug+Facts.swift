extension PlantedBug {
  /// What has to become of a planted bug.
  public enum Expectation: Hashable, Sendable {
    /// Found, as a rule by one of these invariants, but by any of them all the same.
    case found(String)
    /// Nothing is wrong: it is no bug, and the simulator has to say nothing.
    case silence
    /// Nothing that can be seen from outside: another guard stands behind this one.
    case masked(by: String)
  }

  /// What is changed, and where it comes from, in one line each.
  public struct Facts: Sendable {
    public var summary: String
    public var origin: String
    public var expectation: Expectation
    /// What is changed in rules: mutants that the compiler has prepared, as it says them.
    public var rules: [String] = []
  }

  /// What is to be known of it.
  public var facts: Facts {
    masterFacts ?? backupFacts ?? coordinatorFacts ?? boundFacts
      ?? Facts(summary: "", origin: "", expectation: .silence)
  }

  /// In the rules and in what their actions do.
  private var masterFacts: Facts? {
    let order = [
      "Segment.replica R4 without prior.closed",
      "Segment.replica due without prior.closed",
    ]
    return switch self {
    case .b1:
      Facts(
        summary: "data are sent before the segment before is closed", origin: "paper",
        expectation: .found("S7"), rules: order)
    case .b2:
      Facts(
        summary: "a footer is sent before the next segment's header is there", origin: "paper",
        expectation: .found("S7 S11 L4"),
        rules: [
          "Segment.replica R6 without (following.opened or wasClosed)",
          "Segment.replica due without (following.opened or wasClosed)",
        ])
    case .b3:
      Facts(
        summary: "acknowledged although the segment before is open", origin: "RAMCloud 80d3ed7e",
        expectation: .masked(by: "R4"))
    case .b1b3:
      Facts(
        summary: "both of these", origin: "paper", expectation: .found("S7 S1"), rules: order)
    case .b6:
      Facts(
        summary: "acknowledged when received, not when certified", origin: "RAMCloud 27bde512",
        expectation: .found("S1"))
    case .b7:
      Facts(
        summary: "acknowledged while the repair of a lost open replica goes on", origin: "RAMCloud",
        expectation: .found("S1 S6"))
    case .b8:
      Facts(
        summary: "a header is sent before that of the segment before is there",
        origin: "RAMCloud 4153909a", expectation: .found("S7"))
    case .b11:
      Facts(
        summary: "what replaces a finalized segment's replica is certified at its close only",
        origin: "model", expectation: .found("L1 L2"))
    case .b12:
      Facts(
        summary: "the version is not raised when an open replica is lost", origin: "RAMCloud",
        expectation: .found("S1 S6"))
    case .b13:
      Facts(
        summary: "acknowledged before the mark of a repair is durable", origin: "RAMCloud",
        expectation: .found("S1 S6"))
    case .b15:
      Facts(
        summary: "a replacement is certified while it is shorter", origin: "RAMCloud 1221bb8b",
        expectation: .found("S1"))
    case .b16:
      Facts(
        summary: "the loss of a replacement that caught up counts for nothing", origin: "RAMCloud",
        expectation: .found("S1"))
    case .b17:
      Facts(
        summary: "a segment goes on while the one before is under repair", origin: "RAMCloud",
        expectation: .found("S7 S1"), rules: ["Segment closed without repair == none"])
    case .b18:
      Facts(
        summary: "a replacement without data is certified late, as one with data",
        origin: "RAMCloud", expectation: .found("L2"))
    case .b19:
      Facts(
        summary: "a replica of a closed segment is certified open, then closed", origin: "model",
        expectation: .found("S7 S1"))
    case .b20:
      Facts(
        summary: "that a replica replaces another is forgotten when its open is rejected",
        origin: "RAMCloud c2e49cff", expectation: .found("S1"))
    case .b23:
      Facts(
        summary: "F1 does not wake the segment", origin: "paper", expectation: .found("T1 L2"),
        rules: [
          "ServerFailure.replica F1 does not wake replica.segment",
          "ServerFailure.replica F1open does not wake replica.segment",
        ])
    case .b26:
      Facts(
        summary: "the end of an old write counts for the new replica", origin: "paper",
        expectation: .found("S13 L2 T6"))
    case .b27:
      Facts(
        summary: "a cancelled write keeps its leave", origin: "RAMCloud a185c546",
        expectation: .found("T4 L1 L2"))
    case .b28:
      Facts(
        summary: "control: an old write is not cancelled, but its end is ignored", origin: "-",
        expectation: .silence)
    case .b34:
      Facts(
        summary: "two replicas of a segment on one backup", origin: "RAMCloud 41c016a9",
        expectation: .found("S8 S1"))
    case .n3:
      Facts(
        summary: "acknowledged before the coordinator knows that the log was begun",
        origin: "RELIABILITY 5.2", expectation: .found("S1 S6"))
    default: nil
    }
  }

  private var backupFacts: Facts? {
    switch self {
    case .b10:
      Facts(
        summary: "bytes without a certificate are listed and read", origin: "RAMCloud 2337804b",
        expectation: .found("S1 S2"))
    case .b21:
      Facts(
        summary: "a request that comes again is done again", origin: "model",
        expectation: .found("S12 S1"))
    case .b29:
      Facts(
        summary: "backups do not ask whether a writer is fenced", origin: "RAMCloud de222459",
        expectation: .found("S5"))
    case .b31:
      Facts(
        summary: "a log is listed first and fenced later", origin: "BookKeeper #2614",
        expectation: .found("S5"))
    case .b32:
      Facts(
        summary: "a fence is forgotten when its backup restarts", origin: "BookKeeper",
        expectation: .found("S4"))
    case .b35:
      Facts(
        summary: "a close that comes again is refused", origin: "RAMCloud 434f9f22",
        expectation: .found("S12 L2"))
    case .b36:
      Facts(
        summary: "what an earlier owner left is freed before it was recovered",
        origin: "RAMCloud fc21786d", expectation: .found("S15 S11 S1"))
    case .b37:
      Facts(
        summary: "a replica is freed that its owner makes again",
        origin: "RAMCloud c9069fef", expectation: .found("S15 L2"))
    case .b39:
      Facts(
        summary: "answered before the sync", origin: "NATS", expectation: .found("S1"))
    case .b40:
      Facts(
        summary: "checksums are not looked at", origin: "PAR", expectation: .found("S2 S3"))
    case .b41:
      Facts(
        summary: "a replica is cut where its checksum fails", origin: "Ratis",
        expectation: .found("S2 S3"))
    case .b43:
      Facts(
        summary: "a sync that failed is tried again", origin: "PostgreSQL",
        expectation: .found("S1"))
    case .n2:
      Facts(
        summary: "after a failed sync the next process trusts what the kernel shows",
        origin: "seed of ours", expectation: .found("S1"))
    default: nil
    }
  }

  private var coordinatorFacts: Facts? {
    switch self {
    case .b9:
      Facts(
        summary: "recovery takes the highest open segment as the head", origin: "variant",
        expectation: .found("L4 S11"))
    case .b45:
      Facts(
        summary: "two owners get one epoch", origin: "RAMCloud 0be83b76", expectation: .found("S5"))
    case .b46:
      Facts(
        summary: "versions of the membership are left out", origin: "RAMCloud 20ddb5e8",
        expectation: .found("S14"))
    case .b47:
      Facts(
        summary: "a server comes back while it still is a member", origin: "RAMCloud 20ddb5e8",
        expectation: .found("S14"))
    case .b49:
      Facts(
        summary: "an incomplete recovery passes for complete", origin: "RAMCloud 77ff13c2",
        expectation: .found("S10 S1"))
    case .n1:
      Facts(
        summary: "the coordinator's state is trusted before its name is on the disk",
        origin: "seed of ours", expectation: .found("S6 S5"))
    case .n4:
      Facts(
        summary: "who served a disk that another server starts from stays a member",
        origin: "seed 62740", expectation: .found("S1"))
    default: nil
    }
  }

  /// In what bounds the use of memory, or waits for room.
  private var boundFacts: Facts? {
    switch self {
    case .b51:
      Facts(
        summary: "a server reads on, however much it has not answered",
        origin: "RAMCloud 1d16a8a1", expectation: .found("U2"))
    case .b52:
      Facts(
        summary: "the last segments of a recovery get its memory first",
        origin: "RAMCloud b41d1fb9", expectation: .found("L1 L4"))
    case .b54:
      Facts(
        summary: "a frame's length is believed before it is held against the limit",
        origin: "common", expectation: .found("U2"))
    case .b55:
      Facts(
        summary: "while an append waits, no failure of a server is heard of",
        origin: "RAMCloud f0858262", expectation: .found("L1 L2"))
    default: nil
    }
  }
}
