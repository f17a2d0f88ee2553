/// A snapshot of a pool.
public struct PoolStatistics: Sendable {
  /// How often evaluations of one kind of task ended in one leaf.
  public struct LeafCount: Sendable {
    /// `Segment.replica`
    public var scope: String
    /// `R1`, `W2`, `goal`
    public var leaf: String
    /// The label of the rules file; empty when there is none.
    public var label: String
    /// What an evaluation that ends there means.
    public var kind: RuleTable.Leaf.Kind
    /// Evaluations since the pool began, over all tasks of the kind.
    public var count: UInt64
  }

  /// A subject that is not at its goal and whose task is not active, and why: for stall reports and status lines.
  public struct Waiting: Sendable {
    /// `segment 3, replica 1`
    public var subject: String
    /// `W1`, or a rule that fired and could not act (`R1`).
    public var leaf: String
    /// The label of the rules file; empty when there is none.
    public var label: String
    /// What a wait waits for; empty for a rule.
    public var causes: [String]
    /// The state in the words of the rules.
    public var state: String
    /// When it began.
    public var since: PoolInstant
  }

  /// A record of the trace.
  public struct Firing: Sendable {
    /// Numbers the pool's firings from zero.
    public var sequence: UInt64
    /// When the turn began in which the rule fired.
    public var time: PoolInstant
    /// `RuleSubject.subjectID`
    public var subjectID: UInt64
    /// `segment 3, replica 1`
    public var subject: String
    /// `R1`
    public var rule: String
    /// What enabled it.
    public var cause: Cause
  }

  /// Every leaf of every task kind seen, in table order.
  public var leaves: [LeafCount]
  /// Every subject of an inactive task that is not at its goal, in the order of the tasks' coming.
  public var waiting: [Waiting]
  /// The newest firings, oldest first, at most the trace ring's capacity.
  public var firings: [Firing]
  /// Tasks in the pool, active or not.
  public var tasks: Int
  /// Tasks to be evaluated in the next turn.
  public var activeTasks: Int
  /// Turns since the pool began.
  public var turns: UInt64
  /// Evaluations that ended in a state no clause handles or that should not exist.
  public var unexpected: UInt64
  /// Firings whose action did something else than the `then` of its rule says; looked for in debug
  /// builds only.
  public var undeclared: UInt64
  /// Rules that would have fired, had somebody activated their task; see `PoolCore.auditInterval`.
  public var forgotten: UInt64
  /// How often every task of the pool was found waiting for another one, so that none could go on.
  public var stalls: UInt64
}
