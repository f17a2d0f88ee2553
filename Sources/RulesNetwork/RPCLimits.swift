/// The bounds of the RPC layer. Each exists so that no peer, however wrong or slow, can exhaust a
/// process.
public struct RPCLimits: Sendable {
  /// Bytes of a body, checked before anything is allocated: 16 MiB, twice a segment.
  public var body = 16 << 20
  /// Connections a server keeps; further ones are told so and closed.
  public var connections = 1024
  /// Unanswered requests of one connection, above which a server stops reading from it.
  public var requestsInFlight = 1024
  /// Bytes of unanswered requests and unsent replies of one connection, above which a server stops
  /// reading from it: 32 MiB.
  public var heldBytes = 32 << 20
  /// The same for all connections of a server together: 512 MiB.
  public var heldBytesOfServer = 512 << 20
  /// Bytes of unsent replies above which the peer is taken for one that does not read, and its
  /// connection is closed: 128 MiB. A server reaches it by answering what it had accepted before.
  public var queuedReplyBytes = 128 << 20
  /// Unfinished RPCs of a client to one server, above which a further one fails.
  public var unfinishedRPCs = 65536
  /// From accepting a connection to the client's hello.
  public var helloTime = Duration.seconds(2)
  /// From the first to the last byte of a frame.
  public var frameTime = Duration.seconds(5)
  /// From starting to connect to the server's welcome.
  public var connectTime = Duration.seconds(5)
  /// A client's first pause before it connects again; it doubles with each failure in a row.
  public var firstBackOff = Duration.milliseconds(5)
  /// The longest such pause.
  public var longestBackOff = Duration.milliseconds(500)

  public init() {}
}
