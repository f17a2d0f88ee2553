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

  public var fact: FactReference
  public var value: Value

  public init(fact: FactReference, value: Value) {
    self.fact = fact
    self.value = value
  }
}
