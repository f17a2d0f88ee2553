/// A task: state, rules, a goal. The class is written by hand; the conformance is generated.
///
/// A task and everything it reaches belong to one pool's thread, so it is not `Sendable`.
public protocol RuleTask: RuleSubject {
  /// The leaves and facts of this type of task.
  static var ruleTable: RuleTable { get }
  /// The pool's bookkeeping of this task: a stored `let`.
  var membership: TaskMembership { get }
  /// Evaluates every scope once and fires what wins. Generated.
  ///
  /// A subject is reported to `turn` exactly once, `fire` and `stay` together counting as one. A task
  /// that reports nothing has nothing to do: that is its goal.
  func applyRules(_ turn: inout Turn)
}
