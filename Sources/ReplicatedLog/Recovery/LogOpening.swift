import PlantedBugs
import RulesNetwork
import RulesRuntime

/// One attempt to open or read a log: a task that asks the coordinator what is left of the log, and
/// has its segments read and handed over. Its rules are in `rules/ReplicatedLog/LogOpening.rules`; this
/// is the state they are about.
final class LogOpening {
  /// What the log is to whoever asks for it.
  enum Intent {
    /// Becomes its owner, and creates it if there is none.
    case own
    case look(Look)
  }

  /// What a reader wants.
  struct Look {
    var scope = ReadScope()
    /// Where reading goes on; nil: it begins.
    var position: LogPosition?
    /// What is known of the segment there.
    var known: ReadSegment?
  }

  let membership = TaskMembership()
  let core: PoolCore
  let calls: any ClusterCalls
  let configuration: LogConfiguration
  /// How many segments are read, or read and not yet handed over, at a time.
  let reads = Throttle("segment reads", limit: 4)
  private let intent: Intent
  private let take: TakeSegment
  private var ended: ((Result<LogSurvey, LogError>) -> Void)?

  /// Fact: how far the question to the coordinator is.
  private(set) var question = Question.due
  /// Fact: how the attempt ended.
  private(set) var outcome = Opening.open
  /// Fact: whoever began it knows.
  private(set) var reported = false
  /// Fact: all segments are handed over.
  private(set) var complete = false
  /// The segments of the plan, in order.
  private(set) var readings: [SegmentReading] = []
  /// Replicas that could not be read; another one was.
  private(set) var replicasSkipped = 0

  private var failure = LogError.cancelled
  private(set) var survey: LogSurvey?
  /// The first segment that was not handed over; nil: none was.
  private var next: UInt64?
  private var inquiry: CoordinatorInquiry

  /// - Parameters:
  ///   - take: gets each segment of the log, in order.
  ///   - ended: called once, in a turn of its own, never by a rule's action. After a success all
  ///     segments were handed over; the plan of the survey is empty for a new log.
  init(
    core: PoolCore, calls: any ClusterCalls, configuration: LogConfiguration, intent: Intent,
    take: @escaping TakeSegment, ended: @escaping (Result<LogSurvey, LogError>) -> Void
  ) {
    self.core = core
    self.calls = calls
    self.configuration = configuration
    self.intent = intent
    self.take = take
    self.ended = ended
    inquiry = CoordinatorInquiry(core: core, calls: calls, configuration: configuration)
  }

  /// Nobody wants the log any more. Nothing is sent from here on; `ended` still says so.
  func cancel() {
    guard outcome == .open else { return }
    fail(.cancelled)
    stop()
    happened(.cancelled)
  }

  /// Ends the attempt: said by the rule that knows it.
  func fail(_ error: LogError) {
    guard outcome == .open else { return }
    failure = error
    outcome = .failed
  }

  /// No source of a segment gives it back, although those before it were handed over. The question is
  /// asked again, unless patience is over.
  func giveUp(_ error: LogError) {
    guard core.now < inquiry.patienceEnds else { return fail(error) }
    core.log.log(.notice, "\(error); the coordinator is asked again")
    rest()
  }

  func noteSkipped() { replicasSkipped += 1 }

  func noteComplete() { complete = true }

  /// Gives the reading's segment to whoever wants it.
  func handOver(_ read: ReadSegment) -> Handover {
    next = read.segment.id &+ 1
    inquiry.renewPatience()
    return take(read)
  }

  /// What is known already of a segment, of the replicas of one owner.
  func known(of segment: UInt64, epoch: UInt32) -> SegmentImage? {
    guard case .look(let look) = intent, let known = look.known, known.segment.id == segment,
      known.epoch == epoch
    else { return nil }
    return known.image
  }

  /// Ends everything that is under way.
  private func stop() {
    inquiry.cancel()
    stopReadings()
  }

  private func stopReadings() {
    for reading in readings {
      reading.cancel()
      core.remove(reading)
    }
  }
}

// MARK: - What the rules of `LogOpening.rules` do, under the names that they use

extension LogOpening {
  func ask() {
    expect(outcome == .open && question == .due, "who is over asks, or asks twice")
    question = .asked
    stopReadings()
    readings = []
    inquiry.ask(inquiryQuestion) { [weak self] in
      guard let self, question == .asked else { return }
      question = .answered
      happened(.answer)
    }
  }

  func settle() {
    expect(outcome == .open && question == .answered, "who is over settles, or settles twice")
    switch inquiry.takeAnswer() {
    case .survey(let survey):
      switch plan(survey) {
      case .success(let segments):
        self.survey = survey
        read(segments)
        question = .settled
        complete = segments.isEmpty
      case .failure(let error): fail(error)
      }
    case .later: rest()
    case .failed(let error): fail(error)
    }
  }

  private var inquiryQuestion: CoordinatorInquiry.Question {
    switch intent {
    case .own: .init(opens: true, epoch: survey?.ownership.epoch ?? 0)
    case .look(let look): .init(opens: false, from: next ?? look.position?.segment ?? 0)
    }
  }

