import RulesNetwork

/// Everything that the owner of a log begins with.
struct LogBeginning: Sendable {
  var ownership: LogOwnership
  var membership: Membership
  /// Empty for a new log.
  var segments: [RecoveredSegment]
}

extension ClusterSession {
  /// Makes the caller the owner of the log, fences all who were before, and reads what they left.
  /// Their replicas stay on the backups; where the new owner makes others, these count (newer epoch).
  /// - Parameters:
  ///   - segmentCapacity: of segments that will get data.
  ///   - memoryLimit: in bytes; `LogError.full` when the log has more.
  func takeOver(segmentCapacity: Int, memoryLimit: Int) async throws(LogError) -> LogBeginning {
    // Without a backup nothing would show, the next time, that the log was not lost but never begun.
    try await waitForBackups()
    let ownership = try await find(.own)
    let isFirst = ownership.epoch <= 1
    let (membership, plan) = try await survey(
      ownership, fence: ownership.epoch, mayBeNew: isFirst)
    guard let plan else {
      return LogBeginning(ownership: ownership, membership: membership, segments: [])
    }
    guard plan.bytes <= memoryLimit else { throw .full(limit: memoryLimit) }

    var images: [SegmentImage] = []
    var skipped = 0
    for segment in plan.segments {
      images.append(
        try await read(
          segment, of: ownership, capacity: segment.closed ? 0 : segmentCapacity,
          skipped: &skipped))
    }
    let segments = plan.recovered(images)
    return LogBeginning(ownership: ownership, membership: membership, segments: segments)
  }
}

extension RecoveryPlan {
  /// What the next owner begins with. The last segment goes on, in replicas of the new epoch: where
  /// the old owner closed one that nobody can see now, its epoch makes it count for nothing.
  /// - Parameter images: of `segments`, each from one of its sources.
  func recovered(_ images: [SegmentImage]) -> [RecoveredSegment] {
    zip(segments, images).map { segment, image in
      RecoveredSegment(
        id: segment.id, image: image, closed: segment.closed,
        replicas: segment.closed ? segment.goodReplicas : [])
    }
  }
}

extension RecoveryPlan.Segment {
  /// Closed replicas that can be kept: one a backup, at most as many as a segment has. That they
  /// hold what their certificate says is the backups' word.
  fileprivate var goodReplicas: [RecoveredSegment.ClosedReplica] {
    var replicas: [RecoveredSegment.ClosedReplica] = []
    for source in sources where replicas.count < Segment.replicaCount {
      guard !replicas.contains(where: { $0.server == source.server }) else { continue }
      replicas.append(.init(server: source.server, epoch: source.key.epoch))
    }
    return replicas
  }
}
