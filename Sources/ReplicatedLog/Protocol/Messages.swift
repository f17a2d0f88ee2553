import RulesNetwork

/// A message body: written by one process, read by another, never trusted.
public protocol WireMessage: Sendable {
  init(from reader: inout WireReader) throws(WireError)
  func write(to writer: inout WireWriter)
}

extension WireMessage {
  public var encoded: [UInt8] {
    var writer = WireWriter()
    write(to: &writer)
    return writer.bytes
  }

  /// Decodes a whole body; bytes left over are an error.
  public init(decoding bytes: [UInt8]) throws(WireError) {
    var reader = WireReader(bytes)
    try self.init(from: &reader)
    try reader.finish()
  }
}

/// What the processes of a cluster ask each other.
public enum LogOperation: UInt16, Sendable {
  // to the coordinator
  case enlist = 1
  case watch = 2
  case openLog = 3
  case findLog = 4
  case leave = 5
  case noteMark = 6
  case nameLog = 8
  case listLogs = 9
  // to a backup, from the coordinator
  case ping = 16
  // to a backup, from a master or a reader
  case openReplica = 32
  case writeReplica = 33
  case closeReplica = 34
  case listReplicas = 35
  case readReplica = 36
  case freeReplica = 37
}

/// Why a server refused; travels as the RPC's refusal code.
public enum LogRefusal: UInt16, Sendable {
  case malformed = 1
  case unknownOperation = 2
  /// A newer owner of the log has been here.
  case fenced = 3
  case noSuchReplica = 4
  /// The replica's checksum does not hold: it is never served.
  case corrupt = 5
  case noSuchLog = 6
  /// A write that leaves a hole, overlaps with other bytes, or goes beyond the segment's capacity.
  case badWrite = 7
  /// The disk failed or is full.
  case storage = 8
  case notInCluster = 9
  /// The cluster knows a later start of the directory: this is an older copy of it, or a second one.
  case staleStorage = 11
  /// The disk did not give the replica back just now; the same request may succeed later.
  case unreadable = 10
  /// The log exists and is kept in another way than is wanted.
  case otherSettings = 12
  /// Too much is under way; the same request may succeed later.
  case busy = 16
}

/// The answer to `Enlist`.
public struct Enlisted: WireMessage, Hashable {
  /// Tells clusters apart: chosen at random when a coordinator begins with nothing.
  public var cluster: UInt64
  /// Who the backup is from now on.
  public var server: ServerID

  public init(cluster: UInt64, server: ServerID) {
    self.cluster = cluster
    self.server = server
  }

  public init(from reader: inout WireReader) throws(WireError) {
    cluster = try reader.uint64()
    server = try ServerID(from: &reader)
  }
  public func write(to writer: inout WireWriter) {
    writer.uint64(cluster)
    server.write(to: &writer)
  }
}

/// Asks for the membership once it is newer than `after` (0: at once). A long poll.
/// Reply: `Membership`.
public struct Watch: WireMessage, Hashable {
  /// The version that the caller has.
  public var after: UInt64

  public init(after: UInt64) { self.after = after }

  public init(from reader: inout WireReader) throws(WireError) { after = try reader.uint64() }
  public func write(to writer: inout WireWriter) { writer.uint64(after) }
}

/// All backups that are up. A server that is missing here has failed, for good.
public struct Membership: WireMessage, Hashable {
  /// A backup that is up.
  public struct Member: Hashable, Sendable {
    public var server: ServerID
    /// Where it listens, `127.0.0.1:4101`.
    public var address: String

    public init(server: ServerID, address: String) {
      self.server = server
      self.address = address
    }
  }

  /// The cluster that this is about.
  public var cluster: UInt64
  /// Starts at 1 and grows with every change.
  public var version: UInt64
  /// In no order.
  public var backups: [Member]

  public init(cluster: UInt64, version: UInt64, backups: [Member]) {
    self.cluster = cluster
    self.version = version
    self.backups = backups
  }

  public init(from reader: inout WireReader) throws(WireError) {
    cluster = try reader.uint64()
    version = try reader.uint64()
    let count = try reader.count(minimumSize: 12)
    backups = []
    for _ in 0..<count {
      backups.append(
        Member(server: try ServerID(from: &reader), address: try reader.string(limit: 255)))
    }
  }
  public func write(to writer: inout WireWriter) {
    writer.uint64(cluster)
    writer.uint64(version)
    writer.uint32(UInt32(backups.count))
    for member in backups {
      member.server.write(to: &writer)
      writer.string(member.address)
    }
  }
}

