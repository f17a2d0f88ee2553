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

  /// `Segment.replica R4 without prior.closed`
  public var text: String {
    switch kind {
    case .dropped: "\(clause) without \(change)"
    case .skipped: "\(clause), whose change of \(change) is not seen"
    case .asleep: "\(clause) does not wake \(change)"
    }
  }
}

/// The mutants of one task, numbered in the order in which code for them is written.
final class MutantList {
  private let task: String
  private(set) var mutants: [RuleMutant] = []

  init(of task: TaskModel) { self.task = task.name }

  /// - Returns: the number of a new mutant.
  func add(
    _ kind: RuleMutant.Kind, _ clause: String, _ change: String, at position: SourcePosition
  ) -> Int {
    let number = mutants.count + 1
    mutants.append(
      RuleMutant(
        number: number, task: task, kind: kind, clause: clause, change: change,
        position: position))
    return number
  }
}
