import RulesNetwork

/// A segment that was read back from the backups of an earlier owner.
struct RecoveredSegment: Sendable {
  /// A closed replica that needs no repair.
  struct ClosedReplica: Hashable, Sendable {
    var server: ServerID
    var epoch: UInt32
  }

  var id: UInt64
  /// Header and whole entries, checked.
  var image: SegmentImage
  /// Nothing will be added; otherwise it is the head.
  var closed: Bool
  /// At most three, on different servers; the others are made again.
  var replicas: [ClosedReplica]
}
