import RulesLanguage

/// A small change of a task's rules that a test should notice: with it the rules are no longer those that
/// were checked, and may overlap or leave states out.
public struct RuleMutant: Hashable, Sendable {
  /// What is changed.
  public enum Kind: String, Hashable, Sendable {
    /// A part of a condition is left out.
    case dropped
    /// The rules do not see one assignment of an action.
    case skipped
    /// A rule does not wake a task.
    case asleep
  }

  /// Why a mutant is none: the rules decide as before.
  public enum Sameness: String, Hashable, Sendable {
    /// In every consistent state.
    case consistent
    /// In every state that can be reached.
    case reachable
  }

  /// From 1 on, in its task.
  public var number: Int
  public var task: String
  public var kind: Kind
  /// `Segment.replica R4`: the clause, or the define.
  public var clause: String
  /// What is left out: `prior.closed`, `footer`, `following`.
  public var change: String
  /// Where the clause or the define stands.
  public var position: SourcePosition
  /// The proof that it changes nothing; nil: there is none, so a test should notice it.
  public var sameness: Sameness?

  /// `Segment.replica R4 without prior.closed`
  public var text: String {
    switch kind {
    case .dropped: "\(clause) without \(change)"
    case .skipped: "\(clause), whose change of \(change) is not seen"
    case .asleep: "\(clause) does not wake \(change)"
    }
  }
}
