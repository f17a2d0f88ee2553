import RulesLanguage

/// A scope's state space, divided: one diagram whose leaves say, for each state, what happens.
///
/// No rule hides another one: a clause wins wherever it holds and nothing that is over it does, and
/// each winner moves the state's class on - from unhandled to rule, from rule to overlap. So
/// overlaps are found on the diagram, not by the order in which rules are tried.
package struct Partition: Sendable {
  /// What was divided.
  package let lowered: LoweredScope
  /// The diagram of `lowered`, and the nodes below in it.
  package let diagram: DecisionDiagram
  /// Where each clause holds, among the consistent states.
  package let holds: [DecisionDiagram.Node]
  /// Where each clause holds and is not overruled.
  package let wins: [DecisionDiagram.Node]
  /// Its leaves index `parts`.
  package let root: DecisionDiagram.Node
  /// The classes that occur, or could have, each once.
  package let parts: [Part]

  /// The states of one class.
  package struct Part: Sendable {
    /// What happens in them.
    package let stateClass: StateClass
    /// The number of its states.
    package let count: UInt128
  }

  /// The scope whose states these are.
  package var scope: Scope { lowered.scope }
  /// The variables of a state.
  package var space: StateSpace { lowered.space }

  /// The class of one state, given by the value index of each variable.
  package func stateClass(at state: [Int]) -> StateClass {
    parts[diagram.value(of: root, at: state)].stateClass
  }

  func count(_ condition: DecisionDiagram.Node) -> UInt128 {
    diagram.count(condition, variables: space.variables.count)
  }
}

/// Divides the states of a scope by what happens in them.
package func partition(_ lowered: LoweredScope) throws(AnalysisFailure) -> Partition {
  var diagram = lowered.diagram
  var holds: [DecisionDiagram.Node] = []
  for clause in lowered.clauses { holds.append(try diagram.and(clause, lowered.consistent)) }
  var wins: [DecisionDiagram.Node] = []
  for (clause, overrulers) in overrulers(lowered.scope.clauses).enumerated() {
    var node = holds[clause]
    for other in overrulers.sorted() { node = try diagram.and(node, try diagram.not(holds[other])) }
    wins.append(node)
  }

  var classes: [StateClass] = [.broken, .inconsistent, .unhandled]
  var known: [StateClass: Int] = [.broken: 0, .inconsistent: 1, .unhandled: 2]
  var root = try diagram.constant(2)
  root = try diagram.keep(root, where: lowered.consistent, otherwise: 1)
  root = try diagram.keep(root, where: lowered.permitted, otherwise: 0)
  for (clause, node) in wins.enumerated() {
    root = try diagram.apply(root, node) { part, isWinner in
      guard isWinner == 1 else { return part }
      let next = classes[part].adding(clause, lowered.scope.clauses[clause].kind)
      if let index = known[next] { return index }
      known[next] = classes.count
      classes.append(next)
      return classes.count - 1
    }
  }
  let counts = diagram.counts(of: root, variables: lowered.space.variables.count)
  return Partition(
    lowered: lowered, diagram: diagram, holds: holds, wins: wins, root: root,
    parts: classes.enumerated().map { Partition.Part(stateClass: $1, count: counts[$0] ?? 0) })
}
