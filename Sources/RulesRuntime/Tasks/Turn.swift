/// One evaluation pass over one task: generated code tells it which leaf each scope ended in.
///
/// Valid only inside the `applyRules` it was handed to: it points to the task's record and the
/// pool's engine, both of which the pool keeps for that long.
public struct Turn: ~Copyable {
  let engine: UnsafeMutablePointer<Engine>
  private let record: UnsafeMutablePointer<TaskRecord>
  let kind: UnsafeMutablePointer<TaskKind>
  /// What activated the task.
  private let causes: CauseList
  /// Nothing fires, wakes or is counted: what would fire is noted (`Audit`).
  @usableFromInline let isAudit: Bool
  /// Of an audit: the first thing that would have happened.
  var finding: Audit.Finding?
  /// How many subjects have reported; the last one's status is `subjects[reported - 1]`.
  private var reported = 0
  /// How many of them a rule moved on.
  private(set) var moved = 0
  /// Whether some subject waits, was blocked, or is in a state no clause handles.
  private(set) var isStill = false
  /// Whether a notice or another try may fall due while the task is not evaluated.
  private(set) var needsTimer = false

  init(
    engine: UnsafeMutablePointer<Engine>, record: UnsafeMutablePointer<TaskRecord>,
    kind: UnsafeMutablePointer<TaskKind>, isAudit: Bool = false
  ) {
    self.engine = engine
    self.record = record
    self.kind = kind
    self.isAudit = isAudit
    causes = record.pointee.causes
    guard !isAudit else { return }
    record.pointee.causes = CauseList()
    record.pointee.reactivateAt = .distantFuture
    record.pointee.evaluatedIn = engine.pointee.turn
    // What its facts activate while they are read has no cause: a fact has no effect.
    engine.pointee.context = .unknown
  }

  /// A rule wins: counts and traces it, runs the action, contains and reports what it throws.
  ///
  /// After an action that threw, the task is evaluated again no sooner than a back-off that doubles
  /// from 0.1 s to 10 s, unless something else activates it. The 1st, 2nd, 4th, 8th ... failure in a
  /// row is reported as an error.
  @inlinable
  public mutating func fire<Leaf: RuleLeaf>(
    _ leaf: Leaf, _ word: some PackedState, _ subject: any RuleSubject, action: () throws -> Void
  ) {
    guard word.withWords({ beginFiring(Leaf.scope, leaf.rawValue, $0, $1, subject) }) else {
      return
    }
    do { try action() } catch { contain(error) }
  }

  /// The fired rule may have left the state as it was (`stay after`): evaluate the task again no
  /// sooner than this, unless something else activates it.
  ///
  /// A subject that stays with one rule for over a second is reported once, again after twice the
  /// time up to once a minute, and when it moves on.
  @inlinable
  public mutating func stay<Leaf: RuleLeaf>(
    for delay: Duration, _ leaf: Leaf, _ word: some PackedState, _ subject: any RuleSubject
  ) {
    stay(delay, leaf.rawValue, subject)
  }

  /// Only waits hold. `warnAfter`: a wait that is older is reported once, and when it ends.
  @inlinable
  public mutating func wait<Leaf: RuleLeaf>(
    _ leaf: Leaf, _ word: some PackedState, _ subject: any RuleSubject, warnAfter: Duration? = nil
  ) {
    word.withWords { wait(Leaf.scope, leaf.rawValue, $0, $1, subject, warnAfter) }
  }

  /// A goal holds and no rule does.
  @inlinable
  public mutating func reachGoal<Leaf: RuleLeaf>(
    _ leaf: Leaf, _ word: some PackedState, _ subject: any RuleSubject
  ) {
    word.withWords { reachGoal(Leaf.scope, leaf.rawValue, $0, $1, subject) }
  }

  /// The else-case: no clause holds (`unhandled`) or the state should not exist (`impossible`).
  /// Reports task, state, rules file and line as an error; the task is not evaluated again until
  /// something activates it.
  ///
  /// The same state of the same subject is reported again only after a second, two, ... a minute;
  /// the counters count every one.
  @inlinable
  public mutating func unexpected<Leaf: RuleLeaf>(
    _ leaf: Leaf, _ word: some PackedState, _ subject: any RuleSubject
  ) {
    word.withWords { unexpected(Leaf.scope, leaf.rawValue, $0, $1, subject) }
  }

  /// What another task waits for may have come true.
  @inlinable
  public mutating func wake(_ task: some RuleTask) {
    if !isAudit { task.membership.activate() }
  }

