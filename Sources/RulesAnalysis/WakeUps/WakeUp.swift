import RulesLanguage

/// A task that a rule or event must wake, because what the task waits for may have come true.
///
/// Derived from `wait ... for`: no action wakes anyone by hand.
public struct WakeUp: Hashable, Sendable {
  /// One step from a task or element to a task.
  public enum Step: Hashable, Sendable {
    /// From an element to the task it belongs to.
    case owner(task: String)
    /// From a task to a related one.
    case related(String, isOptional: Bool)
  }

  /// The task of the rule or event that changes something.
  public var task: String
  /// Its each; nil when it stands in the task itself.
  public var each: String?
  /// The rule's or event's name.
  public var clause: String
  /// From the changed task (for a scope over another task's each: from the element) to the one to
  /// wake; never empty.
  public var steps: [Step]
  /// `W3 there waits for following.opened`; several, in text order.
  public var reasons: [String]

  public init(
    task: String, each: String?, clause: String, steps: [Step], reasons: [String]
  ) {
    self.task = task
    self.each = each
    self.clause = clause
    self.steps = steps
    self.reasons = reasons
  }
}
