import RulesNetwork
import RulesRuntime

/// The question to the coordinator what is left of a log, asked until there is an answer or the time
/// for it is over.
final class CoordinatorInquiry {
  /// What came of a question.
  enum Answer {
    case survey(LogSurvey)
    /// The coordinator has too much to do: it is to be asked again after `pause`.
    case later
    case failed(LogError)
  }

  /// What is asked.
  struct Question {
    /// For an owner, who is made one unless it is one already.
    var opens: Bool
    /// The epoch of an owner who asks once more.
    var epoch: UInt32 = 0
    /// The first segment that is asked for; 0: all.
    var from: UInt64 = 0
  }

  /// The pause before a busy coordinator is asked again.
  static let pause = Duration.milliseconds(100)
  /// How much longer than asked for a survey may take: its last round and the way back.
  static let grace = Duration.seconds(5)

  private let core: PoolCore
  private let calls: any ClusterCalls
  private let configuration: LogConfiguration
  /// When patience with a coordinator that says nothing at all is over.
  private(set) var patienceEnds: PoolInstant
  /// The coordinator has said something.
  private var isThere = false
  private var contact: (any ClusterCall)?
  private var call: (any ClusterCall)?
  private var timers: [PoolTimer] = []

  init(core: PoolCore, calls: any ClusterCalls, configuration: LogConfiguration) {
    self.core = core
    self.calls = calls
    self.configuration = configuration
    patienceEnds = core.now + configuration.patience
  }

  /// Something came of the last answer: there is as much patience as at first.
  func renewPatience() { patienceEnds = core.now + configuration.patience }

  /// Asks once.
  /// - Parameter ready: called once, never inside this call: `takeAnswer` has something to say.
  func ask(_ question: Question, ready: @escaping () -> Void) {
    let coordinator = ServerKey.address(configuration.coordinator)
    calls.add(coordinator, at: configuration.coordinators)
    let left = max(.zero, patienceEnds - core.now)
    // A survey takes its time; that somebody is there shows at once.
    contact = calls.call(coordinator, .watch, head: Watch(after: 0).encoded, payload: nil) {
      [weak self] _ in self?.isThere = true
    }
    let query = LogQuery(
      name: configuration.name, patience: left.wholeMilliseconds,
      wish: LogWish(durability: configuration.durability, replicas: configuration.replicas),
      epoch: question.epoch, from: question.from)
    call = calls.call(
      coordinator, question.opens ? .openLog : .findLog, head: query.encoded, payload: nil
    ) { _ in ready() }
    timers = [
      core.schedule(after: left) { [weak self] in
        if self?.isThere == false { ready() }
      },
      core.schedule(after: left + Self.grace, ready),
    ]
  }

  /// What came of the question that was asked last; without an outcome its time is over.
  func takeAnswer() -> Answer {
    let outcome = call?.outcome
    cancel()
    switch outcome {
    case nil: return .failed(.unreachable(configuration.coordinators))
    case .refused(.unanswered), .refused(.overloaded): return later
    case .refused(.application(LogRefusal.busy.rawValue, _)): return later
    case .refused(.application(LogRefusal.noSuchLog.rawValue, _)):
      return .failed(.noSuchLog(configuration.name))
    case .refused(.application(LogRefusal.fenced.rawValue, _)): return .failed(.fenced)
    case .refused(.application(LogRefusal.otherSettings.rawValue, let text)):
      return .failed(.otherSettings(text))
    case let outcome?:
      switch readReply(outcome, as: LogSurvey.self) {
      case .success(let survey): return .survey(survey)
      case .failure(let problem):
        return .failed(
          .protocolViolation("the coordinator at \(configuration.coordinator): \(problem)"))
      }
    }
  }

  private var later: Answer {
    core.now < patienceEnds ? .later : .failed(.unreachable(configuration.coordinators))
  }

  /// Forgets the question.
  func cancel() {
    contact?.cancel()
    call?.cancel()
    call = nil
    for timer in timers { timer.cancel() }
    timers = []
  }
}

extension Duration {
  /// Rounded down, at most what a query may say.
  fileprivate var wholeMilliseconds: UInt32 {
    let (seconds, attoseconds) = components
    let limit = Int64(LogQuery.maximumPatience)
    guard seconds < limit / 1000 else { return LogQuery.maximumPatience }
    return UInt32(max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
  }
}
