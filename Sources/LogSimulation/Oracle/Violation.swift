/// What must hold, and did not.
package struct Violation: Hashable, Sendable {
  /// Which promise: the numbers of the design's list of invariants.
  package enum Invariant: String, Sendable {
    /// Acknowledged data are on three disks, and never lost.
    case s1
    /// A log that is read is what was appended: no hole, nothing invented.
    case s2
    /// Replicas of a segment that promise the same bytes have the same bytes, and nobody gets others.
    case s3
    /// Once recovery has begun, nothing of an earlier owner is acknowledged that it does not have.
    case s5
    /// The coordinator's mark of a log never decreases.
    case s6
    /// A closed replica never changes.
    case s9
    /// What is lost is said to be lost.
    case s10
    /// What is not lost is not said to be.
    case s11
    /// Nothing is freed that somebody may still need.
    case s15
    /// After the faults every task comes to its goal.
    case l1
    /// After the faults everything is on three backups again.
    case l2
    /// After the faults appends are acknowledged.
    case l3
    /// Every recovery ends.
    case l4
    /// Nothing turns for ever.
    case l6
    /// No task is forgotten.
    case t1
    /// No task is in a state that its rules do not know.
    case t6
    /// What a run takes is bounded.
    case u2
    /// What the code promises to itself, in builds with planted bugs.
    case assertion

    /// `S1`, as the list has it.
    package var name: String { self == .assertion ? rawValue : rawValue.uppercased() }
  }

  package var invariant: Invariant
  /// What was seen, in one line.
  package var text: String

  package init(_ invariant: Invariant, _ text: String) {
    self.invariant = invariant
    self.text = text
  }
}
