/// The faults of whole frames, in one direction of one connection.
final class FrameFaults {
  // `@exclusivity(unchecked)`: sound for the reason that `MemoryConnection` has.

  private struct Late {
    var frame: [UInt8]
    var number: Int
    /// So many frames still overtake it.
    var overtakers: Int
    var isOvertaken = false
  }

  @exclusivity(unchecked) private var splitter: FrameSplitter
  @exclusivity(unchecked) private var late: Late?
  private var lateCount = 0
  /// Frames of long ago that wait until a frame ends.
  @exclusivity(unchecked) private var replays: [[UInt8]] = []

  /// Of old frames that wait at once.
  private static let replaysMaximum = 16

  init(splitter: FrameSplitter) { self.splitter = splitter }

  func add(_ bytes: [UInt8], to lane: Lane) {
    for unit in splitter.add(bytes, holds: lane.link.conditions.hasFrameFaults) {
      pass(unit, to: lane)
    }
    settle(lane)
  }

  /// Nothing waits any more, but for the end of a frame that is under way.
  func flush(to lane: Lane) {
    late?.overtakers = 0
    settle(lane)
    for unit in splitter.release() { pass(unit, to: lane) }
  }

  /// - Returns: false when too many wait already.
  func replay(_ frame: [UInt8], to lane: Lane) -> Bool {
    guard replays.count < Self.replaysMaximum else { return false }
    replays.append(frame)
    settle(lane)
    return true
  }

  /// The frame of this number has waited long enough for others to overtake it.
  func releaseLate(_ number: Int, to lane: Lane) {
    guard late?.number == number else { return }
    late?.overtakers = 0
    settle(lane)
  }

  private func pass(_ unit: FrameSplitter.Unit, to lane: Lane) {
    switch unit {
    case .part(let bytes): lane.emit(bytes, credit: bytes.count)
    case .whole(let frame): judge(frame, in: lane)
    }
  }

  private func judge(_ frame: [UInt8], in lane: Lane) {
    let link = lane.link
    guard link.conditions.hasFrameFaults else {
      lane.emit(frame, credit: frame.count)
      return overtake(in: lane)
    }
    if link.random.chance(link.conditions.replayRate, .replay) {
      lane.replayLater(frame, after: link.random.duration(link.conditions.replayDelay, .replay))
    }
    if link.random.chance(link.conditions.dropRate, .drop) {
      link.counters.dropped += 1
      lane.emit([], credit: frame.count)
      return
    }
    if late == nil, link.random.chance(link.conditions.reorderRate, .reorder) {
      lateCount += 1
      late = Late(
        frame: frame, number: lateCount, overtakers: link.random.number(1...4, .reorder))
      lane.releaseLateFrame(lateCount, after: link.conditions.reorderTime)
      return
    }
    lane.emit(frame, credit: frame.count)
    if link.random.chance(link.conditions.duplicateRate, .duplicate) {
      link.counters.duplicated += 1
      lane.emit(frame, credit: 0)
    }
    overtake(in: lane)
  }

  private func overtake(in lane: Lane) {
    guard let waiting = late else { return }
    if !waiting.isOvertaken { lane.link.counters.reordered += 1 }
    late?.isOvertaken = true
    late?.overtakers -= 1
    releaseDue(to: lane)
  }

  private func releaseDue(to lane: Lane) {
    guard let waiting = late, waiting.overtakers <= 0 else { return }
    late = nil
    lane.emit(waiting.frame, credit: waiting.frame.count)
  }

  /// What waits for the end of a frame leaves, if there is one.
  private func settle(_ lane: Lane) {
    guard splitter.isBetweenFrames else { return }
    releaseDue(to: lane)
    let frames = replays
    replays = []
    for frame in frames { lane.emit(frame, credit: 0) }
  }
}
