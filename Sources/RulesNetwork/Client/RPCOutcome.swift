/// How an RPC ended. Rules match it, so it is closed: nothing else happens to an RPC.
public enum RPCOutcome: Hashable, Sendable {
  /// The body of the reply.
  case ok([UInt8])
  /// The server did not do it, and said so.
  case refused(RPCRefusal)
  /// The server left the membership (`RPCClient.remove`), was never in it (`RPCClient.add`), or is
  /// not the one that was addressed.
  case targetLeft
  /// The server says that the caller is no member of the cluster: it was declared dead, say.
  case callerNotMember
  /// It was not sent, or cannot be any more.
  case failed(RPCFailure)
}

/// Why a server did not do what it was asked.
public enum RPCRefusal: Hashable, Sendable, CustomStringConvertible {
  /// The application's handler refused: code and text are its own.
  case application(code: UInt16, message: String)
  /// The handler dropped the request.
  case unanswered
  /// The server has too much to do; it kept nothing of the request.
  case overloaded
  /// The handler's reply was longer than a reply may be.
  case replyTooLong

  public var description: String {
    switch self {
    case .application(let code, let message): "\(message) (code \(code))"
    case .unanswered: "the server dropped the request"
    case .overloaded: "the server is overloaded"
    case .replyTooLong: "the reply is too long"
    }
  }

  /// What stands for it on the wire; nil: the application's code does.
  var wireCode: UInt16? {
    switch self {
    case .application: nil
    case .unanswered: 1
    case .overloaded: 2
    case .replyTooLong: 3
    }
  }

  init?(wireCode: UInt16) {
    switch wireCode {
    case 1: self = .unanswered
    case 2: self = .overloaded
    case 3: self = .replyTooLong
    default: return nil
    }
  }
}

/// Why an RPC was not sent, or not any more.
public enum RPCFailure: Hashable, Sendable, CustomStringConvertible {
  case clientClosed
  case bodyTooLong(Int, limit: Int)
  /// The server has so many unfinished RPCs, or bytes of them, of this client.
  case tooManyUnfinished(Int)
  /// The server does not accept this client: its version of the protocol, cluster, key or role.
  case notAccepted(String)

  public var description: String {
    switch self {
    case .clientClosed: "the client was closed"
    case .bodyTooLong(let count, let limit): "body of \(count) bytes, limit \(limit)"
    case .tooManyUnfinished(let count): "\(count) RPCs are unfinished"
    case .notAccepted(let reason): reason
    }
  }
}
