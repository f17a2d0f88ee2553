import PlantedBugs

/// How many bytes of a segment are durable: those that every one of its replicas has certified.
/// A segment without replicas has none.
func durableLength(certified: some Sequence<Int>) -> Int {
  certified.min() ?? 0
}

extension LogState {
  /// The one gate that every acknowledged byte goes through: how many data bytes of a segment may be
  /// acknowledged, as far as it and its neighbour go. Each condition prevents a loss of its own:
  /// - all its backups have certified them: with fewer, the next loss may be the last copy;
  /// - no lost open replica of the segment can pass for the whole of it;
  /// - none of the segment before can end the log there;
  /// - the coordinator knows that this owner has begun: nobody takes what others left for the log.
  func acknowledgeable(in segment: Segment) -> Int {
    guard segment.repair == .none || planted(.b7) else { return 0 }
    guard segment.prior.map(\.isBehind) ?? true || planted(.b3) || planted(.b1b3) else { return 0 }
    let length = segment.durable
    guard markUpdate.mark.epoch == epoch || planted(.n3) else {
      askForFirstMark(after: segment)
      return 0
    }
    assertAcknowledgeable(length, in: segment)
    return length
  }

  /// How many data bytes of a segment were acknowledged.
  func acknowledged(in segment: Segment) -> Int {
    let next = segments[durableIndex]
    return segment === next ? durableInSegment : segment.id < next.id ? segment.appended : 0
  }

  /// The first data that are durable ask for the owner's mark: of the segment where the log is open,
  /// because all before that are closed.
  private func askForFirstMark(after segment: Segment) {
    guard segment.durable > 0, let open = segments.first(where: { !$0.wasClosed }) else { return }
    if open.repair == .none { open.begin() }
  }

  /// The same once more, from what the backups confirmed and not from what the rules made of it: a
  /// rule that no longer guards what it should is found here even where another one hides it.
  private func assertAcknowledgeable(_ length: Int, in segment: Segment) {
    guard length > 0 else { return }
    for replica in segment.replicas {
      expect(replica.certified >= length, "acknowledged and not certified by all")
      expect(
        replica.footer == .committed || replica.certifiedVersion == segment.version,
        "acknowledged while a replica of an older version may come back")
    }
    expect(
      segment.wasClosed || markUpdate.mark <= segment.mark,
      "acknowledged in a segment that the mark gives up")
    expect(segment.prior?.wasClosed ?? true, "acknowledged after a segment that is still open")
  }
}
