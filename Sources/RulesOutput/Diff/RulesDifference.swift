/// What two versions of a rules program decide differently.
public struct RulesDifference: Sendable {
  /// A scope that only one version has.
  public struct Scope: Hashable, Sendable {
    /// `Segment.replica`
    public var name: String
    /// Its consistent states.
    public var states: UInt128
  }

  public var added: [Scope] = []
  public var removed: [Scope] = []
  /// Scopes that both versions have, in the order of the new one.
  public var scopes: [ScopeDifference] = []

  /// Whether nothing at all differs, but for the names of clauses.
  public var isEmpty: Bool {
    added.isEmpty && removed.isEmpty && scopes.allSatisfy(\.isEmpty)
  }
}

/// What two versions of a scope decide differently.
public struct ScopeDifference: Sendable {
  public var name: String
  public var facts: [FactChange] = []
  public var clauses: [ClauseChange] = []
  /// Different decisions, the most frequent ones first.
  public var decisions: [DecisionChange] = []
  /// States that were compared: those consistent in one version at least, with a value for every
  /// fact of both.
  public var compared: UInt128 = 0

  /// States that are decided differently.
  public var differing: UInt128 { decisions.reduce(0) { $0 + $1.states } }

  /// Whether nothing differs, but for the names of clauses.
  public var isEmpty: Bool {
    decisions.isEmpty && facts.isEmpty
      && clauses.allSatisfy { if case .renamed = $0 { true } else { false } }
  }
}

/// A part of a state that is not the same in both versions.
public struct FactChange: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable { case added, removed, changed }

  public var kind: Kind
  /// `rpc`, `prior.closed`
  public var name: String
  /// `added values: failed`; empty where there is nothing to add.
  public var detail: String
}

/// A rule, wait or goal that is not the same in both versions.
public enum ClauseChange: Hashable, Sendable {
  /// `rule`, `wait` or `goal`; the states that it handles.
  case added(kind: String, name: String, handles: UInt128)
  case removed(kind: String, name: String, handles: UInt128)
  /// It wins in the same states.
  case renamed(kind: String, from: String, to: String)
  /// It does something else: what of it changed (`do`, `then`, `for`, `warn after`).
  case changed(kind: String, name: String, parts: [String])
}

/// What happens in a state.
public struct Verdict: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case rule, wait, goal, overlap, unhandled, impossible
  }

  public var kind: Kind
  /// The clauses that decide it, in text order: one rule, the waits, the goals, or all that
  /// contradict each other; none if unhandled or impossible.
  public var clauses: [String]

  /// `rule R1`, `wait W1, W2`, `goal`, `overlap R5, R8`, `unhandled`
  public var text: String {
    if clauses.isEmpty || clauses == [kind.rawValue] { return kind.rawValue }
    return kind.rawValue + " " + clauses.joined(separator: ", ")
  }
}

/// States that were decided in one way and are now decided in another.
public struct DecisionChange: Hashable, Sendable {
  /// States that one pattern describes; every compared state in it is one of these.
  public struct Family: Hashable, Sendable {
    /// `server == chosen, rpc == idle`
    public var pattern: String
    /// The values of each fact that may not have every value.
    public var when: [Restriction]
    /// Its states that no earlier family has.
    public var size: UInt128
  }

  public struct Restriction: Hashable, Sendable {
    public var fact: String
    public var values: [String]
  }

  public var old: Verdict
  public var new: Verdict
  public var states: UInt128
  /// At most `familyLimit`.
  public var families: [Family]
  /// States in no family.
  public var remainder: UInt128

  /// The most families of one change.
  public static let familyLimit = 8
}