  // MARK: - What each report does

  /// - Returns: whether the action is to run.
  @usableFromInline
  mutating func beginFiring(
    _ scope: Int, _ leaf: Int, _ word: StateWord, _ words: Span<UInt64>,
    _ subject: any RuleSubject
  ) -> Bool {
    guard !isAudit else {
      audit(scope, leaf, word, words, subject)
      return false
    }
    kind.count(scope: scope, leaf: leaf, word, words)
    let status = nextStatus(scope, subject)
    engine.pointee.trace.append(
      .init(
        time: engine.pointee.now, subjectID: status.pointee.subjectID, word: word,
        cause: cause(of: status), kind: UInt16(truncatingIfNeeded: kind.pointee.index),
        scope: UInt16(truncatingIfNeeded: scope), leaf: UInt16(truncatingIfNeeded: leaf)), words)
    let number = engine.pointee.trace.total
    engine.pointee.context = PackedCause(.firing, originBits: number)
    if let names = engine.pointee.crashNames, !status.pointee.hasFired {
      names.pointee.append(status.pointee.subject)
    }
    status.pointee.lastFiring = number
    record.pointee.lastFiring = number
    if status.pointee.ending == .blocked, status.pointee.leaf == leaf {
      status.pointee.ending = .retrying
    } else {
      change(status, to: .moving, leaf)
    }
    status.pointee.keep(word, words)
    moved += 1
    return true
  }

  /// What made it possible that a rule fires for a subject now.
  @inline(__always)
  private func cause(of status: UnsafeMutablePointer<SubjectStatus>) -> PackedCause {
    let newest = causes.newest
    let ownFiring = status.pointee.lastFiring
    if newest.isNone {
      // It goes on, or what another subject of the task did is why it can.
      let before = status.pointee.ending == .moving && ownFiring != 0
      let firing = before ? ownFiring : record.pointee.lastFiring
      return firing == 0 ? .none : PackedCause(.firing, originBits: firing)
    }
    guard ownFiring != 0 else { return newest }
    // The end of what this subject began says more than what else activated its task.
    if let answer = causes.cause(from: ownFiring) { return answer }
    if status.pointee.ending == .moving { return PackedCause(.firing, originBits: ownFiring) }
    return newest.bits >> 60 == UInt64(Cause.Kind.retry.rawValue)
      ? PackedCause(.retry, originBits: ownFiring) : newest
  }

  @usableFromInline
  mutating func contain(_ error: any Error) {
    let status = record.pointee.subjects[reported - 1]
    block(status)
    let delay = Backoff.delay(afterFailures: status.pointee.failures)
    status.pointee.failures += 1
    let failures = status.pointee.failures
    record.pointee.reactivateAt = min(record.pointee.reactivateAt, engine.pointee.now + delay)
    // The 1st, 2nd, 4th, 8th ... failure in a row: others may keep the task active meanwhile.
    guard failures & (failures - 1) == 0 else { return }
    engine.pointee.reporter.error(
      status.pointee.failureText(error, delay, in: kind.pointee.table), at: engine.pointee.now)
  }

  @usableFromInline
  mutating func stay(_ delay: Duration, _ leaf: Int, _ subject: any RuleSubject) {
    guard reported > 0 else { return }
    let status = record.pointee.subjects[reported - 1]
    guard status.pointee.identity == ObjectIdentifier(subject), status.pointee.leaf == leaf,
      // An action that threw has its own, growing delay.
      status.pointee.ending != .blocked
    else { return }
    block(status)
    record.pointee.reactivateAt = min(record.pointee.reactivateAt, engine.pointee.now + delay)
  }

  @usableFromInline
  mutating func wait(
    _ scope: Int, _ leaf: Int, _ word: StateWord, _ words: Span<UInt64>,
    _ subject: any RuleSubject, _ warnAfter: Duration?
  ) {
    guard !isAudit else { return }
    kind.count(scope: scope, leaf: leaf, word, words)
    let status = nextStatus(scope, subject)
    enter(status, .waiting, leaf, word, words)
    isStill = true
    if let warnAfter, status.pointee.notices == 0 {
      if status.pointee.nextNotice == .distantFuture {
        status.pointee.nextNotice = status.pointee.since + warnAfter
      }
      needsTimer = true
    }
  }

  @usableFromInline
  mutating func reachGoal(
    _ scope: Int, _ leaf: Int, _ word: StateWord, _ words: Span<UInt64>,
    _ subject: any RuleSubject
  ) {
    guard !isAudit else { return }
    kind.count(scope: scope, leaf: leaf, word, words)
    enter(nextStatus(scope, subject), .atGoal, leaf, word, words)
  }

