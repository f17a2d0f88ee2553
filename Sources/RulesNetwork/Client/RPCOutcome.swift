/// How an RPC ended.
public enum RPCOutcome: Hashable, Sendable {
  case ok([UInt8])
  /// The server's handler refused, with a reason of the application; code 0: it did not answer.
  case refused(code: UInt16, message: String)
  /// The server left the membership (`RPCClient.remove`), was never in it (`RPCClient.add`), or is
  /// not the one that was addressed.
  case targetLeft
  /// The client was closed, the body is too long, too much is unfinished already, or the server
  /// speaks no version of the protocol that this client speaks.
  case failed(String)
}
