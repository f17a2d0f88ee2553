import PlantedBugs
import RulesNetwork
import RulesRuntime

/// One segment that is read back: a task that ends when the segment is handed over. Its rules are in
/// `rules/ReplicatedLog/SegmentReading.rules`; this is the state they are about.
final class SegmentReading {
  /// How long a backup may take to answer; one that takes longer counts as not there.
  static let replyLimit = Duration.seconds(2)
  /// Calls of one segment that are under way at a time.
  static let callLimit = 2

  /// One of them.
  private struct Request {
    var call: any ClusterCall
    /// Bytes that were asked for.
    var count: Int

    var problem: CallProblem {
      guard case .ok(let reply) = call.outcome else { return CallProblem(call.outcome) }
      return CallProblem(
        description: "\(call.placedCount + reply.count) bytes came for \(count)")
    }

    /// All that was asked for is where it was to go.
    var isComplete: Bool { if case .ok = call.outcome { call.placedCount == count } else { false } }
  }

  let membership = TaskMembership()
  /// The attempt that this is a part of; it owns the reading.
  unowned let opening: LogOpening
  /// Of the segments before and after, which the attempt owns.
  weak var prior: SegmentReading?
  weak var following: SegmentReading?
  private let segment: RecoveryPlan.Segment
  /// What the image shall have room for, at least.
  private let capacity: Int

  /// Fact: whether there is a replica to read.
  private(set) var source = ReadSource.untried
  /// Fact: the call for the next bytes.
  private(set) var call = ReadCall.idle
  /// Fact: how far the segment is.
  private(set) var image = ReadImage.partial

  private var admission: Permit?
  /// The source that is read, and how many were chosen so far.
  private var current: RecoveryPlan.Source?
  private var chosen = 0
  private var problems = SourceProblems()
  /// What has come from the current source.
  private var bytes: SegmentImage?
  /// CRC-32C of these.
  private var crc: UInt32 = 0
  /// What an earlier reading knows of the segment may be used.
  private var mayContinue = true
  /// In the order of their bytes, which follow those that have come.
  private var requests: [Request] = []
  private var limit: PoolTimer?

  init(_ segment: RecoveryPlan.Segment, of opening: LogOpening, capacity: Int) {
    self.segment = segment
    self.opening = opening
    self.capacity = capacity
  }

  /// Fact: whether it may be read now.
  var permit: ReadPermit {
    guard let admission else { return .none }
    return admission.isGranted ? .granted : .waiting
  }

  /// Ends what is under way.
  func cancel() {
    for request in requests { request.call.cancel() }
    requests = []
    limit?.cancel()
    limit = nil
  }

  /// Who had it lent has taken it, or does not want it.
  func taken(_ refusal: LogError?) {
    guard image == .lent else { return }
    if let refusal { opening.fail(refusal) } else { noteTaken() }
    happened(.taken)
  }

  private func noteTaken() {
    image = .handedOver
    bytes = nil
    admission = nil
  }

  /// The call for the next bytes has ended, or it is too late for that. One for later bytes is looked at
  /// when its turn comes, and one that was given up says nothing.
  private func replyCame(_ ended: (any ClusterCall)?) {
    guard call == .flying, ended == nil || ended === requests.first?.call else { return }
    limit?.cancel()
    let isUsable = if case .ok = ended?.outcome { true } else { requests.isEmpty }
    call = isUsable ? .ok : .failed
    happened(.reply)
  }

  /// The current source is given up.
  private func dropSource(_ problem: CallProblem, _ kind: SourceProblems.Kind) {
    guard let current else { return }
    problems.note(kind, at: current.server)
    opening.noteSkipped()
    opening.core.log.log(
      .warning, "segment \(segment.id) on backup \(current.server): \(problem.description)")
    source = .untried
    bytes = nil
    cancel()
  }
}

extension SegmentReading: RuleSubject {
  var subjectID: UInt64 { LogOpening.firstSubjectID + segment.id }
  var subjectName: String { "reading of segment \(segment.id)" }
}

// MARK: - What the rules of `SegmentReading.rules` do, under the names that they use

extension SegmentReading {
  func askForPermit() {
    expect(isWanted && permit == .none && image == .partial, "a permit is asked for in vain")
    admission = opening.reads.request(for: self)
  }

  /// Whether whoever wanted the log still does.
  private var isWanted: Bool { opening.outcome == .open && opening.question == .settled }