  @usableFromInline
  mutating func unexpected(
    _ scope: Int, _ leaf: Int, _ word: StateWord, _ words: Span<UInt64>,
    _ subject: any RuleSubject
  ) {
    guard !isAudit else { return audit(scope, leaf, word, words, subject) }
    kind.count(scope: scope, leaf: leaf, word, words)
    engine.pointee.unexpected += 1
    isStill = true
    let status = nextStatus(scope, subject)
    if !status.pointee.isIn(word, words) { change(status, to: .unexpected, leaf) }
    enter(status, .unexpected, leaf, word, words)
    let now = engine.pointee.now
    guard status.pointee.notices == 0 || status.pointee.nextNotice <= now else { return }
    status.pointee.nextNotice = now + Backoff.notice(after: status.pointee.notices)
    status.pointee.notices += 1
    engine.pointee.reporter.error(
      status.pointee.unexpectedText(in: kind.pointee.table), at: now)
  }

  // MARK: - Statuses

  /// The status of a subject for which a rule just fired, and did not throw.
  func fired(_ leaf: Int, _ subject: any RuleSubject) -> UnsafeMutablePointer<SubjectStatus>? {
    guard reported > 0 else { return nil }
    let status = record.pointee.subjects[reported - 1]
    let isOfRule =
      status.pointee.identity == ObjectIdentifier(subject) && status.pointee.leaf == leaf
    return isOfRule && status.pointee.ending != .blocked ? status : nil
  }

  /// The status of a subject that was reported before; nil: there is none.
  func status(of subject: any RuleSubject, _ scope: Int) -> UnsafeMutablePointer<SubjectStatus>? {
    let identity = ObjectIdentifier(subject)
    for index in 0..<record.pointee.subjects.count {
      let status = record.pointee.subjects[index]
      if status.pointee.identity == identity, status.pointee.scope == scope { return status }
    }
    return nil
  }

  /// A subject's status: the next one in nearly all evaluations, found or made when the elements of
  /// an `each` have changed.
  private mutating func nextStatus(
    _ scope: Int, _ subject: any RuleSubject
  ) -> UnsafeMutablePointer<SubjectStatus> {
    let index = reported
    reported += 1
    let identity = ObjectIdentifier(subject)
    if index < record.pointee.subjects.count {
      let status = record.pointee.subjects[index]
      if status.pointee.identity == identity, status.pointee.scope == scope { return status }
    }
    for other in index..<record.pointee.subjects.count {
      let status = record.pointee.subjects[other]
      guard status.pointee.identity == identity, status.pointee.scope == scope else { continue }
      record.pointee.subjects.swapAt(index, other)
      return record.pointee.subjects[index]
    }
    record.pointee.subjects.insert(
      SubjectStatus(subject: subject, scope: scope, since: engine.pointee.now), at: index)
    return record.pointee.subjects[index]
  }

  /// The subject's evaluation ended in `ending`, in which it may have been already.
  private func enter(
    _ status: UnsafeMutablePointer<SubjectStatus>, _ ending: SubjectStatus.Ending, _ leaf: Int,
    _ word: StateWord, _ words: Span<UInt64>
  ) {
    if status.pointee.ending != ending || status.pointee.leaf != leaf {
      change(status, to: ending, leaf)
    }
    status.pointee.keep(word, words)
  }

  private func change(
    _ status: UnsafeMutablePointer<SubjectStatus>, to ending: SubjectStatus.Ending, _ leaf: Int
  ) {
    if status.pointee.notices > 0 { engine.pointee.resolve(status.pointee, in: kind.pointee.table) }
    status.pointee.change(to: ending, leaf: leaf, at: engine.pointee.now)
  }

  /// The rule that just fired was in vain.
  private mutating func block(_ status: UnsafeMutablePointer<SubjectStatus>) {
    moved -= 1
    isStill = true
    needsTimer = true
    if status.pointee.ending == .retrying {
      status.pointee.ending = .blocked
    } else {
      change(status, to: .blocked, status.pointee.leaf)
      status.pointee.nextNotice = engine.pointee.now + Backoff.firstNotice
    }
  }

  /// Ends the evaluation: who was not reported is no subject of the task any more.
  mutating func finish() {
    while record.pointee.subjects.count > reported {
      engine.pointee.forget(record.pointee.subjects.removeLast(), in: kind.pointee.table)
    }
  }
}
