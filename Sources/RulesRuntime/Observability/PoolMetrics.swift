/// What a pool counts, at one moment: for dashboards and alerts. Counts begin with the pool and only
/// grow; the rest says how it stands.
///
/// Its size depends on the rules, not on the number of tasks. `samples` has the same as a flat list,
/// `prometheusText` as Prometheus reads it.
public struct PoolMetrics: Sendable {
  /// The name of the pool.
  public var pool: String
  /// Turns so far.
  public var turns: UInt64
  /// Rules that fired so far, all rules together.
  public var firings: UInt64
  /// Evaluations that ended in a state no clause handles or that should not exist.
  public var unexpected: UInt64
  /// Firings whose action did something else than its rule says; looked for in debug builds only.
  public var undeclared: UInt64
  /// Rules that would have fired, had somebody activated their task; see `PoolCore.auditInterval`.
  public var forgotten: UInt64
  /// How often every task was found waiting for another one, so that none could go on.
  public var stalls: UInt64
  /// Timers that are armed.
  public var timers: Int
  /// Each type of task the pool has had, in the order in which they came.
  public var tasks: [TaskMetrics]
  /// Each end of an evaluation of each type of task, in the order of the rules files.
  public var leaves: [PoolStatistics.LeafCount]
  /// The throttles that were asked for.
  public var throttles: [ThrottleMetrics] = []
  /// What only a pool with a thread of its own has.
  public var thread: ThreadMetrics?
}

/// How the tasks of one type stand. Each task is counted once; beside those that are counted, a task
/// may be at its goal with nothing to report at all.
public struct TaskMetrics: Hashable, Sendable {
  /// `Segment`
  public var task: String
  /// To be evaluated in the next turn.
  public var active = 0
  /// Some subject waits, and none is worse off.
  public var waiting = 0
  /// For some subject a rule fired in vain: it left the state as it was or threw.
  public var blocked = 0
  /// Some subject is in a state that no clause handles or that should not exist.
  public var unexpected = 0
  /// All subjects are at their goal.
  public var atGoal = 0
  /// Subjects that have stood still for so long that it was reported: stalls, not tasks.
  public var overdue = 0

  /// Tasks of the type in the pool.
  public var count: Int { active + waiting + blocked + unexpected + atGoal }
}

/// How a throttle stands.
public struct ThrottleMetrics: Hashable, Sendable {
  /// `Throttle.name`
  public var name: String
  /// How many permits may be in use.
  public var limit: Int
  /// How many are.
  public var inUse: Int
  /// How many are asked for.
  public var waiting: Int
  /// The most that were in use at a time.
  public var highWater: Int
  /// How many were granted so far.
  public var granted: UInt64

  /// As the throttle stands now.
  public init(_ throttle: Throttle) {
    name = throttle.name
    limit = throttle.limit
    inUse = throttle.inUse
    waiting = throttle.waiting
    highWater = throttle.highWater
    granted = throttle.granted
  }
}

/// What the thread of a pool counts.
public struct ThreadMetrics: Hashable, Sendable {
  /// How long the turns took.
  public var turnTime: TurnTime
  /// Waits in which the thread slept in the kernel.
  public var sleeps: UInt64
  /// Waits that were over before the thread had spun as long as it may.
  public var spins: UInt64
  /// Spins after which the thread slept nevertheless.
  public var vainSpins: UInt64
  /// Posted closures that wait for the thread; at most 65,536.
  public var posts: Int
  /// Calls of `send` that wait for room.
  public var sending: Int
  /// Posts that were refused because the queue was full.
  public var refusedPosts: UInt64

  init(
    _ turnTime: TurnTime, _ waits: Spinner.Counts,
    queue: (posts: Int, sending: Int, refused: UInt64)
  ) {
    self.turnTime = turnTime
    sleeps = waits.sleeps
    spins = waits.spins
    vainSpins = waits.vainSpins
    posts = queue.posts
    sending = queue.sending
    refusedPosts = queue.refused
  }
}
