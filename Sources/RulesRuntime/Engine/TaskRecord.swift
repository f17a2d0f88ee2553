/// The pool's side of one task.
///
/// A plain record behind a pointer that its `TaskMembership` allocates and frees: fields of a class
/// would cost a dynamic exclusivity check at each access, which is half the price of a firing.
@usableFromInline
struct TaskRecord {
  /// The pool's engine while the task is in a pool; the engine outlives that.
  @usableFromInline var engine: UnsafeMutablePointer<Engine>?
  /// Whether it is in the engine's active list.
  @usableFromInline var isActive = false
  /// The first turn that may evaluate it.
  var activeFrom: UInt64 = 0
  /// What activated it since its last evaluation.
  var causes = CauseList()
  var nextActive: UnsafeMutablePointer<TaskRecord>?
  var previousActive: UnsafeMutablePointer<TaskRecord>?

  /// The task and what owns this record. Strong, so two cycles, which end when the task leaves.
  var task: (any RuleTask)?
  var membership: TaskMembership?
  /// The table and counters of its type; the core's.
  var kind: UnsafeMutablePointer<TaskKind>?
  /// Its index in the core's list of tasks.
  var slot = 0
  /// Numbers the core's tasks in the order in which they came.
  var admission: UInt64 = 0
  var removeAtGoal = false
  var isEvaluating = false
  /// It was removed while it is evaluated: it leaves when that ends.
  var leavesAfterEvaluation = false

  /// The turn of the last evaluation; zero: none yet.
  var evaluatedIn: UInt64 = 0
  /// One more than the number of its newest firing; zero: it never fired.
  var lastFiring: UInt64 = 0
  /// It was in a pool and is in none now.
  var hasLeft = false

  /// How the newest evaluation ended for each subject, in the order of the reports.
  var subjects = SubjectList()
  /// When a rule that fired in vain is to be tried again.
  var reactivateAt = PoolInstant.distantFuture
  /// One timer for re-activation and notices; made when first needed. It may fire early and is then
  /// armed again, so that a task which goes on need not cancel it each time.
  var timer: PoolTimer?
  /// When it fires; never while it is not armed.
  var timerDeadline = PoolInstant.distantFuture
  /// What it has of the pool's throttles; made when it first asks for a permit.
  var permits: PermitHolding?

  @usableFromInline init() {}
}
