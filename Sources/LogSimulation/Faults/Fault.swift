import RulesRuntime
import RulesSimulation

/// Something that goes wrong at a time.
package struct Fault: Hashable, Sendable {
  /// What goes wrong. Machines are named; times are how long it lasts, where it does not end by itself.
  package enum Action: Hashable, Sendable {
    /// `kill -9`; the process is started again after the time.
    case kill(String, Duration)
    /// The machine has no power for the time.
    case powerCut(String, Duration)
    /// After so many calls that change its disk, the machine is killed or loses its power.
    case stopInCall(String, calls: Int, losesPower: Bool, Duration)
    /// The process is stopped for the time.
    case pause(String, Duration)
    /// When a rule has fired, a machine stops, or is stopped, for the time.
    case atRule(RulePoint, Duration)
    /// Another owner takes the log over; the one before may live on.
    case takeover(log: Int)
    /// All links have these conditions for the time.
    case conditions(LinkConditions, Duration)
    /// Every connection of the machine breaks.
    case reset(String)
    /// Nothing gets from some to others for the time, and back only if `oneWay`.
    case partition([String], [String], Block, oneWay: Bool, Duration)
    /// So many bytes are left on the disk for the time.
    case full(String, room: Int, Duration)
    /// So many of the next writes fail, and so on.
    case writes(String, Int)
    case reads(String, Int)
    case syncs(String, Int)
    case lostSyncs(String, Int)
    case misdirectedWrites(String, Int)
    /// This share of writes takes a part of the bytes only, for the time.
    case shortWrites(String, Double, Duration)
    /// So many files may be open, for the time.
    case descriptors(String, Int, Duration)
    /// Syncs take so long, for the time.
    case slowDisk(String, ClosedRange<Duration>, Duration)
    /// A bit somewhere in the machine's files changes.
    case bit(String)
    /// A file cannot be read any more.
    case unreadable(String)
    /// The machine comes back with an empty disk after the time.
    case wipe(String, Duration)
    /// The machine comes back with its disk of some time ago.
    case olderDisk(String, Duration)
    /// Two machines come back with each other's disks.
    case swappedDisks(String, String, Duration)
  }

  /// Its number in its run's list.
  package var number: Int
  /// From the beginning of the run's first phase.
  package var time: Duration
  package var kind: FaultClass
  package var action: Action
}
