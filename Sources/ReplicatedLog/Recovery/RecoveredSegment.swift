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
  /// At most as many as the log keeps, on different servers; the others are made again.
  var replicas: [ClosedReplica]
}

extension RecoveryPlan {
  /// What the next owner begins with.
  /// - Parameters:
  ///   - images: of `segments`, each from one of its sources.
  ///   - count: how many replicas the log keeps.
  func recovered(_ images: [SegmentImage], replicas count: Int) -> [RecoveredSegment] {
    zip(segments, images).map { $0.recovered($1, replicas: count) }
  }
}

extension RecoveryPlan.Segment {
  /// What the next owner begins with. The last segment goes on, in replicas of the new epoch: where
  /// the old owner closed one that nobody can see now, its epoch makes it count for nothing.
  /// - Parameter count: how many replicas the log keeps.
  func recovered(_ image: SegmentImage, replicas count: Int) -> RecoveredSegment {
    RecoveredSegment(
      id: id, image: image, closed: closed, replicas: closed ? goodReplicas(count) : [])
  }

  /// Closed replicas that can be kept: one a backup, at most as many as a segment has. That they
  /// hold what their certificate says is the backups' word.
  private func goodReplicas(_ count: Int) -> [RecoveredSegment.ClosedReplica] {
    var replicas: [RecoveredSegment.ClosedReplica] = []
    for source in sources where replicas.count < count {
      guard !replicas.contains(where: { $0.server == source.server }) else { continue }
      replicas.append(.init(server: source.server, epoch: source.key.epoch))
    }
    return replicas
  }
}
