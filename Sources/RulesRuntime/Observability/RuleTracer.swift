/// Is told, after each turn in which rules fired, which ones: the seam for swift-distributed-tracing
/// and for finding slow turns.
///
/// It costs nothing while rules fire: it reads the pool's trace when the turn is over.
public struct RuleTracer: Sendable {
  /// Shorter turns are left out.
  public let minimum: Duration
  let record: @Sendable (TracedTurn) -> Void

  /// A tracer that hands turns to a closure.
  /// - Parameters:
  ///   - minimum: how long a turn must have taken to be told of; zero: every turn that fired a rule.
  ///   - record: called on the pool's thread, between two turns. What it spends is the pool's time.
  public init(minimum: Duration = .zero, record: @escaping @Sendable (TracedTurn) -> Void) {
    self.minimum = minimum
    self.record = record
  }
}

/// A turn of a pool and the rules that fired in it.
public struct TracedTurn: Sendable {
  /// A rule that fired.
  public struct Firing: Sendable {
    /// Numbers the pool's firings from zero.
    public var sequence: UInt64
    /// `RuleSubject.subjectID`
    public var subjectID: UInt64
    /// `Segment.replica`
    public var scope: String
    /// `R5`
    public var rule: String
    /// The label of the rules file; empty when there is none.
    public var label: String
    /// The rules file, as reports name it.
    public var file: String
    /// The rule's line in it.
    public var line: Int
    /// What enabled it.
    public var cause: Cause
  }

  /// The name of the pool.
  public var pool: String
  /// Numbers the pool's turns from one.
  public var turn: UInt64
  /// When it began, by the pool's clock.
  public var start: PoolInstant
  /// How long it took.
  public var duration: Duration
  /// In the order in which they fired; of very many only the newest, as many as the trace keeps.
  public var firings: [Firing]
  /// How many more fired.
  public var lost: UInt64
}
