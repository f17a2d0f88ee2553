import Glibc

/// The counters of every pool that was given it: those of pools that live, and the sum of those that
/// are gone.
///
/// Pools count without it; it is locked when a pool sees a new kind of task, when a pool ends, and
/// when somebody asks.
public final class ProfileRegistry: Sendable {
  private struct Contents {
    /// The counters of pools that live. No pool forgets to retire them: its end does.
    var live: [ObjectIdentifier: TaskCounters] = [:]
    /// What ended pools have counted.
    var past: RulesProfile
  }

  private let contents: Guarded<Contents>

  /// A registry that knows of no pool yet.
  package init(program: String) {
    contents = Guarded(Contents(past: RulesProfile(program: program, processID: getpid())))
  }

  /// A pool sees a kind of task for the first time.
  func register(_ counters: TaskCounters) {
    contents.withLock { $0.live[ObjectIdentifier(counters)] = counters }
  }

  /// A pool ends: its counts stay.
  func retire(_ counters: TaskCounters) {
    contents.withLock { contents in
      guard contents.live.removeValue(forKey: ObjectIdentifier(counters)) != nil else { return }
      contents.past.add(counters)
    }
  }

  /// Everything that was counted so far. O(states seen).
  ///
  /// Pools may go on counting meanwhile: each counter is as of some moment during the call.
  public var profile: RulesProfile {
    contents.withLock { contents in
      var profile = contents.past
      // After a fork this is the child's.
      profile.processID = getpid()
      for counters in contents.live.values { profile.add(counters) }
      return profile
    }
  }
}
