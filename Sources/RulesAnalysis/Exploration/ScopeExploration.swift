/// What the states of one scope do over time: which of them can be reached, and whether the goal can
/// be reached from each.
public struct ScopeExploration: Sendable {
  /// Initial states.
  public var initial = 0
  /// Reachable states.
  public var states = 0
  /// Ordered pairs of different reachable states that a move joins.
  public var transitions = 0
  /// The most steps that a reachable state is away from the initial ones.
  public var depth = 0
  /// Reachable states by class.
  public var rule = 0
  public var wait = 0
  public var goal = 0
  public var unhandled = 0
  public var overlap = 0
  /// For each clause of the scope, in text order: the reachable states that it handles.
  public var clauses: [Int] = []
  /// Nil for a scope without a goal.
  public var liveness: Liveness?
  /// Rules that can fire again and again without an end, by name in text order.
  public var busy: [String] = []
  /// The most rules of one instance that fire one after another once something else has happened to
  /// it; nil: there is no most.
  public var firings: Int?
  /// The reachable states themselves.
  package var reached: any ReachedStates

  /// Whether the goal can be reached.
  public struct Liveness: Hashable, Sendable {
    /// Reachable states of class goal.
    public var reachable = 0
    /// Reachable states from which no dependable path leads to the goal; the fewest steps to one.
    public var stuck = 0
    public var stuckSteps: Int?
    /// Stuck states that nothing leads out of; the fewest steps to one.
    public var stalls = 0
    public var stallSteps: Int?

    public init(
      reachable: Int = 0, stuck: Int = 0, stuckSteps: Int? = nil, stalls: Int = 0,
      stallSteps: Int? = nil
    ) {
      self.reachable = reachable
      self.stuck = stuck
      self.stuckSteps = stuckSteps
      self.stalls = stalls
      self.stallSteps = stallSteps
    }
  }
}

/// The reachable states of a scope, each with the fewest moves that lead to it.
package protocol ReachedStates: Sendable {
  /// The fewest moves to a state, given by the value index of each variable; nil: unreachable.
  func steps(to state: [Int]) -> Int?
  /// Calls with each state and its steps, by steps.
  func visit(_ body: (_ state: [Int], _ steps: Int) -> Void)
  /// A shortest way there: the names of its moves (`R1`, `reply`, `prior.closed becomes true`) and
  /// the state after each; the first entry is an initial state with an empty name.
  func trace(to state: [Int]) -> [(move: String, state: [Int])]
}

/// What one `explore` of a pool found out about linked instances.
public struct PoolExploration: Sendable {
  /// The pool's name.
  public var pool: String
  /// `Segment 1`, `Segment 1 replica 1`, in the order of the text.
  public var instances: [String]
  /// Nil: more states than its budget.
  public var result: Result?
  /// States that were visited, each for all that differ from it only in which instance is which.
  package var kept = 0

  public struct Result: Hashable, Sendable {
    public var initial = 0
    public var states = 0
    public var transitions = 0
    public var depth = 0
    public var goal = 0
    public var unhandled = 0
    public var overlap = 0
    public var stuck = 0
    public var stalls = 0
  }
}
