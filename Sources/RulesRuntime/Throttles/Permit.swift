/// A place in a throttle's line and then the leave to go on: ends, and lets the next one in, when
/// the last reference to it is dropped, with `release`, or when its task leaves the pool. So a reset
/// that forgets the state cannot leak it.
public final class Permit {
  /// Where a permit stands.
  public enum Phase: Hashable, Sendable {
    /// In the line.
    case waiting
    /// Counted as in use.
    case granted
    /// Given back; it counts no more and never will again.
    case released
  }

  /// Where it stands.
  public private(set) var phase = Phase.waiting
  /// Its place in the line while it waits.
  var ticket: UInt64 = 0
  /// Its index in the holding until it ends.
  var slot = 0
  private let throttle: Throttle
  private let membership: TaskMembership
  private let holding: PermitHolding

  /// Whether its owner may go on.
  public var isGranted: Bool { phase == .granted }

  init(of throttle: Throttle, for membership: TaskMembership) {
    self.throttle = throttle
    self.membership = membership
    holding = membership.permits
    holding.add(self)
  }

  deinit { release() }

  /// Gives the permit back, or leaves the line. No effect the second time. O(1), and whoever is
  /// first in the line is granted one.
  public func release() {
    if phase != .released { holding.remove(self) }
    end()
  }

  /// As `release`, of a permit that its holding has forgotten.
  func end() {
    let before = phase
    phase = .released
    switch before {
    case .waiting: throttle.leave(ticket)
    case .granted: throttle.giveBack()
    case .released: break
    }
  }

  func becomeGranted(activating: Bool) {
    phase = .granted
    if activating { membership.activate() }
  }
}
