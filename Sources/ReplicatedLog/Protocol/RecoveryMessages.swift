import RulesNetwork

/// Asks what is left of a log. Reply: `LogSurvey`, once the log is complete or patience is over.
///
/// As `openLog` it makes the caller the owner, creates the log if it does not exist, and ends the
/// ownership of everyone before: each owner has a higher epoch, and the backups refuse older ones from
/// the survey on. Refused with `fenced` when a newer owner comes meanwhile, and with `otherSettings`,
/// before anything changes, when the log is not kept as is wanted. As `findLog` it changes nothing
/// (refused with `noSuchLog` when there is none). Both are refused with `busy` when the coordinator has
/// too much to do.
public struct LogQuery: WireMessage, Hashable {
  /// The longest patience: ten minutes.
  public static let maximumPatience: UInt32 = 600_000

  /// 1 to 255 bytes of UTF-8.
  public var name: String
  /// For how long the coordinator asks again while something is missing, in milliseconds; 0: it asks
  /// once. At most `maximumPatience`.
  public var patience: UInt32
  /// As `openLog`: how the log is to be kept.
  public var wish: LogWish
  /// As `openLog`: the epoch of an owner who asks once more, and is refused with `fenced` if there is a
  /// newer one; 0: a new owner.
  public var epoch: UInt32
  /// As `findLog`: the first segment that is asked for; 0: all.
  public var from: UInt64

  public init(
    name: String, patience: UInt32, wish: LogWish = LogWish(), epoch: UInt32 = 0,
    from: UInt64 = 0
  ) {
    self.name = name
    self.patience = patience
    self.wish = wish
    self.epoch = epoch
    self.from = from
  }

  public init(from reader: inout WireReader) throws(WireError) {
    name = try reader.string(limit: 255)
    patience = try reader.uint32()
    guard patience <= Self.maximumPatience else { throw WireError("patience of \(patience) ms") }
    wish = try LogWish(from: &reader)
    epoch = try reader.uint32()
    from = try reader.uint64()
  }
  public func write(to writer: inout WireWriter) {
    writer.string(name)
    writer.uint32(patience)
    wish.write(to: &writer)
    writer.uint32(epoch)
    writer.uint64(from)
  }
}

/// What is left of a log: the answer to `LogQuery`.
public struct LogSurvey: WireMessage, Hashable {
  /// A replica that may be read.
  public struct Source: Hashable, Sendable {
    public var server: ServerID
    /// That of the owner who made it.
    public var epoch: UInt32
    public var certificate: Certificate
    /// The replication version that the certificate came with.
    public var version: UInt32

    public init(server: ServerID, epoch: UInt32, certificate: Certificate, version: UInt32 = 1) {
      self.server = server
      self.epoch = epoch
      self.certificate = certificate
      self.version = version
    }
  }

  /// A segment and where it can be read.
  public struct Segment: Hashable, Sendable {
    public var id: UInt64
    /// Nothing will be added; the last segment of a log is not closed.
    public var closed: Bool
    /// At least one, best first.
    public var sources: [Source]

    public init(id: UInt64, closed: Bool, sources: [Source]) {
      self.id = id
      self.closed = closed
      self.sources = sources
    }
  }

  /// Why a segment cannot be read.
  public enum Reason: UInt8, Sendable {
    case missing = 1
    case corrupt = 2
    case uncertified = 3
    case notClosed = 4
    case noAnswer = 5
    case unreadable = 6
  }

  /// A segment that no backup can give back whole.
  public struct Problem: Hashable, Sendable {
    public var segment: UInt64
    public var reason: Reason

    public init(segment: UInt64, reason: Reason) {
      self.segment = segment
      self.reason = reason
    }
  }

  /// What the backups' lists say together.
  public enum Verdict: Hashable, Sendable {
    /// All segments in order, at least one.
    case complete([Segment])
    /// Nobody has anything that could be read of it, and no owner ever acknowledged anything.
    case new
    /// Everybody answered, and nobody has anything of it, although an owner may have acknowledged
    /// something.
    case vanished
    /// Something is missing. `unanswered`: the backups that did not answer, and may have it. Empty:
    /// a backup that answered could not read what it has.
    case incomplete([Problem], unanswered: [ServerID])
    /// Something is missing, and everybody answered: only a server that is no member now could bring
    /// it back.
    case lost([Problem])
    /// There is no backup.
    case noBackups
    /// Complete, but its plan of so many bytes does not fit a reply.
    case tooLarge(bytes: UInt64)
  }

  /// After this survey.
  public var ownership: LogOwnership
  /// As it was when the survey ended.
  public var membership: Membership
  public var verdict: Verdict

  public init(ownership: LogOwnership, membership: Membership, verdict: Verdict) {
    self.ownership = ownership
    self.membership = membership
    self.verdict = verdict
  }

