/// What stands directly in a task or directly in an each, in text order within each kind.
public struct ScopeBody: Sendable {
  /// Facts and chains in declaration order.
  public var variables: [VariableModel] = []
  public var defines: [DefineModel] = []
  public var always: [AlwaysModel] = []
  public var events: [EventModel] = []
  /// Rules, waits and goals in text order; group conditions are already and-ed in.
  public var clauses: [ClauseModel] = []

  public init() {}
}

/// One state variable that a scope declares: a fact, or a chain of ordered Ints.
public struct VariableModel: Sendable {
  public enum Kind: Sendable {
    case bool
    /// The name of an enum of the program.
    case enumeration(String)
    /// `committed <= sent <= appended : Int`: its values are the weak orderings it allows.
    /// One member may be a number, written as such (`0`).
    case chain(members: [String], links: [ChainLink])
    /// An Int that is compared with numbers only.
    case integer(IntegerDomain)
  }

  public enum ChainLink: String, Sendable {
    case lessOrEqual = "<="
    case less = "<"
  }

  /// The fact's name; for a chain its declaration, `committed <= sent <= appended`.
  public var name: String
  public var kind: Kind
  /// The value a new instance has, by its text (`none`, `false`, `0`); nil: any.
  public var initially: String?
  /// The Swift expression that reads it; nil: the property of the fact's name. For a chain a tuple
  /// of its facts, in order and without the number; nil: one property each.
  public var swift: SwiftText?
  /// Declared `stable` (Bool only): once true it stays so, which exploration checks.
  public var isStable: Bool
  /// Declared `lazy`: read last, and only when the decision needs it.
  public var isLazy: Bool
  /// Its `///` comment.
  public var doc: String?
  /// Where its name stands.
  public var position: SourcePosition

  public init(
    name: String, kind: Kind, initially: String?, swift: SwiftText?, isStable: Bool,
    isLazy: Bool = false, doc: String?, position: SourcePosition
  ) {
    self.isLazy = isLazy
    self.name = name
    self.kind = kind
    self.initially = initially
    self.swift = swift
    self.isStable = isStable
    self.doc = doc
    self.position = position
  }
}

/// `define opened = all replica: header == committed`
public struct DefineModel: Sendable {
  public var name: String
  public var condition: Condition
  /// Declared `stable`: once true it stays so, which exploration checks.
  public var isStable: Bool
  /// Its `///` comment.
  public var doc: String?
  /// Where its name stands.
  public var position: SourcePosition

  public init(
    name: String, condition: Condition, isStable: Bool, doc: String?, position: SourcePosition
  ) {
    self.name = name
    self.condition = condition
    self.isStable = isStable
    self.doc = doc
    self.position = position
  }
}

/// `always "header first" header != committed => footer == unsent`
public struct AlwaysModel: Sendable {
  public var label: String?
  public var condition: Condition
  /// The condition as written, for comments and reports.
  public var text: String
  /// Where the word `always` stands.
  public var position: SourcePosition

  public init(label: String?, condition: Condition, text: String, position: SourcePosition) {
    self.label = label
    self.condition = condition
    self.text = text
    self.position = position
  }
}
