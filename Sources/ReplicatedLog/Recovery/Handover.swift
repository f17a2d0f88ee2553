/// What became of a segment that was handed over.
enum Handover {
  /// It is taken; the next one may come.
  case taken
  /// It will be taken: `LogReading.taken` says when. Until then no other comes.
  case lent
  /// It is not wanted, nor is anything after it.
  case refused(LogError)
}

/// Takes the segments of a log, in order: what each is, and its verified image.
typealias TakeSegment = (RecoveryPlan.Segment, SegmentImage) -> Handover
