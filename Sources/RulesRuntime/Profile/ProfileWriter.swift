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
      let signal = DemandSignal.profiles
      try PoolThread(name: "rules-profile") { [self] in
        blockProgramSignals()
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
}
