/// What became of a segment that was handed over.
enum Handover {
  /// It is taken; the next one may come.
  case taken
  /// It will be taken: `LogReading.taken` says when. Until then no other comes.
  case lent
  /// It is not wanted, nor is anything after it.
  case refused(LogError)
}

/// A segment that was read and checked.
struct ReadSegment {
  var segment: RecoveryPlan.Segment
  var image: SegmentImage
  /// Of the owner that made the replica that it was read from.
  var epoch: UInt32
}

/// Takes the segments of a log, in order.
typealias TakeSegment = (ReadSegment) -> Handover
