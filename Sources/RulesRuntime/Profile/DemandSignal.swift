import Glibc

/// SIGUSR2 as something that threads can wait for: its handler writes to a pipe for each of them.
final class DemandSignal: Sendable {
  /// What asks for profiles and what asks for traces. The signal is the process's, and a handler
  /// reaches nothing but globals.
  static let profiles = DemandSignal()
  static let traces = DemandSignal()

  private let ends: (read: Int32, write: Int32)
  private static let installation: Void = install()

  private init() {
    var pair: [Int32] = [-1, -1]
    // Without a pipe nothing is written on demand.
    guard pipe(&pair) == 0 else {
      ends = (-1, -1)
      return
    }
    for end in pair {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    ends = (pair[0], pair[1])
  }

  /// Has the signal asked for it, unless the program handles or ignores it already.
  func handle() { Self.installation }

  private static func install() {
    // Made before the handler is.
    _ = (profiles, traces)
    var present = sigaction()
    guard sigaction(SIGUSR2, nil, &present) == 0, present.__sigaction_handler.sa_handler == nil
    else { return }
    // Async-signal-safe: `write` is in POSIX's list.
    signal(SIGUSR2) { _ in
      let error = errno
      var byte: UInt8 = 0
      _ = Glibc.write(DemandSignal.profiles.ends.write, &byte, 1)
      _ = Glibc.write(DemandSignal.traces.ends.write, &byte, 1)
      errno = error
    }
  }

  /// Waits for the signal.
  /// - Parameter duration: nil: without limit.
  /// - Returns: whether it came.
  func wait(atMost duration: Duration?) -> Bool {
    var interest = pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0)
    let limit = duration.map { Int32($0.saturatedNanoseconds / 1_000_000) } ?? -1
    let count = poll(&interest, 1, limit)
    guard count > 0 else { return false }
    var bytes: [UInt8] = Array(repeating: 0, count: 64)
    return read(ends.read, &bytes, bytes.count) > 0
  }
}

/// The program's signals are for the program's threads. Real-time signals stay: with one of these the
/// backtrace of a crash stops every thread.
func blockProgramSignals() {
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in 1..<32 where !FatalSignals.numbers.contains(Int32(number)) {
    sigaddset(&signals, Int32(number))
  }
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}
