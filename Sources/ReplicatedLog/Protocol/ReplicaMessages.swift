import RulesNetwork

/// Names one replica on a backup. `epoch` is that of the owner who made it.
public struct ReplicaKey: WireMessage, Hashable {
  /// The log's id.
  public var log: UInt64
  /// The segment's id: 1, 2, 3 and so on.
  public var segment: UInt64
  /// Two owners' replicas of one segment are different replicas.
  public var epoch: UInt32

  public init(log: UInt64, segment: UInt64, epoch: UInt32) {
    self.log = log
    self.segment = segment
    self.epoch = epoch
  }

  public init(from reader: inout WireReader) throws(WireError) {
    log = try reader.uint64()
    segment = try reader.uint64()
    epoch = try reader.uint32()
  }
  public func write(to writer: inout WireWriter) {
    writer.uint64(log)
    writer.uint64(segment)
    writer.uint32(epoch)
  }
}

/// The promise that the first `length` bytes of a segment's image have this CRC-32C. Only certified
/// bytes are ever served.
public struct Certificate: Hashable, Sendable {
  /// Bytes from the start of the image.
  public var length: UInt32
  /// Their CRC-32C.
  public var crc: UInt32

  public init(length: UInt32, crc: UInt32) {
    self.length = length
    self.crc = crc
  }
}

/// `openReplica`, `writeReplica`, `closeReplica`: image bytes `offset ..< offset + payload`, and the
/// certificate that holds after them. The payload follows the message in the same body.
///
/// Idempotent: the same bytes at the same place are accepted again, also after the close.
public struct ReplicaWrite: WireMessage, Hashable {
  /// The replica that it is for.
  public var key: ReplicaKey
  /// The segment's capacity in bytes: no write may reach beyond it.
  public var capacity: UInt32
  /// Where the payload goes in the image.
  public var offset: UInt32
  /// The segment's replication version, 1 or more; kept with the certificate. A write without bytes
  /// whose certificate is there already sets the version alone.
  public var version: UInt32
  /// What the bytes survive from the answer on: that of the log.
  public var durability: LogDurability
  /// nil: what is certified stays as it is, and so does the version.
  public var certificate: Certificate?

  public init(
    key: ReplicaKey, capacity: UInt32, offset: UInt32, version: UInt32,
    durability: LogDurability = .disk, certificate: Certificate?
  ) {
    self.key = key
    self.capacity = capacity
    self.offset = offset
    self.version = version
    self.durability = durability
    self.certificate = certificate
  }

  public init(from reader: inout WireReader) throws(WireError) {
    key = try ReplicaKey(from: &reader)
    capacity = try reader.uint32()
    offset = try reader.uint32()
    version = try reader.uint32()
    guard version > 0 else { throw WireError("replication version 0") }
    durability = try LogDurability(from: &reader)
    certificate =
      try reader.bool()
      ? Certificate(length: try reader.uint32(), crc: try reader.uint32()) : nil
  }
  public func write(to writer: inout WireWriter) {
    key.write(to: &writer)
    writer.uint32(capacity)
    writer.uint32(offset)
    writer.uint32(version)
    writer.uint8(durability.rawValue)
    writer.bool(certificate != nil)
    if let certificate {
      writer.uint32(certificate.length)
      writer.uint32(certificate.crc)
    }
  }
}

/// Asks what replicas of a log a backup has, from a segment on. `fence` above zero: from now on the
/// backup refuses writes of owners with a lower epoch. Reply: `ReplicaList`.
public struct ListReplicas: WireMessage, Hashable {
  /// nil: of all logs.
  public var log: UInt64?
  /// The lowest epoch that may still write; 0 changes nothing.
  public var fence: UInt32
  /// The first segment that is asked for; 0: all.
  public var from: UInt64

  public init(log: UInt64?, fence: UInt32, from: UInt64 = 0) {
    self.log = log
    self.fence = fence
    self.from = from
  }

  public init(from reader: inout WireReader) throws(WireError) {
    let one = try reader.bool()
    let id = try reader.uint64()
    log = one ? id : nil
    fence = try reader.uint32()
    from = try reader.uint64()
  }
  public func write(to writer: inout WireWriter) {
    writer.bool(log != nil)
    writer.uint64(log ?? 0)
    writer.uint32(fence)
    writer.uint64(from)
  }
}

/// What a backup has: the answer to `ListReplicas`.
public struct ReplicaList: WireMessage, Hashable {
  /// What can be said of a replica.
  public enum State: UInt8, Sendable {
    case open = 0
    /// It has its footer: nothing will be added.
    case closed = 1
    /// It exists and its bytes are not those that were certified: not the same as absent.
    case corrupt = 2
    /// It exists, and the disk did not give it back just now; the backup tries again.
    case unreadable = 3

    /// Whether what is certified can be read.
    public var isSound: Bool { self == .open || self == .closed }
  }

  /// One replica.
  public struct Replica: Hashable, Sendable {
    /// Its name.
    public var key: ReplicaKey
    /// Whether it can be read, and whether more may come.
    public var state: State
    /// Bytes of the image that may be read; 0 when nothing is certified yet.
    public var certified: UInt32
    /// The certificate's CRC-32C over these bytes, so that whoever reads them can check them; 0
    /// when nothing is certified.
    public var crc: UInt32
    /// The replication version that its certificate came with; 0 when nothing is certified.
    public var version: UInt32

    public init(
      key: ReplicaKey, state: State, certified: UInt32, crc: UInt32, version: UInt32
    ) {
      self.key = key
      self.state = state
      self.certified = certified
      self.crc = crc
      self.version = version
    }
  }

  /// In no order.
  public var replicas: [Replica]

  public init(replicas: [Replica]) { self.replicas = replicas }

  public init(from reader: inout WireReader) throws(WireError) {
    let count = try reader.count(minimumSize: 33)
    replicas = []
    for _ in 0..<count {
      let key = try ReplicaKey(from: &reader)
      guard let state = State(rawValue: try reader.uint8()) else {
        throw WireError("replica state")
      }
      replicas.append(
        Replica(
          key: key, state: state, certified: try reader.uint32(), crc: try reader.uint32(),
          version: try reader.uint32()))
    }
  }
  public func write(to writer: inout WireWriter) {
    writer.uint32(UInt32(replicas.count))
    for replica in replicas {
      replica.key.write(to: &writer)
      writer.uint8(replica.state.rawValue)
      writer.uint32(replica.certified)
      writer.uint32(replica.crc)
      writer.uint32(replica.version)
    }
  }
}

/// Asks for image bytes `offset ..< offset + length`, all certified. Reply: the bytes themselves. Who reads a
/// replica from its start in pieces of `maximumLength` counts on none of them before it has the last one:
/// only then all of them are verified.
public struct ReadReplica: WireMessage, Hashable {
  /// Bytes that one call may ask for: 1 MiB.
  public static let maximumLength = 1 << 20

  /// The replica to read.
  public var key: ReplicaKey
  /// The first byte.
  public var offset: UInt32
  /// How many bytes.
  public var length: UInt32

  public init(key: ReplicaKey, offset: UInt32, length: UInt32) {
    self.key = key
    self.offset = offset
    self.length = length
  }

  public init(from reader: inout WireReader) throws(WireError) {
    key = try ReplicaKey(from: &reader)
    offset = try reader.uint32()
    length = try reader.uint32()
  }
  public func write(to writer: inout WireWriter) {
    key.write(to: &writer)
    writer.uint32(offset)
    writer.uint32(length)
  }
}
