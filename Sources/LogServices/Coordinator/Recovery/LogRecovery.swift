import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// One survey of one log: a task that lives until whoever asked for it has the answer. Its rules are in
/// `rules/LogServices/LogRecovery.rules`; this is the state they are about.
final class LogRecovery {
  /// What is surveyed, and for whom.
  struct Request {
    var name: String
    var ownership: LogOwnership
    /// The epoch below which backups are to refuse writes from now on; 0: none.
    var fence: UInt32
    /// The first segment that is asked for; 0: all.
    var from: UInt64 = 0
    var patience: Duration
    /// Whether somebody still waits for the answer.
    var isWanted: () -> Bool
    /// What is left of the log, by what the backups say.
    var plan: ([BackupAnswer]) -> RecoveryVerdict
    /// Called once, unless nobody waits any more; nil: a newer owner came.
    var answer: (LogSurvey.Verdict?) -> Void
  }

  /// The pause before the backups are asked once more.
  static let pause = Duration.milliseconds(200)
  /// Lists that one survey asks for at a time.
  static let listLimit = 10

  let membership = TaskMembership()
  let request: Request
  private let number: UInt64
  private let core: PoolCore
  private let client: RPCClient
  private let lists = Throttle("lists of replicas", limit: LogRecovery.listLimit)
  private let ended: (LogRecovery) -> Void

  /// The members, sorted.
  private(set) var backups: [SurveyedBackup] = []
  /// Fact: what the lists say together.
  private(set) var finding = Finding.asking
  /// Fact: what the survey ended with.
  private(set) var outcome = Outcome.open
  /// Fact: patience is left.
  private(set) var patient = true
  /// Fact: whoever asked has the answer.
  private(set) var answered = false

  private var verdict: LogSurvey.Verdict?
  private var patienceTimer: PoolTimer?
  private var pauseTimer: PoolTimer?

  /// - Parameters:
  ///   - number: tells surveys of one pool apart.
  ///   - ended: called once the answer is given.
  init(
    _ request: Request, number: UInt64, core: PoolCore, client: RPCClient,
    ended: @escaping (LogRecovery) -> Void
  ) {
    self.request = request
    self.number = number
    self.core = core
    self.client = client
    self.ended = ended
    patienceTimer = core.schedule(after: request.patience) { [weak self] in
      guard let self else { return }
      patient = false
      happened(.patienceEnds)
    }
  }

  // The end of a call is news for a survey that lives: a pool that is dropped ends them first.
  deinit {
    for backup in backups { backup.cancel() }
  }

  /// The members are these now: whoever is new is asked, who left is forgotten with what it said.
  func membersChanged(_ members: [ServerID]) {
    guard outcome == .open else { return }
    var next: [SurveyedBackup] = []
    for server in members.sorted() {
      let known = backups.first { $0.server == server }
      next.append(known ?? SurveyedBackup(server, of: self))
    }
    for backup in backups where !members.contains(backup.server) { backup.leave() }
    backups = next
    pauseTimer?.cancel()
    finding = .asking
    happened(.members)
  }

  /// A newer owner of the log has come.
  func supersede() {
    guard outcome == .open else { return }
    outcome = .superseded
    happened(.superseded)
  }

  /// Ends everything that is under way. Permits end when the task leaves its pool.
  func stop() {
    patienceTimer?.cancel()
    pauseTimer?.cancel()
    for backup in backups { backup.cancel() }
  }
}

extension LogRecovery: RuleSubject {
  var subjectID: UInt64 { number << 32 }
  var subjectName: String { "survey \(number) of log \(request.name)" }
}

// MARK: - What the rules of `LogRecovery.rules` do, under the names that they use

extension LogRecovery {
  func askForPermit(_ backup: SurveyedBackup) {
    expect(outcome == .open && backup.isDue, "a survey that is over, or has a list, asks for it")
    backup.askForPermit(lists.request(for: self))
  }

  func askForList(_ backup: SurveyedBackup) {
    expect(
      outcome == .open && backup.isDue && backup.admission == .granted,
      "a list is asked for without a permit, twice, or by a survey that is over")
    backup.ask(
      ListReplicas(log: request.ownership.log, fence: request.fence, from: request.from),
      core: core, client: client)
  }

  func takeList(_ backup: SurveyedBackup) {
    expect(
      outcome == .open && backup.listing == .arrived,
      "a survey that is over takes an answer, or none")
    guard let problem = backup.take() else { return }
    core.log.log(.info, "\(subjectName): no list of backup \(backup.server): \(problem)")
  }

  func judge() {
    expect(outcome == .open && finding == .asking, "a survey judges what it has judged")
    guard request.isWanted() else {
      outcome = .abandoned
      return
    }
    guard !backups.isEmpty else {
      finding = .nobody
      return
    }
    let answers = backups.map(\.answer)
    let verdict = LogSurvey.Verdict(request.plan(answers), of: answers)
    self.verdict = verdict
    switch verdict {
    case .complete: outcome = .complete
    case .new: outcome = .new
    case .vanished: finding = .vanished
    case .lost: finding = .lost
    case .incomplete: finding = .incomplete
    case .noBackups, .tooLarge: preconditionFailure("no verdict of lists")
    }
  }

  func rest() {
    expect(
      outcome == .open && patient && finding != .asking && finding != .resting,
      "a survey rests without patience, or twice")
    finding = .resting
    pauseTimer = core.schedule(after: Self.pause) { [weak self] in
      guard let self, finding == .resting else { return }
      for backup in backups { backup.askAgain() }
      finding = .asking
      happened(.rested)
    }
  }

  func conclude(_ outcome: Outcome) {
    expect(
      self.outcome == .open && !patient && outcome == finding.outcome,
      "a survey ends with what it has not found, or before patience ends")
    self.outcome = outcome
  }

  func answer() {
    expect(outcome != .open && !answered, "a survey is answered twice, or before it is over")
    answered = true
    stop()
    switch outcome {
    case .open, .abandoned: break
    case .superseded: request.answer(nil)
    case .noBackups: request.answer(.noBackups)
    case .complete, .new, .vanished, .lost, .incomplete:
      if let verdict { request.answer(verdict) }
    }
    ended(self)
  }
}

extension Finding {
  /// What a survey ends with when patience does; nil: it goes on.
  fileprivate var outcome: Outcome? {
    switch self {
    case .asking, .resting: nil
    case .nobody: .noBackups
    case .incomplete: .incomplete
    case .lost: .lost
    case .vanished: .vanished
    }
  }
}
