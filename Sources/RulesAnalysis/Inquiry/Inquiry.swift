import RulesLanguage

// Questions about single states, or families of them: what happens there, why not something else,
// can it be, and how does one get there.
//
// A family is a node of the scope's own diagram, so that every answer about it is exact however many
// states it has; only reachable states are looked at one by one, because they are a list anyway.

/// One scope of a program, ready to be asked about its states.
package struct Inquiry: Sendable {
  /// The scope's states, divided.
  package let partition: Partition
  /// What can be reached; nil: not known.
  package let reached: (any ReachedStates)?
  /// Why what can be reached is not known.
  package let unexplored: String?

  /// The scope that is asked about.
  package var scope: Scope { partition.scope }
  /// The variables of its states.
  package var space: StateSpace { partition.space }

  /// Divides and explores one scope.
  ///
  /// - Parameter name: `Segment` or `Segment.replica`, a scope with a clause.
  package init(_ program: Program, scope name: String) throws(AnalysisFailure) {
    let (partition, others) = try divided(program, scope: name)
    self.init(partition, others: others)
  }

  /// Asks about a scope that was analysed.
  package init(_ analysis: ScopeAnalysis) {
    partition = analysis.partition
    reached = analysis.exploration?.reached
    unexplored = reached == nil ? "what can be reached is not known" : nil
  }

  init(_ partition: Partition, others: [String: Partition]) {
    self.partition = partition
    do throws(Unexplored) {
      reached = try explore(partition, others: others).exploration.reached
      unexplored = nil
    } catch {
      reached = nil
      switch error {
      case .noInitial: unexplored = "no state is an initial one"
      case .motionless: unexplored = "nothing says how it starts or changes"
      case .tooLarge(let reason): unexplored = reason
      }
    }
  }

  /// The states that a condition in the scope's words describes, possible or not.
  package func states(
    _ condition: Condition, _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var lowering = InstanceLowering(space.variables, [Instance(scope, space)])
    lowering.diagram = diagram
    let node = try lowering.lower(condition, for: 0)
    diagram = lowering.diagram
    return node
  }
}

/// Whether a condition is about nothing but what the states of a scope are made of.
package func isAskable(_ condition: Condition, of name: String, in program: Program) -> Bool {
  guard let scope = Scope.all(of: program).first(where: { $0.name == name }),
    let lowered = try? lowerScope(scope)
  else { return false }
  var lowering = InstanceLowering(lowered.space.variables, [Instance(scope, lowered.space)])
  return (try? lowering.lower(condition, for: 0)) != nil
}

/// All scopes of a program that have a clause, by name, and the one that is asked about.
///
/// Others that cannot be analysed are left out: what they do to the one is worked out anew.
func divided(
  _ program: Program, scope name: String
) throws(AnalysisFailure) -> (partition: Partition, others: [String: Partition]) {
  var others: [String: Partition] = [:]
  for scope in Scope.all(of: program) where !scope.clauses.isEmpty && scope.name != name {
    if case .complete(let partition)? = try? divide(scope) { others[scope.name] = partition }
  }
  guard
    let scope = Scope.all(of: program).first(where: { $0.name == name && !$0.clauses.isEmpty })
  else { throw .unsupported("`\(name)`, a scope without a rule, wait or goal") }
  switch try divide(scope) {
  case .bounded(_, let limit): throw .nodeBudget(limit)
  case .complete(let partition):
    others[name] = partition
    return (partition, others)
  }
}

extension Program {
  /// The names of the scopes that have a rule, wait or goal, in text order.
  package var scopesWithClauses: [String] {
    Scope.all(of: self).filter { !$0.clauses.isEmpty }.map(\.name)
  }
}

extension AnalysisFailure: CustomStringConvertible {
  /// The reason, as a sentence.
  package var description: String {
    if case .unsupported(let what) = self { return "this version cannot analyse \(what)" }
    return text
  }
}
