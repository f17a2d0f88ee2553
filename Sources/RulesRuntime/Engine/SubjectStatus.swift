/// How the newest evaluation ended for one subject, and since when it ends so.
struct SubjectStatus {
  enum Ending: UInt8 {
    /// A rule fired.
    case moving
    /// A rule fired that had fired in vain before. In vain again, it is as blocked as it was; else
    /// the next evaluation finds the subject elsewhere.
    case retrying
    /// A rule fired in vain: it left the state as it was, or its action threw.
    case blocked
    case waiting, atGoal, unexpected
  }

  /// Kept until the subject is no longer reported or its task leaves the pool.
  let subject: any RuleSubject
  /// Which object `subject` is; compared without touching its reference count.
  let identity: ObjectIdentifier
  let scope: Int
  /// Below zero before the first report.
  var leaf = -1
  var ending = Ending.moving
  var word = StateWord()
  /// Since when the ending and the leaf are these.
  var since: PoolInstant
  /// When the next notice about it is due.
  var nextNotice = PoolInstant.distantFuture
  /// How many notices were written since `since`.
  var notices = 0
  /// How often in a row the action threw.
  var failures = 0
  /// Whether the trace may hold a firing of it, whose subject must then stay named.
  var hasFired = false

  init(subject: any RuleSubject, scope: Int, since: PoolInstant) {
    self.subject = subject
    identity = ObjectIdentifier(subject)
    self.scope = scope
    self.since = since
  }

  /// Neither on the move nor at its goal.
  var isStill: Bool {
    switch ending {
    case .blocked, .waiting, .unexpected: true
    case .moving, .retrying, .atGoal: false
    }
  }

  /// Whether `nextNotice` falls due by itself, and not only at the next evaluation.
  var isNoticed: Bool { ending == .waiting || ending == .blocked }

  /// Enters another condition at `now`.
  mutating func change(to ending: Ending, leaf: Int, at now: PoolInstant) {
    self.ending = ending
    self.leaf = leaf
    since = now
    nextNotice = .distantFuture
    notices = 0
    failures = 0
  }

  /// The notice that is due at `now`, if any: of a wait once, of a rule in vain again and again.
  mutating func takeNotice(in table: RuleTable, at now: PoolInstant) -> String? {
    guard nextNotice <= now, isNoticed else { return nil }
    notices += 1
    nextNotice = ending == .waiting ? .distantFuture : now + Backoff.notice(after: notices)
    return noticeText(in: table, at: now)
  }
}
