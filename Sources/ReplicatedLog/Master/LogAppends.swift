import PlantedBugs
import RulesRuntime

/// Appending, and noticing what has become durable.
extension LogState {
  /// Data bytes that may be acknowledged.
  var durableBytes: Int { durableBefore + durableInSegment }

  /// Bytes of the largest record.
  static func maximumRecord(segmentCapacity: Int) -> Int {
    min(Entry.maximumRecord, segmentCapacity - SegmentHeader.size - Entry.overhead)
  }

  /// Appends records, after all that were appended before. With no records it only waits for these.
  /// - Parameters:
  ///   - id: names the request for `cancelAppend`.
  ///   - complete: called once, when all of the request is durable or it has failed; never inside
  ///     this call, but for a request that is refused at once. A failed request may have left
  ///     records in the log.
  func append(
    _ records: [[UInt8]], id: UInt64,
    complete: @escaping (Result<[LogPosition], any Error>) -> Void
  ) {
    if let failure { return complete(.failure(failure)) }
    let limit = Self.maximumRecord(segmentCapacity: identity.segmentCapacity)
    if let large = records.first(where: { $0.count > limit }) {
      return complete(.failure(LogError.recordTooLarge(size: large.count, limit: limit)))
    }
    appends.add(AppendQueue.Request(id: id, records: records, complete: complete))
    writeAppends()
    replicaAdvanced()
  }

  /// Gives up waiting for a request. Records of it that are in a segment stay in the log.
  func cancelAppend(id: UInt64) {
    appends.take(id: id)?.finish(.failure(CancellationError()))
    replicaAdvanced()
  }

  /// A replica confirmed something. What follows from it happens in the next turn: a rule's action
  /// changes nothing but what its `then` says.
  func replicaAdvanced() {
    guard !advanceIsScheduled else { return }
    advanceIsScheduled = true
    core.schedule(after: .zero) { [weak self] in
      guard let self else { return }
      advanceIsScheduled = false
      advance()
    }
  }

  /// Who appends one record after the other comes with the next one about so long after an answer: two changes of
  /// thread. To sleep meanwhile, and to be woken, would take as long.
  private static let nextAppend = Duration.microseconds(50)

  private func advance() {
    guard failure == nil else { return }
    findDurable()
    advanceTrim()
    writeAppends()
    let segment = segments[durableIndex]
    let durable = LogPosition(
      segment: segment.id, offset: UInt32(SegmentHeader.size + durableInSegment))
    while let request = appends.takeDurable(upTo: durable) {
      core.expectNews(within: Self.nextAppend)
      counters.recordsAcknowledged += request.records.count
      request.finish(.success(request.positions))
    }
  }

  /// Moves the durable point forward; a lost replica never moves it back, because what was
  /// acknowledged is still on the others.
  private func findDurable() {
    while true {
      let segment = segments[durableIndex]
      durableInSegment = max(durableInSegment, acknowledgeable(in: segment))
      guard segment.finalized, durableInSegment == segment.appended,
        durableIndex + 1 < segments.count
      else { return }
      durableBefore += durableInSegment
      durableIndex += 1
      durableInSegment = 0
    }
  }

  /// Writes what waits into the head, as far as the window goes.
  private func writeAppends() {
    var appendedTo: Segment?
    defer { appendedTo?.happened(.append) }
    while let request = appends.nextToWrite {
      while !request.isWritten {
        guard appendedBytes - durableBytes < identity.appendWindow else { return }
        let record = request.records[request.positions.count]
        let segment: Segment
        switch room(for: Entry.overhead + record.count) {
        case .segment(let found): segment = found
        case .later: return
        case .never: return refuseAppend(.full(limit: identity.memoryLimit))
        }
        if appendedTo !== segment { appendedTo?.happened(.append) }
        appendedTo = segment
        expect(segment.prior?.finalized ?? true, "`event append` needs a finalized prior")
        let offset = segment.image.append(entryOf: record)
        appendedBytes += Entry.overhead + record.count
        request.positions.append(LogPosition(segment: segment.id, offset: UInt32(offset)))
      }
      request.end = LogPosition(segment: head.id, offset: UInt32(head.image.length))
      appends.noteWritten()
    }
  }

  /// The request that is next cannot be written; those after it may be smaller.
  private func refuseAppend(_ error: LogError) {
    appends.dropNextToWrite()?.finish(.failure(error))
    if appends.nextToWrite != nil { replicaAdvanced() }
  }

  private var head: Segment { segments[segments.count - 1] }

  private enum Room {
    case segment(Segment)
    case later
    case never
  }

  /// The head, or a new head when the entry does not fit there.
  ///
  /// A segment gets a successor only once it was open on all its backups. So a log that a crash
  /// leaves behind has no gaps, and one with a gap has lost something.
  private func room(for bytes: Int) -> Room {
    let full = head
    if full.image.room >= bytes { return .segment(full) }
    guard full.wasOpened || planted(.b8) else { return .later }
    let used = segments.reduce(0) { $0 + $1.image.capacity }
    guard used + identity.segmentCapacity <= identity.memoryLimit else { return .never }
    addSegment(id: full.id + 1)
    full.finalize()
    full.happened(.finalize)
    return .segment(head)
  }
}
