import RulesNetwork

/// What an acknowledged record of a log survives, while one of its replicas is left.
public enum LogDurability: UInt8, Sendable, CaseIterable, CustomStringConvertible {
  /// The end of any process: the replicas are in the memory of their machines' kernels.
  case memory = 0
  /// The end of any machine: the replicas are synced to their disks.
  case disk = 1

  /// `memory` or `disk`
  public var description: String {
    switch self {
    case .memory: "memory"
    case .disk: "disk"
    }
  }
}

/// How a log is kept: decided when it is made, and never changed.
public struct LogSettings: WireMessage, Hashable, CustomStringConvertible {
  /// How many replicas a segment may have.
  public static let replicaCounts = [1, 3]

  public var durability: LogDurability
  /// How many replicas each segment has: 1 or 3. With one a record is lost with its backup, unless its
  /// owner lives.
  public var replicas: Int

  public init(durability: LogDurability = .disk, replicas: Int = 3) {
    self.durability = durability
    self.replicas = replicas
  }

  public init(from reader: inout WireReader) throws(WireError) {
    durability = try LogDurability(from: &reader)
    replicas = Int(try reader.uint8())
    guard Self.replicaCounts.contains(replicas) else { throw WireError("\(replicas) replicas") }
  }
  public func write(to writer: inout WireWriter) {
    writer.uint8(durability.rawValue)
    writer.uint8(UInt8(replicas))
  }

  /// `3 replicas on disk`
  public var description: String {
    "\(replicas) \(replicas == 1 ? "replica" : "replicas") \(durability == .disk ? "on disk" : "in memory")"
  }
}

extension LogDurability {
  init(from reader: inout WireReader) throws(WireError) {
    let code = try reader.uint8()
    guard let level = LogDurability(rawValue: code) else { throw WireError("durability \(code)") }
    self = level
  }
}

/// What whoever opens a log wants of its settings; nil: whatever they are.
public struct LogWish: WireMessage, Hashable {
  public var durability: LogDurability?
  /// 1 or 3.
  public var replicas: Int?

  public init(durability: LogDurability? = nil, replicas: Int? = nil) {
    self.durability = durability
    self.replicas = replicas
  }

  /// What a log gets that is made by this wish.
  public var settings: LogSettings {
    LogSettings(durability: durability ?? .disk, replicas: replicas ?? 3)
  }

  /// Whether a log that has these settings is what is wanted.
  public func isMet(by settings: LogSettings) -> Bool {
    (durability ?? settings.durability) == settings.durability
      && (replicas ?? settings.replicas) == settings.replicas
  }

  /// The settings that were wanted instead of these.
  public func applied(to settings: LogSettings) -> LogSettings {
    LogSettings(
      durability: durability ?? settings.durability, replicas: replicas ?? settings.replicas)
  }

  public init(from reader: inout WireReader) throws(WireError) {
    durability = try reader.bool() ? try LogDurability(from: &reader) : nil
    let count = Int(try reader.uint8())
    guard count == 0 || LogSettings.replicaCounts.contains(count) else {
      throw WireError("\(count) replicas")
    }
    replicas = count == 0 ? nil : count
  }
  public func write(to writer: inout WireWriter) {
    writer.bool(durability != nil)
    if let durability { writer.uint8(durability.rawValue) }
    writer.uint8(UInt8(replicas ?? 0))
  }
}
