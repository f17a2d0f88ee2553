/// Why a pool does not answer.
public enum PoolError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The pool was shut down; its state is gone.
  case shutDown
  /// The system gave no thread: the error number of `pthread_create`.
  case noThread(Int32)

  public var description: String {
    switch self {
    case .shutDown: "the pool was shut down"
    case .noThread(let errno): "no thread for the pool: error \(errno)"
    }
  }
}
