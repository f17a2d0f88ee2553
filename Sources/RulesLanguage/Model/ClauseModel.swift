/// A rule, a wait or a goal.
public struct ClauseModel: Sendable {
  public enum Kind: Sendable {
    /// `effects`: one alternative each; empty means `then stay`.
    case rule(action: SwiftText, effects: [Effect])
    case wait(causes: [Cause], warnAfterMilliseconds: Int?)
    case goal
  }

  /// `R1`, `W2`; a goal is `goal`, the second one of a scope `goal2`.
  public var name: String
  public var label: String?
  public var kind: Kind
  /// Names of the clauses this one is over (`goal` for the goal).
  public var over: [String]
  /// `when` and all group conditions around it, and-ed; `true` when there is none.
  public var condition: Condition
  /// Its `///` comment.
  public var doc: String?
  /// Where its name stands; for a goal the word `goal`.
  public var position: SourcePosition

  public init(
    name: String, label: String?, kind: Kind, over: [String], condition: Condition, doc: String?,
    position: SourcePosition
  ) {
    self.name = name
    self.label = label
    self.kind = kind
    self.over = over
    self.condition = condition
    self.doc = doc
    self.position = position
  }
}

/// What a wait waits for.
public enum Cause: Hashable, Sendable {
  /// An event of the same scope or of its task.
  case event(String)
  /// A Bool fact or define of the scope, of its task, or of what its each ranges over.
  case name(String)
  /// `prior.closed`
  case related(related: String, name: String)
}

/// `event reply fair when rpc == flying then rpc = ok`
public struct EventModel: Sendable {
  public var name: String
  public var label: String?
  public var isFair: Bool
  public var condition: Condition
  public var effects: [Effect]
  /// Its `///` comment.
  public var doc: String?
  /// Where its name stands.
  public var position: SourcePosition

  public init(
    name: String, label: String?, isFair: Bool, condition: Condition, effects: [Effect],
    doc: String?, position: SourcePosition
  ) {
    self.name = name
    self.label = label
    self.isFair = isFair
    self.condition = condition
    self.effects = effects
    self.doc = doc
    self.position = position
  }
}
