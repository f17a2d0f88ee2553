import RulesNetwork
import RulesRuntime

/// One segment that is read back: a task that ends when the segment is handed over. Its rules are in
/// `rules/ReplicatedLog/SegmentReading.rules`; this is the state they are about.
final class SegmentReading {
  /// How long a backup may take to answer; one that takes longer counts as not there.
  static let replyLimit = Duration.seconds(2)

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
  /// Fact: the outstanding call.
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
  private var request: (any ClusterCall)?
  private var requested = 0
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
    request?.cancel()
    request = nil
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

  /// - Parameter ended: nil: it is too late for one. A call that was given up says nothing about the
  ///   one that took its place.
  private func replyCame(_ ended: (any ClusterCall)?) {
    guard call == .flying, ended == nil || ended === request else { return }
    let isUsable = if case .ok = ended?.outcome { true } else { false }
    limit?.cancel()
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
  }
}

extension SegmentReading: RuleSubject {
  var subjectID: UInt64 { LogOpening.firstSubjectID + segment.id }
  var subjectName: String { "reading of segment \(segment.id)" }
}

// MARK: - What the rules of `SegmentReading.rules` do, under the names that they use

extension SegmentReading {
  func askForPermit() { admission = opening.reads.request(for: self) }

  func chooseSource() {
    guard chosen < segment.sources.count else {
      source = .exhausted
      return
    }
    let next = segment.sources[chosen]
    chosen += 1
    current = next
    bytes = SegmentImage(capacity: max(capacity, Int(next.certificate.length)))
    source = .chosen
  }

  func giveUp() { opening.fail(problems.error(of: segment.id)) }

  func fetch() {
    guard let current, let bytes else { return }
    requested = min(
      ReadReplica.maximumLength, Int(current.certificate.length) - bytes.length)
    let message = ReadReplica(
      key: current.key, offset: UInt32(bytes.length), length: UInt32(requested))
    call = .flying
    request = opening.calls.call(
      .server(current.server), .readReplica, head: message.encoded, payload: nil
    ) { [weak self] in self?.replyCame($0) }
    limit = opening.core.schedule(after: Self.replyLimit) { [weak self] in self?.replyCame(nil) }
  }

  func keep() {
    call = .idle
    guard let current, let bytes, case .ok(let reply) = request?.outcome else {
      return dropSource(CallProblem(request?.outcome), .unreadable)
    }
    request = nil
    guard reply.count == requested else {
      let text = "\(reply.count) bytes came for \(requested)"
      return dropSource(CallProblem(description: text), .unreadable)
    }
    bytes.append(reply)
    if bytes.length == Int(current.certificate.length) { image = .whole }
  }

  func skip() {
    call = .idle
    let outcome = request?.outcome
    cancel()
    dropSource(CallProblem(outcome), SourceProblems.Kind(outcome))
  }

  func verify() {
    guard let current, let bytes else { return }
    switch bytes.verify(as: current, isClosed: segment.closed) {
    case .success: image = .verified
    case .failure(let problem):
      image = .partial
      dropSource(problem, .unreadable)
    }
  }

  func handOver() {
    guard let bytes else { return }
    switch opening.handOver(segment, bytes) {
    case .taken: noteTaken()
    case .lent: image = .lent
    case .refused(let error): opening.fail(error)
    }
  }

  func noteComplete() { opening.noteComplete() }
}
