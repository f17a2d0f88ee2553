/// What a frame is.
enum FrameType: UInt8, CaseIterable, Sendable {
  // The handshake, in this order; a server without a key goes from `hello` to `welcome`.

  /// The client's first frame: a `Hello`.
  case hello = 1
  /// The server proves that it has the cluster's key: a `Challenge`.
  case challenge = 2
  /// The client proves the same.
  case proof = 3
  /// The server serves this client: a `Welcome`.
  case welcome = 4
  /// The server does not serve this client: a `Rejection`; it closes.
  case rejection = 5

  // From the client.

  /// `code` is the opcode, the body a head and a payload.
  case request = 6
  /// The client forgets a request.
  case cancel = 7
  /// All requests of the client that have not ended have been sent again.
  case resumed = 8

  // The ends of a request.

  case reply = 9
  /// The application says no: `code` is its reason, the body the text.
  case refusal = 10
  /// The server says no: `code` is an `RPCRefusal.Overload` or the like, the body the text.
  case failure = 11
  /// Not now: the body is a time in microseconds, after which to ask again.
  case retry = 12
  /// The caller is no member of the cluster.
  case notMember = 13

  // From either side, after the handshake.

  /// Answered by a `pong`.
  case ping = 14
  /// Says nothing but what every frame says: how much has been received.
  case pong = 15

  var isHandshake: Bool { rawValue <= Self.rejection.rawValue }
}