  public init(from reader: inout WireReader) throws(WireError) {
    ownership = try LogOwnership(from: &reader)
    membership = try Membership(from: &reader)
    switch try reader.uint8() {
    case 0: verdict = .complete(try Self.segments(from: &reader))
    case 1: verdict = .new
    case 2: verdict = .vanished
    case 3:
      let problems = try Self.problems(from: &reader)
      verdict = .incomplete(problems, unanswered: try Self.servers(from: &reader))
    case 4: verdict = .noBackups
    case 5: verdict = .tooLarge(bytes: try reader.uint64())
    case 6: verdict = .lost(try Self.problems(from: &reader))
    case let code: throw WireError("verdict \(code)")
    }
  }

  public func write(to writer: inout WireWriter) {
    ownership.write(to: &writer)
    membership.write(to: &writer)
    switch verdict {
    case .complete(let segments):
      writer.uint8(0)
      Self.write(segments, to: &writer)
    case .new: writer.uint8(1)
    case .vanished: writer.uint8(2)
    case .incomplete(let problems, let unanswered):
      writer.uint8(3)
      Self.write(problems, to: &writer)
      Self.write(unanswered, to: &writer)
    case .noBackups: writer.uint8(4)
    case .tooLarge(let bytes):
      writer.uint8(5)
      writer.uint64(bytes)
    case .lost(let problems):
      writer.uint8(6)
      Self.write(problems, to: &writer)
    }
  }
}

extension LogSurvey {
  /// The message, with the verdict `tooLarge` if it has more than so many bytes otherwise.
  public func encoded(within limit: Int) -> [UInt8] {
    let whole = encoded
    guard whole.count > limit else { return whole }
    var small = self
    small.verdict = .tooLarge(bytes: UInt64(whole.count))
    return small.encoded
  }
}

// MARK: - The parts of a verdict

extension LogSurvey {
  /// Ids without gaps, all closed but the last, each with a source: what is read is planned by it.
  private static func segments(from reader: inout WireReader) throws(WireError) -> [Segment] {
    let count = try reader.count(minimumSize: 37)
    guard count > 0 else { throw WireError("a log without segments") }
    var segments: [Segment] = []
    for index in 0..<count {
      let id = try reader.uint64()
      let closed = try reader.bool()
      guard segments.last.map({ $0.id < .max && $0.id + 1 == id }) ?? true else {
        throw WireError("segment \(id) out of order")
      }
      guard closed == (index + 1 < count) else { throw WireError("segment \(id) out of place") }
      segments.append(
        Segment(id: id, closed: closed, sources: try sources(from: &reader)))
    }
    return segments
  }

  private static func sources(from reader: inout WireReader) throws(WireError) -> [Source] {
    let count = try reader.count(minimumSize: 24)
    guard count > 0 else { throw WireError("a segment without sources") }
    var sources: [Source] = []
    for _ in 0..<count {
      sources.append(
        Source(
          server: try ServerID(from: &reader), epoch: try reader.uint32(),
          certificate: Certificate(length: try reader.uint32(), crc: try reader.uint32()),
          version: try reader.uint32()))
    }
    return sources
  }

  private static func problems(from reader: inout WireReader) throws(WireError) -> [Problem] {
    var problems: [Problem] = []
    for _ in 0..<(try reader.count(minimumSize: 9)) {
      let segment = try reader.uint64()
      let code = try reader.uint8()
      guard let reason = Reason(rawValue: code) else { throw WireError("reason \(code)") }
      problems.append(Problem(segment: segment, reason: reason))
    }
    return problems
  }

  private static func servers(from reader: inout WireReader) throws(WireError) -> [ServerID] {
    var servers: [ServerID] = []
    for _ in 0..<(try reader.count(minimumSize: 8)) {
      servers.append(try ServerID(from: &reader))
    }
    return servers
  }

  private static func write(_ segments: [Segment], to writer: inout WireWriter) {
    writer.uint32(UInt32(segments.count))
    for segment in segments {
      writer.uint64(segment.id)
      writer.bool(segment.closed)
      writer.uint32(UInt32(segment.sources.count))
      for source in segment.sources {
        source.server.write(to: &writer)
        writer.uint32(source.epoch)
        writer.uint32(source.certificate.length)
        writer.uint32(source.certificate.crc)
        writer.uint32(source.version)
      }
    }
  }

  private static func write(_ problems: [Problem], to writer: inout WireWriter) {
    writer.uint32(UInt32(problems.count))
    for problem in problems {
      writer.uint64(problem.segment)
      writer.uint8(problem.reason.rawValue)
    }
  }

  private static func write(_ servers: [ServerID], to writer: inout WireWriter) {
    writer.uint32(UInt32(servers.count))
    for server in servers { server.write(to: &writer) }
  }
}
