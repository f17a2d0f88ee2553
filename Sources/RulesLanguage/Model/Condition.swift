/// A resolved condition. `a => b` is already `or(not a, b)`; `,` is already `and`.
public indirect enum Condition: Hashable, Sendable {
  case constant(Bool)
  /// A Bool fact.
  case fact(FactReference)
  /// An enum fact has one of these values (`==`, `!=` and `in` all end here).
  case isIn(FactReference, values: [String])
  /// Two members of one chain.
  case compare(FactReference, Relation, FactReference)
  /// An Int fact (`VariableModel.Kind.integer`) and a number; `n in { 1, 2 }` is an `or` of these.
  case compareNumber(FactReference, Relation, Int)
  /// A define of the same scope, of its task, or of the foreign element or task.
  case define(FactReference.Owner, String)
  /// `prior.closed`: a Bool fact or define of a related task.
  case related(String, String)
  /// `prior.phase in { a, b }`: an enum fact of a related task that is never nil.
  case relatedIn(String, String, values: [String])
  case not(Condition)
  case and([Condition])
  case or([Condition])
  case oneOf([Condition])
  /// In the body, `FactReference.Owner.element` is the each's element.
  case quantified(Quantifier, each: String, Condition)

  public enum Relation: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }
  public enum Quantifier: String, Sendable { case all, some, none }
}

/// A fact as a scope sees it.
public struct FactReference: Hashable, Sendable {
  public enum Owner: Hashable, Sendable {
    /// The scope's task.
    case task
    /// The element of the scope's each (or, in a quantifier over `each`, of that each).
    case element
    /// The element that this each ranges over, in the task that declares it (`Segment.replica`).
    case foreignElement
    /// The task that declares the element that this each ranges over (`Segment`).
    case foreignTask
  }

  public var owner: Owner
  /// The fact's own name, also for a member of a chain; a chain's number as written (`0`).
  public var name: String

  public init(_ owner: Owner, _ name: String) {
    self.owner = owner
    self.name = name
  }
}
