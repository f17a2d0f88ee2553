/// What a frame is.
enum FrameType: UInt8, Sendable {
  /// The client's first frame: a `Hello`.
  case hello = 1
  /// The server serves this client.
  case welcome = 2
  /// The server does not serve this client: a `Rejection`; it closes.
  case rejection = 3
  /// `code` is the opcode.
  case request = 4
  case reply = 5
  /// `code` is the reason, the body is its text.
  case refusal = 6

  var isHandshake: Bool {
    switch self {
    case .hello, .welcome, .rejection: true
    case .request, .reply, .refusal: false
    }
  }
}