  func chooseSource() {
    expect(
      isWanted && permit == .granted && source == .untried, "a source is chosen beside another")
    guard chosen < segment.sources.count else {
      source = .exhausted
      return
    }
    let next = segment.sources[sourceIndex]
    chosen += 1
    current = next
    let image = room(for: next)
    bytes = image
    crc = image.crc(0..<image.length, seed: 0)
    source = .chosen
  }

  /// Of an open segment the best replica is read first. Those of a closed one are equal: different
  /// segments are read from different backups.
  private var sourceIndex: Int {
    guard segment.closed else { return chosen }
    return (chosen + Int(segment.id % UInt64(segment.sources.count))) % segment.sources.count
  }

  /// Memory for what a source has, with what is known of it.
  private func room(for source: RecoveryPlan.Source) -> SegmentImage {
    let length = Int(source.certificate.length)
    guard mayContinue, let known = opening.known(of: segment.id, epoch: source.key.epoch),
      known.length <= length
    else { return SegmentImage(capacity: max(capacity, length)) }
    mayContinue = false
    guard known.capacity < length else { return known }
    // It grows on: not all of it is to be copied each time.
    let larger = SegmentImage(
      capacity: min(max(2 * length, 1 << 16), max(length, LogConfiguration.largestSegment)))
    larger.append(known.bytes)
    return larger
  }

  func giveUp() {
    expect(
      isWanted && source == .exhausted && prior?.handedOver ?? true,
      "a log is given up for a segment that may be read, or before those in front of it")
    opening.giveUp(problems.error(of: segment.id))
  }

  func fetch() {
    expect(isWanted && call == .idle && image == .partial, "what is here is asked for again")
    guard let current, let bytes else { return }
    var asked = requests.reduce(bytes.length) { $0 + $1.count }
    while requests.count < Self.callLimit, asked < Int(current.certificate.length) {
      let count = min(ReadReplica.maximumLength, Int(current.certificate.length) - asked)
      let message = ReadReplica(
        key: current.key, offset: UInt32(asked), length: UInt32(count))
      // The image lives as long as the call may write to it.
      let call = opening.calls.call(
        .server(current.server), .readReplica, head: message.encoded, payload: nil,
        destination: bytes.memory(asked..<asked + count)
      ) { [weak self, bytes] call in withExtendedLifetime(bytes) { self?.replyCame(call) } }
      requests.append(Request(call: call, count: count))
      asked += count
    }
    call = .flying
    // All may be known, or the next bytes may be here already.
    let next = requests.first?.call
    let isHere = next.map { $0.outcome != nil } ?? true
    limit = opening.core.schedule(after: isHere ? .zero : Self.replyLimit) { [weak self] in
      self?.replyCame(isHere ? next : nil)
    }
  }

  func keep() {
    expect(isWanted && call == .ok, "bytes are kept that did not come")
    call = .idle
    guard let current, let bytes else { return }
    if let request = requests.first {
      guard request.isComplete else { return dropSource(request.problem, .unreadable) }
      requests.removeFirst()
      bytes.extend(by: request.count)
      // They were checked when they came: they are not looked at again.
      crc = crc32c(of: crc, followedBy: request.call.placedChecksum, count: request.count)
    }
    if bytes.length == Int(current.certificate.length) { image = .whole }
  }

  func skip() {
    expect(isWanted && call == .failed, "a source is skipped that did not fail")
    call = .idle
    let outcome = requests.first?.call.outcome
    dropSource(CallProblem(outcome), SourceProblems.Kind(outcome))
  }

  func verify() {
    expect(isWanted && image == .whole, "what is not here is verified, or twice")
    guard let current, let bytes else { return }
    switch bytes.verify(as: current, isClosed: segment.closed, crc: crc) {
    case .success: image = .verified
    case .failure(let problem):
      image = .partial
      dropSource(problem, .unreadable)
    }
  }

  func handOver() {
    expect(
      isWanted && image == .verified && prior?.handedOver ?? true,
      "a segment is handed over before it is verified, or before those in front of it")
    guard let bytes, let current else { return }
    let read = ReadSegment(segment: segment, image: bytes, epoch: current.key.epoch)
    switch opening.handOver(read) {
    case .taken: noteTaken()
    case .lent: image = .lent
    case .refused(let error): opening.fail(error)
    }
  }

  func noteComplete() {
    expect(
      isWanted && image == .handedOver && following == nil && !opening.complete,
      "a log is read twice, or before its end is")
    opening.noteComplete()
  }
}
