import RulesNetwork

/// The directed links between hosts that an event is about. A host is the `host` of addresses that are
/// listened at, and of transports.
public struct Links: Hashable, Sendable {
  private var from: [String]?
  private var to: [String]?
  private var isBothWays: Bool

  /// Every link, also those of hosts to come.
  public static let all = Links(from: nil, to: nil, isBothWays: false)

  /// From each of some hosts to each of others.
  public static func from(_ from: [String], to: [String]) -> Links {
    Links(from: from, to: to, isBothWays: false)
  }

  /// Both ways between each of some hosts and each of others.
  public static func between(_ some: [String], _ others: [String]) -> Links {
    Links(from: some, to: others, isBothWays: true)
  }

  /// All that leaves a host.
  public static func from(_ host: String) -> Links {
    Links(from: [host], to: nil, isBothWays: false)
  }

  /// All that goes to a host.
  public static func to(_ host: String) -> Links {
    Links(from: nil, to: [host], isBothWays: false)
  }

  /// All that leaves a host and all that goes to it: the host is isolated when these are blocked.
  public static func of(_ host: String) -> Links {
    Links(from: [host], to: nil, isBothWays: true)
  }

  func contains(from: String, to: String) -> Bool {
    matches(from, to) || isBothWays && matches(to, from)
  }

  private func matches(_ from: String, _ to: String) -> Bool {
    (self.from?.contains(from) ?? true) && (self.to?.contains(to) ?? true)
  }
}

/// What becomes of things that meet a blocked link.
public enum Block: Hashable, Sendable {
  /// They wait until the link is free again, as with a TCP that sends again; after 20 s their sender
  /// gives up with `ETIMEDOUT`.
  case held
  /// They are lost, and with them everything that follows on the same connection, also when the link is
  /// free again; 20 s later their sender gives up with `ETIMEDOUT`.
  case lost
}

/// Something that happens to a network.
public enum NetworkEvent: Hashable, Sendable {
  /// Links get other conditions.
  case conditions(LinkConditions, Links)
  /// Links are blocked: a partition, whole or of one direction, or for a while a clog.
  case block(Block, Links)
  /// Links are free again.
  case unblock(Links)
  /// A host is gone without a word: no end of a connection and no refusal comes from it any more. Its
  /// connections and listeners are lost for good; the other ends find out after 25 s, by themselves.
  case vanish(host: String)
  /// A host that has vanished is back, without its connections and listeners: whoever still sends to one
  /// of these gets a reset.
  case appear(host: String)
  /// The next connection that sends its byte number `byte` (from 0) over one of the links is closed
  /// for both ends before that byte.
  case close(atByte: Int, Links)
  /// The same, but the connection breaks.
  case reset(atByte: Int, Links)
  /// One bit of that byte is flipped.
  case corrupt(atByte: Int, Links)
  /// Every connection over one of the links breaks, at once for both ends.
  case resetAll(Links)
}

/// Events with their times.
public struct NetworkScript: Hashable, Sendable {
  /// One event and when it happens, counted from when the script is started.
  public struct Step: Hashable, Sendable {
    public var time: Duration
    public var event: NetworkEvent

    public init(after time: Duration, _ event: NetworkEvent) {
      self.time = time
      self.event = event
    }
  }

  /// Of steps with equal times the first one comes first.
  public var steps: [Step]

  public init(_ steps: [Step] = []) { self.steps = steps }
}
