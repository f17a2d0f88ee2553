/// One alternative of a `then`.
public enum Effect: Hashable, Sendable {
  case stay(afterMilliseconds: Int?)
  case changes([Change])
}

/// One change of an alternative. Only what it changes matters to the code generator (who must be
/// woken); its exact outcomes matter to exploration.
public struct Change: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    /// A value or a chain member by name, or a number.
    case exactly(String)
    /// `any`, and `forget x`.
    case any
    case anyOf([String])
    /// `any in (sent, appended]`; an end may be `min` or `max`.
    case range(from: String, includesFrom: Bool, to: String, includesTo: Bool)
  }

  /// What is changed.
  public enum Target: Hashable, Sendable {
    /// A fact of this instance, or of what its each ranges over.
    case fact(FactReference)
    /// At task level: a fact of each instance of one of the task's eaches, independently.
    case every(each: String, fact: String)
    /// `prior.sealed = true`: a task-level fact of a related task; nothing happens if it is nil.
    case related(String, fact: String)
  }

  public var target: Target
  public var value: Value

  public init(_ target: Target, to value: Value) {
    self.target = target
    self.value = value
  }
}
