import RulesNetwork
import RulesRuntime

/// How to reach a log, and how its owner keeps it.
public struct LogConfiguration: Sendable {
  /// Bytes of the largest segment: 64 MiB.
  static let largestSegment = 64 << 20

  /// The cluster's coordinator.
  public var coordinator: NetworkAddress
  /// Where other coordinators of the cluster stand by, one of which may lead instead.
  public var standbys: [NetworkAddress] = []
  /// The log's name at the coordinator: 1 to 255 bytes of UTF-8.
  public var name: String
  /// What its acknowledged records survive; nil: whatever the log has, and the disk for a new one. It is
  /// decided when the log is made: opening it with another one fails with `LogError.otherSettings`.
  public var durability: LogDurability?
  /// How many replicas each of its segments has, 1 or 3; nil: as many as the log has, and three for a new
  /// one. Decided when the log is made, as `durability` is.
  public var replicas: Int?
  /// Bytes of one segment, its header included; 4 KiB to 64 MiB. No record is larger than a segment.
  public var segmentCapacity: Int
  /// Bytes of segments that the owner may hold: all of them stay in its memory, because that is
  /// what lost replicas are made from. When they are used up, `append` throws `LogError.full`.
  public var memoryLimit: Int
  /// How long to wait for the coordinator, and for backups without which the log is incomplete.
  public var patience: Duration
  /// Where messages go.
  public var log: RuleLog
  /// Makes the choice of backups repeatable; nil: chosen at random.
  public var seed: UInt64?
  /// How it reaches others.
  package var host = NetworkHost.system

  public init(
    coordinator: NetworkAddress, name: String = "main", durability: LogDurability? = nil,
    replicas: Int? = nil, segmentCapacity: Int = 8 << 20,
    memoryLimit: Int = 1 << 30, patience: Duration = .seconds(10), log: RuleLog = .disabled,
    seed: UInt64? = nil
  ) {
    self.coordinator = coordinator
    self.name = name
    self.durability = durability
    self.replicas = replicas
    self.segmentCapacity = segmentCapacity
    self.memoryLimit = memoryLimit
    self.patience = patience
    self.log = log
    self.seed = seed
  }

  /// Everywhere that a coordinator may be.
  package var coordinators: [NetworkAddress] { [coordinator] + standbys }

  /// - Throws: `LogError.configuration`, naming the first value that cannot work.
  func check() throws(LogError) {
    guard (1...255).contains(name.utf8.count) else {
      throw .configuration("the log's name must have 1 to 255 bytes, not \(name.utf8.count)")
    }
    guard replicas.map(LogSettings.replicaCounts.contains) ?? true else {
      throw .configuration("a segment has 1 or 3 replicas, not \(replicas ?? 0)")
    }
    guard (4 << 10...Self.largestSegment).contains(segmentCapacity) else {
      throw .configuration(
        "a segment must have 4096 to 67108864 bytes, not \(segmentCapacity)")
    }
    guard memoryLimit >= 2 * segmentCapacity else {
      throw .configuration(
        "\(memoryLimit) bytes of memory do not hold two segments of \(segmentCapacity) bytes")
    }
  }
}
