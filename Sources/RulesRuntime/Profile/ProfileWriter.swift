import Glibc
import Synchronization

/// Writes the profile of a process into a directory: when it is asked to, and every ten seconds in
/// which something was counted, so that a process that is killed loses no more.
final class ProfileWriter: Sendable {
  /// How often at most a profile is written without being asked for.
  private static let interval: Duration = .seconds(10)

  private let registry: ProfileRegistry
  private let directory: String
  /// How much the newest file counts. One file is written at a time.
  private let written = Guarded<UInt64>(0)
  private let hasComplained = Atomic(false)

  init(_ registry: ProfileRegistry, directory: String) {
    self.registry = registry
    self.directory = directory
  }

  /// Has a thread write from now on, for the rest of the process, which SIGUSR2 asks to hurry.
  func start() {
    do {
      let signal = ProfileSignal.process
      try PoolThread(name: "rules-profile") { [self] in
        blockSignals()
        while true {
          let isAsked = signal.wait(atMost: Self.interval)
          write(evenIfUnchanged: isAsked)
        }
      }.detach()
      signal.handle()
    } catch {
      complain("\(error)")
    }
  }

  /// Writes the file.
  /// - Parameter evenIfUnchanged: also when the file says all this already.
  func write(evenIfUnchanged: Bool = true) {
    written.withLock { written in
      let profile = registry.profile
      guard evenIfUnchanged || profile.total != written else { return }
      do {
        try profile.write(to: directory)
        written = profile.total
      } catch {
        complain("\(error)")
      }
    }
  }

  /// One line on standard error, once: a directory hardly gets better.
  private func complain(_ message: String) {
    guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
    RuleLog.standardError(label: "RULES_PROFILE_DIR").log(.error, message)
  }

  /// The program's signals are for the program's threads.
  private func blockSignals() {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
  }
}

/// SIGUSR2 as something that a thread can wait for: its handler writes to a pipe.
final class ProfileSignal: Sendable {
  /// The signal is the process's, and a handler reaches nothing but globals.
  static let process = ProfileSignal()

  private let ends: (read: Int32, write: Int32)

  private init() {
    var pair: [Int32] = [-1, -1]
    // Without a pipe the profile is written every ten seconds and at exit.
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

  /// Has the signal asked for a profile, unless the program handles or ignores it already.
  func handle() {
    var present = sigaction()
    guard ends.write >= 0, sigaction(SIGUSR2, nil, &present) == 0,
      present.__sigaction_handler.sa_handler == nil
    else { return }
    // Async-signal-safe: `process` was made before, and `write` is in POSIX's list.
    signal(SIGUSR2) { _ in
      let error = errno
      var byte: UInt8 = 0
      _ = Glibc.write(ProfileSignal.process.ends.write, &byte, 1)
      errno = error
    }
  }

  /// Waits for the signal.
  /// - Returns: whether it came.
  func wait(atMost duration: Duration) -> Bool {
    var interest = pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0)
    let count = poll(&interest, 1, Int32(duration.saturatedNanoseconds / 1_000_000))
    guard count > 0 else { return false }
    var bytes: [UInt8] = Array(repeating: 0, count: 64)
    return read(ends.read, &bytes, bytes.count) > 0
  }
}
