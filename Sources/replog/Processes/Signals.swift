import Glibc

/// Takes signals as ordinary events instead of interruptions.
enum Signals {
  /// The signals that end a process on request.
  static let ending: [Int32] = [SIGINT, SIGTERM, SIGHUP]

  /// Call it before the process has a second thread: from then on the ending signals reach only
  /// `handle`, and a write to a closed pipe fails with EPIPE instead of killing the process.
  static func prepare() {
    var set = signalSet(ending)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// Runs `body` for each ending signal, on a thread of its own, for the rest of the process.
  static func handle(_ body: @escaping @Sendable (Int32) -> Void) {
    startThread {
      var set = signalSet(ending)
      var received: Int32 = 0
      while sigwait(&set, &received) == 0 { body(received) }
    }
  }

  static func signalSet(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }
}

/// Runs `body` on a new detached thread.
/// - Returns: false when the system has no thread left.
@discardableResult
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let box = Unmanaged.passRetained(Box(body))
  var thread = pthread_t()
  let failed = pthread_create(
    &thread, nil,
    { @Sendable argument in
      // `argument` is the box retained above, handed over exactly once.
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, box.toOpaque())
  if failed != 0 {
    box.release()
    return false
  }
  pthread_detach(thread)
  return true
}
