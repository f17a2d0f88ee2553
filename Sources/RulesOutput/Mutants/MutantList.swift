import RulesAnalysis
import RulesLanguage

/// The mutants of one task, numbered in the order in which code for them is written.
final class MutantList {
  private let task: String
  private(set) var mutants: [RuleMutant] = []
  /// For proofs: the clauses of each scope, in text order.
  private(set) var decisions: [(scope: String, clauses: [MutableCondition])] = []
  /// For proofs: conditions of which only the value counts, with the scope in whose words they are.
  private(set) var values: [(scope: String, condition: MutableCondition)] = []
  private(set) var hidings: [Hiding] = []
  private(set) var wakeUps: [Waking] = []

  struct Hiding {
    var number: Int
    var scope: String
    /// The place of the rule among the scope's clauses, and of the variable among those of its states.
    var rule, variable: Int
  }

  struct Waking {
    var number: Int
    var scope: String
    var rule: Int
    var wakeUp: WakeUp
  }

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

  /// Notes what the rules of a scope decide by.
  func decide(_ scope: String, by clauses: [MutableCondition]) {
    decisions.append((scope, clauses))
  }

  /// Notes a define that is asked by its name.
  func value(_ scope: String, is condition: MutableCondition) { values.append((scope, condition)) }

  /// Notes the assignment that the last mutant hides.
  func hide(_ variable: Int, of rule: Int, in scope: String) {
    hidings.append(Hiding(number: mutants.count, scope: scope, rule: rule, variable: variable))
  }

  /// Notes the wake-up that the last mutant leaves out.
  func leaveOut(_ wakeUp: WakeUp, of rule: Int, in scope: String) {
    wakeUps.append(Waking(number: mutants.count, scope: scope, rule: rule, wakeUp: wakeUp))
  }

  /// Notes a proof.
  func note(_ sameness: RuleMutant.Sameness?, of number: Int) {
    mutants[number - 1].sameness = sameness
  }
}