  /// The question is asked again after a pause.
  private func rest() {
    question = .resting
    core.schedule(after: CoordinatorInquiry.pause) { [weak self] in
      guard let self, question == .resting, outcome == .open else { return }
      question = .due
      happened(.rested)
    }
  }

  func finish() {
    expect(
      outcome == .open && question == .settled && complete, "an opening ends before its segments")
    outcome = .succeeded
  }

  /// What follows from the end happens in the next turn: an action changes nothing but what its
  /// `then` says.
  func report() {
    expect(outcome != .open && !reported, "an opening is reported twice, or before it is over")
    reported = true
    stop()
    let result: Result<LogSurvey, LogError>
    if outcome == .succeeded, let survey {
      result = .success(survey)
    } else {
      result = .failure(failure)
    }
    let ended = ended
    self.ended = nil
    core.schedule(after: .zero) { ended?(result) }
  }

  /// What is to be read, or why nothing can be.
  private func plan(_ survey: LogSurvey) -> Result<[RecoveryPlan.Segment], LogError> {
    let ownership = survey.ownership
    switch survey.verdict {
    case .complete(let segments):
      return check(segments.map { $0.planned(in: ownership.log) }, survey)
    case .new: return .success([])
    case .vanished:
      return .failure(.vanished(name: configuration.name, epoch: ownership.epoch))
    case .incomplete(let problems, let unanswered):
      return .failure(
        .incomplete(problems.map(IncompleteSegment.init), unanswered: unanswered))
    case .lost(let problems): return .failure(.lost(problems.map(IncompleteSegment.init)))
    case .noBackups: return .failure(.noBackups)
    case .tooLarge(let bytes): return .failure(.planTooLarge(bytes: bytes))
    }
  }

  /// The plan is the word of another process: no more memory is taken for it than there may be.
  private func check(
    _ segments: [RecoveryPlan.Segment], _ survey: LogSurvey
  ) -> Result<[RecoveryPlan.Segment], LogError> {
    for segment in segments {
      for source in segment.sources {
        let length = Int(source.certificate.length)
        guard (SegmentHeader.size...LogConfiguration.largestSegment).contains(length) else {
          return .failure(
            .protocolViolation("segment \(segment.id) of \(length) bytes in a plan"))
        }
      }
    }
    switch intent {
    case .own:
      guard RecoveryPlan(segments: segments).bytes <= configuration.memoryLimit else {
        return .failure(.full(limit: configuration.memoryLimit))
      }
      return .success(segments.filter { $0.id >= next ?? 0 })
    case .look(let look): return wanted(segments, survey, look)
    }
  }

  /// What a reader wants of a plan.
  private func wanted(
    _ segments: [RecoveryPlan.Segment], _ survey: LogSurvey, _ look: Look
  ) -> Result<[RecoveryPlan.Segment], LogError> {
    let first = survey.ownership.first
    if let start = next ?? (look.position ?? look.scope.from)?.segment, start < first {
      return .failure(
        .trimmed(first: LogPosition(segment: first, offset: UInt32(SegmentHeader.size))))
    }
    let start = next ?? (look.position ?? look.scope.from)?.segment ?? first
    return .success(
      segments.filter { segment in
        segment.id >= start
          && LogPosition(segment: segment.id, offset: UInt32(SegmentHeader.size))
            < look.scope.to ?? .last
          && (!look.scope.follows || isNews(segment.id, survey.replicatedEnd, look.position))
      })
  }

  /// Whether whoever follows the log and is at a position gets something of a segment.
  private func isNews(
    _ segment: UInt64, _ end: LogPosition?, _ position: LogPosition?
  ) -> Bool {
    guard let end, segment <= end.segment else { return false }
    // The one before the end may be read to its own end, and the position is still there.
    if segment < end.segment { return true }
    let start = LogPosition(segment: segment, offset: UInt32(SegmentHeader.size))
    return max(start, position ?? start) < end
  }

  private var isOwning: Bool { if case .own = intent { true } else { false } }

  private func read(_ segments: [RecoveryPlan.Segment]) {
    for member in survey?.membership.backups ?? [] {
      guard let address = NetworkAddress(member.address) else { continue }
      calls.add(.server(member.server), at: address)
    }
    for segment in segments {
      // The owner of an open segment goes on in the memory that it is read into.
      let room = segment.closed || !isOwning ? 0 : configuration.segmentCapacity
      let reading = SegmentReading(segment, of: self, capacity: room)
      reading.prior = readings.last
      readings.last?.following = reading
      readings.append(reading)
    }
    // In order: all permits for later segments would keep the first one from being read.
    let tasks = planted(.b52) ? readings.reversed() : readings
    for reading in tasks { core.add(reading, removeAtGoal: true) }
  }
}

extension LogOpening: RuleSubject {
  /// Above all segments and replicas, below all else of a log.
  static let firstSubjectID: UInt64 = 1 << 60
  var subjectID: UInt64 { Self.firstSubjectID }
  var subjectName: String { "opening of log \(configuration.name)" }
}
