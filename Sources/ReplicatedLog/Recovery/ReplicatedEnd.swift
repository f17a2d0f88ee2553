import RulesNetwork

extension LogSurvey {
  /// Up to where the log is replicated, as this survey shows: every recovery would return what is before,
  /// or say that data are lost, and never a log that is shorter. Nothing after it is shown to whoever
  /// follows the log. What the owner has acknowledged may reach further, and does so only until the next
  /// survey.
  ///
  /// The lists were asked for before the mark was looked up, and both only grow.
  ///
  /// - A segment that a later one has data after, or that the mark is behind, was closed on all its
  ///   backups: rules R4 and V4 ask for that.
  /// - Of the last segment with data those bytes count that as many replicas of its newest epoch hold as
  ///   the log keeps. None of them was lost without a trace: where a lost open replica was replaced, the
  ///   others have a higher version (V1), which does not count before the mark has it too (V4). And the
  ///   mark is that of their owner or a later one: what others left counts for nothing.
  ///
  /// - Returns: a position at the end of these bytes, which may lie in an entry; nil: no plan, no end.
  package var replicatedEnd: LogPosition? {
    guard case .complete(let segments) = verdict, let last = segments.last else { return nil }
    if let length = last.sources.map(\.certificate.length).max(), length > SegmentHeader.size {
      return end(of: last)
    }
    let beginning = LogPosition(segment: last.id, offset: UInt32(SegmentHeader.size))
    // Nothing says yet that the segment before was ever closed on all its backups.
    guard segments.count > 1, ownership.mark.segment < last.id else { return beginning }
    let before = segments[segments.count - 2]
    let end = end(of: before)
    return end.offset == before.sources.map(\.certificate.length).max() ? beginning : end
  }

  /// The bytes of a segment that enough replicas hold.
  private func end(of segment: Segment) -> LogPosition {
    var end = LogPosition(segment: segment.id, offset: UInt32(SegmentHeader.size))
    let epoch = segment.sources.map(\.epoch).max() ?? 0
    let newest = segment.sources.filter { $0.epoch == epoch }
    let version = newest.map(\.version).max() ?? 0
    let mark = LogMark(epoch: epoch, segment: segment.id, version: version)
    guard ownership.mark.epoch >= epoch, version == 1 || ownership.mark >= mark else { return end }
    var lengths: [ServerID: UInt32] = [:]
    for source in newest {
      lengths[source.server] = max(lengths[source.server] ?? 0, source.certificate.length)
    }
    let sorted = lengths.values.sorted(by: >)
    if sorted.count >= ownership.settings.replicas {
      end.offset = max(end.offset, sorted[ownership.settings.replicas - 1])
    }
    return end
  }
}
