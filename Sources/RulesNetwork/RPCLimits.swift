/// The bounds of the RPC layer. Each exists so that no peer, however wrong or slow, can exhaust a
/// process.
public struct RPCLimits: Sendable {
  // MARK: Sizes and numbers

  /// Bytes of a body, checked before anything is allocated: 16 MiB, twice a segment.
  public var body = 16 << 20
  /// Connections a server keeps; further ones are told so and closed.
  public var connections = 1024
  /// Connections of a server that have not finished their handshake; the oldest of them gives way to
  /// a new one.
  public var handshakes = 64
  /// Sessions of a server whose connection broke and that may still come back.
  public var brokenSessions = 1024
  /// Unanswered requests of one client, above which a server stops reading from it.
  public var requestsInFlight = 1024
  /// Unanswered requests of all clients of a server, above which a further one is refused.
  public var requestsOfServer = 65_536
  /// Bytes of unanswered requests and unsent replies of one client, above which a server stops
  /// reading from it: 32 MiB.
  public var heldBytes = 32 << 20
  /// The same for all clients of a server together, 512 MiB; a large request for which this leaves no
  /// room is refused and not even kept.
  public var heldBytesOfServer = 512 << 20
  /// Bytes of replies that a client has not received above which it is taken for one that does not
  /// read, and its connection is closed: 128 MiB. A server reaches it by answering what it had
  /// accepted before.
  public var queuedReplyBytes = 128 << 20
  /// Unfinished RPCs of a client to one server, above which a further one fails.
  public var unfinishedRPCs = 65_536
  /// Bytes of them: 1 GiB.
  public var unfinishedBytes = 1 << 30

  // MARK: Times

  /// From accepting a connection to the end of the handshake.
  public var helloTime = Duration.seconds(2)
  /// From the first to the last byte of a frame.
  public var frameTime = Duration.seconds(5)
  /// From starting to connect to the server's welcome.
  public var connectTime = Duration.seconds(5)
  /// Silence after which a client that waits for a reply asks whether the server is there.
  public var probeAfter = Duration.seconds(1)
  /// Silence after which a client takes the connection for broken, and connects again.
  public var silenceTime = Duration.seconds(5)
  /// After so long without an RPC a client closes its connection; a server does after twice the time.
  public var idleTime = Duration.seconds(60)
  /// How long a server remembers what it answered to a client whose connection broke.
  public var sessionTime = Duration.seconds(60)
  /// A client's first pause before it connects again; it doubles with each failure in a row.
  public var firstBackOff = Duration.milliseconds(5)
  /// The longest such pause.
  public var longestBackOff = Duration.milliseconds(500)

  public init() {}
}
