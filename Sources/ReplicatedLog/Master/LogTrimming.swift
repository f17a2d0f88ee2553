import PlantedBugs
import RulesRuntime

/// Giving up the beginning of the log.
extension LogState {
  /// Gives up all segments before one. Those of them that are durable and closed go at once, the
  /// others as soon as they are.
  func trim(before segment: UInt64) {
    trimPoint = max(trimPoint, segment)
    replicaAdvanced()
  }

  /// Asks the coordinator to know that the log begins later, as far as it may.
  ///
  /// Only durable segments that are behind are given up: of another one a stale replica might be
  /// taken for the end of the log as long as it is not.
  func advanceTrim() {
    guard trimPoint > markUpdate.first, markUpdate.mark.epoch == epoch else { return }
    var first = markUpdate.first
    for segment in segments[..<durableIndex] where segment.id == first {
      guard segment.id < trimPoint, segment.isBehind else { break }
      first += 1
    }
    markUpdate.ask(forFirst: first)
  }

  /// The coordinator knows that the log begins with `first`: nobody asks for what is before it, and
  /// it may be freed.
  func releaseSegments(before first: UInt64) {
    let count = segments.prefix { $0.id < first }.count
    guard count > 0 else { return }
    expect(count <= durableIndex, "what is not durable is not trimmed")
    for segment in segments[..<count] {
      for replica in segment.replicas {
        replica.cancelCall()
        if replica.repairing { replicaGivenUp() }
      }
      core.remove(segment)
      begin(SegmentRelease(of: segment))
    }
    // The references are not counted: who still holds one of those that go must find no other one there.
    segments[count - 1].following = nil
    segments.removeFirst(count)
    segments.first?.prior = nil
    segments.first?.membership.activate()
    durableIndex -= count
  }

  /// A release has nothing left to do.
  func releaseEnded(_ release: SegmentRelease) { releases.removeAll { $0 === release } }
}
