/// The part of a pool that evaluations touch: behind one pointer, for the reason `TaskRecord` has.
///
/// Allocated and freed by its `PoolCore`, which first takes every task out.
@usableFromInline
struct Engine {
  var active = ActiveList()
  /// How many turns began to evaluate tasks.
  var turn: UInt64 = 0
  var isStepping = false
  /// The time of the turn; all of a turn's firings have it.
  var now: PoolInstant
  var trace: TraceRing
  /// What is under way, and so causes what is activated now.
  var context = PackedCause.unknown
  var names = SubjectNames()
  var reporter: Reporter
  var unexpected: UInt64 = 0
  /// Firings that did something else than their rule says.
  var undeclared: UInt64 = 0
  /// Of the rules that did; no more than there are rules.
  var undeclaredReports: [FiredRule: ReportBackoff] = [:]
  /// Rules that would have fired, had somebody activated their task.
  var forgotten: UInt64 = 0
  var forgottenReports: [FiredRule: ReportBackoff] = [:]
  /// How often every task was found waiting for another one.
  var stalls: UInt64 = 0
  /// Here and not in the core, because every turn looks at them, and a class checks each access.
  var stall = StallWatch()
  /// When the next look for a forgotten activation is due.
  var nextAudit = PoolInstant.distantPast
  /// The turn of the newest evaluation.
  var evaluatedIn: UInt64 = 0
  /// Where names of subjects are kept for a handler of a fatal signal; nil: there is none.
  var crashNames: UnsafeMutablePointer<CrashNames>?

  /// A subject is gone; the trace may go on to tell of it.
  mutating func forget(_ status: SubjectStatus, in table: RuleTable) {
    if status.notices > 0 { resolve(status, in: table) }
    guard status.hasFired else { return }
    names.remember(status.subject.subjectName, of: status.subject.subjectID, trace: trace)
  }

  /// A subject about which there was a notice goes on, or is gone.
  func resolve(_ status: SubjectStatus, in table: RuleTable) {
    guard status.ending != .unexpected else { return }
    reporter.log.log(.notice, status.resolvedText(in: table, at: now))
  }
}
