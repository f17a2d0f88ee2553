/// The look for forgotten activations: after a turn the pool evaluates one inactive task, chosen at
/// random, without firing anything. If a rule would fire, somebody changed the task's state and told
/// nobody, and the task would have slept on.
///
/// A fact may depend on the time, and what activates the task may come a little later; so the finding
/// is an error only if it is still there after a second in which nobody evaluated the task. Then the
/// pool activates it.
struct Audit {
  /// What pools have unless they are told otherwise: debug builds look after every turn, release
  /// builds at most a hundred times a second.
  static var standardInterval: Duration? {
    #if DEBUG
      .zero
    #else
      .milliseconds(10)
    #endif
  }

  /// How long a rule must have been able to fire before that is an error.
  static let patience = Duration.seconds(1)

  /// Of the pool's own, with a constant seed: the same turns look at the same tasks.
  var random = SplitMix64(seed: 0x5eed)
  var suspect: Suspect?

  /// A task of which a rule would fire.
  struct Suspect {
    var slot: Int
    var admission: UInt64
    /// The turn of its last evaluation.
    var evaluatedIn: UInt64
    var since: PoolInstant
    /// Has the pool make a turn when the patience is over.
    var timer: PoolTimer
  }

  /// What an evaluation would have done.
  struct Finding {
    var subject: any RuleSubject
    var scope: Int
    var leaf: Int
    var words: [UInt64]
  }
}

extension PoolCore {
  /// Looks at one inactive task, or again at the one that is suspect.
  func lookForForgottenActivation() {
    guard let interval = auditInterval else {
      engine.pointee.nextAudit = .distantFuture
      return
    }
    engine.pointee.nextAudit = engine.pointee.now + interval
    if let suspect = audit.suspect { return lookAgain(at: suspect) }
    guard !records.isEmpty else { return }
    let slot = Int(audit.random.next() % UInt64(records.count))
    guard let record = restingRecord(slot), finding(record) != nil else { return }
    audit.suspect = Audit.Suspect(
      slot: slot, admission: record.pointee.admission, evaluatedIn: record.pointee.evaluatedIn,
      since: engine.pointee.now, timer: schedule(after: Audit.patience) {})
  }

  private func lookAgain(at suspect: Audit.Suspect) {
    guard let record = restingRecord(suspect.slot), record.pointee.admission == suspect.admission,
      record.pointee.evaluatedIn == suspect.evaluatedIn
    else {
      // It was evaluated meanwhile, or will be, or is gone.
      suspect.timer.cancel()
      audit.suspect = nil
      return
    }
    guard suspect.since + Audit.patience <= engine.pointee.now else { return }
    suspect.timer.cancel()
    audit.suspect = nil
    guard let finding = finding(record), let kind = record.pointee.kind else { return }
    let rule = Engine.FiredRule(
      kind: kind.pointee.index, scope: finding.scope, leaf: finding.leaf)
    if engine.pointee.notesForgotten(rule) {
      engine.pointee.reporter.error(
        finding.text(in: kind.pointee.table, after: Audit.patience), at: engine.pointee.now)
    }
    perform(.audit) { record.pointee.membership?.activate() }
  }

  /// A record that was evaluated and will not be without news.
  private func restingRecord(_ slot: Int) -> UnsafeMutablePointer<TaskRecord>? {
    guard records.indices.contains(slot) else { return nil }
    let record = records[slot]
    let isResting =
      !record.pointee.isActive && record.pointee.evaluatedIn != 0
      && record.pointee.reactivateAt == .distantFuture
    return isResting ? record : nil
  }

  private func finding(_ record: UnsafeMutablePointer<TaskRecord>) -> Audit.Finding? {
    guard let task = record.pointee.task, let kind = record.pointee.kind else { return nil }
    var turn = Turn(engine: engine, record: record, kind: kind, isAudit: true)
    task.applyRules(&turn)
    return turn.finding
  }
}

extension Turn {
  /// What would have been the end of the evaluation for a subject: notes it, unless it is no news.
  mutating func audit(
    _ scope: Int, _ leaf: Int, _ word: StateWord, _ words: Span<UInt64>, _ subject: any RuleSubject
  ) {
    guard finding == nil else { return }
    if let status = status(of: subject, scope) {
      switch status.pointee.ending {
      // Its next try, or its report, does not hang on an activation.
      case .blocked, .retrying: return
      case .unexpected: if status.pointee.isIn(word, words) { return }
      case .moving, .waiting, .atGoal: break
      }
    }
    let all = words.isEmpty ? [word.bits] : words.indices.map { words[$0] }
    finding = Audit.Finding(subject: subject, scope: scope, leaf: leaf, words: all)
  }
}
