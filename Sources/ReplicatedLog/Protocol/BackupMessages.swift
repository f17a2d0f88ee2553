import RulesNetwork

/// Which disk a backup enlists with, and how often that was started from.
public struct StorageIdentity: WireMessage, Hashable {
  /// Names the directory; chosen at random when it is made.
  public var directory: UInt64
  /// Grows with each start, and is on the disk before the backup enlists. A disk that says less than the
  /// coordinator knows is an older copy.
  public var incarnation: UInt64
  /// Chosen at random at each start: tells one that asks again from a copy that was started too.
  public var start: UInt64

  public init(directory: UInt64, incarnation: UInt64, start: UInt64) {
    self.directory = directory
    self.incarnation = incarnation
    self.start = start
  }

  public init(from reader: inout WireReader) throws(WireError) {
    directory = try reader.uint64()
    incarnation = try reader.uint64()
    start = try reader.uint64()
  }
  public func write(to writer: inout WireWriter) {
    writer.uint64(directory)
    writer.uint64(incarnation)
    writer.uint64(start)
  }
}

/// A backup asks to be a member. Reply: `Enlisted`. Refused with `staleStorage` when the coordinator
/// knows a later start of its directory.
public struct Enlist: WireMessage, Hashable {
  /// Where the backup listens, `127.0.0.1:4101`.
  public var address: String
  /// nil: nothing is kept.
  public var storage: StorageIdentity?

  public init(address: String, storage: StorageIdentity? = nil) {
    self.address = address
    self.storage = storage
  }

  public init(from reader: inout WireReader) throws(WireError) {
    address = try reader.string(limit: 255)
    storage = try reader.bool() ? StorageIdentity(from: &reader) : nil
  }
  public func write(to writer: inout WireWriter) {
    writer.string(address)
    writer.bool(storage != nil)
    storage?.write(to: &writer)
  }
}

/// Asks for the logs of the cluster, in the order of their numbers. Reply: `LogList`.
public struct ListLogs: WireMessage, Hashable {
  /// Only logs with a higher number; 0: from the first one on.
  public var after: UInt64

  public init(after: UInt64) { self.after = after }

  public init(from reader: inout WireReader) throws(WireError) { after = try reader.uint64() }
  public func write(to writer: inout WireWriter) { writer.uint64(after) }
}

/// A log's name, and who owns it.
public struct NamedLog: WireMessage, Hashable {
  /// 1 to 255 bytes of UTF-8.
  public var name: String
  public var ownership: LogOwnership

  public init(name: String, ownership: LogOwnership) {
    self.name = name
    self.ownership = ownership
  }

  public init(from reader: inout WireReader) throws(WireError) {
    name = try LogName(from: &reader).name
    ownership = try LogOwnership(from: &reader)
  }
  public func write(to writer: inout WireWriter) {
    LogName(name: name).write(to: &writer)
    ownership.write(to: &writer)
  }
}

/// Logs and who owns them: the answer to `ListLogs`.
public struct LogList: WireMessage, Hashable {
  /// Logs of one answer, at most.
  public static let limit = 4_000

  /// In the order of their numbers.
  public var logs: [NamedLog]
  /// There are more, with higher numbers.
  public var hasMore: Bool

  public init(logs: [NamedLog], hasMore: Bool) {
    self.logs = logs
    self.hasMore = hasMore
  }

  /// The same without names.
  public var owners: [LogOwnership] { logs.map(\.ownership) }

  public init(from reader: inout WireReader) throws(WireError) {
    logs = []
    for _ in 0..<(try reader.count(minimumSize: 40)) {
      logs.append(try NamedLog(from: &reader))
    }
    hasMore = try reader.bool()
    // Whoever asks for what follows must come to an end.
    guard zip(logs, logs.dropFirst()).allSatisfy({ $0.ownership.log < $1.ownership.log }),
      !(hasMore && logs.isEmpty)
    else { throw WireError("logs out of order") }
  }
  public func write(to writer: inout WireWriter) {
    writer.uint32(UInt32(logs.count))
    for log in logs { log.write(to: &writer) }
    writer.bool(hasMore)
  }
}