/// Asks which log has a name (refused with `noSuchLog` when there is none). Reply: `LogOwnership`.
public struct LogName: WireMessage, Hashable {
  /// 1 to 255 bytes of UTF-8.
  public var name: String

  public init(name: String) { self.name = name }

  public init(from reader: inout WireReader) throws(WireError) {
    name = try reader.string(limit: 255)
  }
  public func write(to writer: inout WireWriter) { writer.string(name) }
}

/// How far a log had come when its owner last had to say so, kept by the coordinator: an open replica
/// below it was given up, and may lack what was acknowledged since. Ordered by epoch, then segment,
/// then version; of one log it never decreases.
public struct LogMark: WireMessage, Hashable, Comparable {
  /// Nothing of the log was ever acknowledged.
  public static let none = LogMark(epoch: 0, segment: 0, version: 0)

  /// The owner that set it.
  public var epoch: UInt32
  /// The first of its segments that was not closed on all backups.
  public var segment: UInt64
  /// The replication version of that segment: 1, and one more for each open replica of it that was
  /// lost.
  public var version: UInt32

  public init(epoch: UInt32, segment: UInt64, version: UInt32) {
    self.epoch = epoch
    self.segment = segment
    self.version = version
  }

  public init(from reader: inout WireReader) throws(WireError) {
    epoch = try reader.uint32()
    segment = try reader.uint64()
    version = try reader.uint32()
  }
  public func write(to writer: inout WireWriter) {
    writer.uint32(epoch)
    writer.uint64(segment)
    writer.uint32(version)
  }

  public static func < (left: LogMark, right: LogMark) -> Bool {
    (left.epoch, left.segment, left.version) < (right.epoch, right.segment, right.version)
  }
}

/// Raises the mark of a log and its first segment; the mark's `epoch` is the caller's. Refused with
/// `fenced` when that is not the newest owner's. The reply is empty and comes when both are durably no
/// lower; asked again, the same.
public struct NoteMark: WireMessage, Hashable {
  /// The log's id.
  public var log: UInt64
  /// How far it has come.
  public var mark: LogMark
  /// The log begins there: nobody needs a segment with a lower id. 1 or more.
  public var first: UInt64

  public init(log: UInt64, mark: LogMark, first: UInt64 = 1) {
    self.log = log
    self.mark = mark
    self.first = first
  }

  public init(from reader: inout WireReader) throws(WireError) {
    log = try reader.uint64()
    mark = try LogMark(from: &reader)
    first = try reader.uint64()
  }
  public func write(to writer: inout WireWriter) {
    writer.uint64(log)
    mark.write(to: &writer)
    writer.uint64(first)
  }
}

/// Which log it is, and who owns it: the answer to `LogName`.
public struct LogOwnership: WireMessage, Hashable {
  /// The log's id.
  public var log: UInt64
  /// The newest owner's epoch; the first owner of a log has 1.
  public var epoch: UInt32
  /// The mark that this or an earlier owner has set.
  public var mark: LogMark
  /// The id of its first segment: 1 until it is trimmed.
  public var first: UInt64
  /// How it is kept, since it was made.
  public var settings: LogSettings

  public init(
    log: UInt64, epoch: UInt32, mark: LogMark = .none, first: UInt64 = 1,
    settings: LogSettings = LogSettings()
  ) {
    self.log = log
    self.epoch = epoch
    self.mark = mark
    self.first = first
    self.settings = settings
  }

  public init(from reader: inout WireReader) throws(WireError) {
    log = try reader.uint64()
    epoch = try reader.uint32()
    mark = try LogMark(from: &reader)
    first = try reader.uint64()
    settings = try LogSettings(from: &reader)
  }
  public func write(to writer: inout WireWriter) {
    writer.uint64(log)
    writer.uint32(epoch)
    mark.write(to: &writer)
    writer.uint64(first)
    settings.write(to: &writer)
  }
}

extension ServerID {
  package init(from reader: inout WireReader) throws(WireError) {
    self.init(slot: try reader.uint32(), generation: try reader.uint32())
  }
  package func write(to writer: inout WireWriter) {
    writer.uint32(slot)
    writer.uint32(generation)
  }
}
