/// Why a backup ended.
public enum EndReason: Hashable, Sendable {
  /// The cluster goes on without it and has its replicas made elsewhere. A new start enlists it as a
  /// new server, with the replicas that it has.
  case declaredDead
  /// The disk failed. What is on it is not known, so nothing more was answered.
  case storageFailed(String)
  /// `shutdown` was called.
  case shutDown
}
