import RulesAnalysis
import RulesLanguage

/// What is true of a family of states of one scope, for people and programs to read.
public struct WhyReport: Sendable {
  /// `Segment.replica`, and where it stands.
  public var scope: String
  public var place: String
  /// What was asked, as it was asked.
  public var question: String
  /// Why what can be reached is not known; nil: it is.
  var unexplored: String?
  var clauses: [ClauseModel]
  var answer: StateAnswer

  /// Whether some state can exist that nothing, or too much, handles.
  public var hasFindings: Bool {
    answer.decisions.contains { $0.stateClass.kind == .unhandled || $0.stateClass.kind == .overlap }
  }
}

/// Answers a question about the states of a scope.
///
/// - Parameters:
///   - condition: the question, as `compile(_:asking:load:)` understood it.
///   - othersInitial: what is not mentioned is as `initially` says; else it may be anything.
///   - files: what positions of the program index.
public func explainStates(
  _ program: Program, _ condition: Condition, _ question: StateQuestion, othersInitial: Bool,
  files: [SourceFile]
) throws -> WhyReport {
  let inquiry = try Inquiry(program, scope: question.scope)
  let position = inquiry.scope.position
  let path = files.indices.contains(position.file) ? files[position.file].path : "?"
  return WhyReport(
    scope: inquiry.scope.name, place: "\(path):\(position.line)", question: question.text,
    unexplored: inquiry.unexplored, clauses: inquiry.scope.clauses,
    answer: try inquiry.answer(condition, othersInitial: othersInitial))
}

/// The scopes whose states a question could be about: those that have all it mentions.
///
/// - Parameter candidates: for each scope that understands the words of the question, what it
///   understood.
public func scopesAsked(
  _ candidates: [(scope: String, program: Program, condition: Condition)]
) -> [String] {
  candidates.filter { isAskable($0.condition, of: $0.scope, in: $0.program) }.map(\.scope)
}

extension Program {
  /// The names of the scopes that have a rule, wait or goal, in text order.
  public var askableScopes: [String] { scopesWithClauses }
}

extension ClauseModel {
  /// `rule R1`, `wait W1`, `goal`
  var title: String { isGoal ? name : "\(kindName) \(name)" }
  /// `rule R1 "no backup server selected"`
  var fullTitle: String { title + (label.map { " \"\($0)\"" } ?? "") }
}
