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

    /// Whether `nextNotice` falls due by itself, and not only at the next evaluation.
    var isNoticed: Bool { self == .waiting || self == .blocked }
  }

  /// Kept until the subject is no longer reported or its task leaves the pool.
  let subject: any RuleSubject
  /// Which object `subject` is; compared without touching its reference count.
  let identity: ObjectIdentifier
  /// `subject.subjectID`, which costs a dynamic call.
  let subjectID: UInt64
  let scope: Int
  /// Below zero before the first report.
  var leaf = -1
  var ending = Ending.moving
  private var word = StateWord()
  /// All words of a state that has several; else empty.
  private var words: [UInt64] = []
  /// Since when the ending and the leaf are these.
  var since: PoolInstant
  /// When the next notice about it is due.
  var nextNotice = PoolInstant.distantFuture
  /// How many notices were written since `since`.
  var notices = 0
  /// How often in a row the action threw.
  var failures = 0
  /// One more than the number of its newest firing; zero: it never fired.
  var lastFiring: UInt64 = 0
  /// Whether the trace may hold a firing of it, whose subject must then stay named.
  var hasFired: Bool { lastFiring != 0 }

  init(subject: any RuleSubject, scope: Int, since: PoolInstant) {
    self.subject = subject
    identity = ObjectIdentifier(subject)
    subjectID = subject.subjectID
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

  /// Notes the state of the newest evaluation. Allocates only the first time, and only for a state of
  /// several words.
  mutating func keep(_ word: StateWord, _ words: Span<UInt64>) {
    self.word = word
    guard !words.isEmpty else { return }
    if self.words.count != words.count { self.words = Array(repeating: 0, count: words.count) }
    for index in words.indices { self.words[index] = words[index] }
  }

  /// Whether the newest evaluation found this state.
  func isIn(_ word: StateWord, _ words: Span<UInt64>) -> Bool {
    guard self.word == word, self.words.count == words.count else { return false }
    return words.indices.allSatisfy { self.words[$0] == words[$0] }
  }

  /// The words of the newest evaluation.
  var allWords: [UInt64] { words.isEmpty ? [word.bits] : words }

  /// The state in the words of the rules.
  func stateText(in scope: RuleTable.Scope) -> String { stateDescription(allWords, in: scope) }

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
    guard nextNotice <= now, ending.isNoticed else { return nil }
    notices += 1
    nextNotice = ending == .waiting ? .distantFuture : now + Backoff.notice(after: notices)
    return noticeText(in: table, at: now)
  }
}
