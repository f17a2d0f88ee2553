import RulesLanguage

/// A scope's state space, divided: one diagram whose leaves say, for each state, what happens.
///
/// No rule hides another one: a clause wins wherever it holds and nothing that is over it does, and
/// each winner moves the state's class on - from unhandled to rule, from rule to overlap. So
/// overlaps are found on the diagram, not by the order in which rules are tried.
///
/// Two diagrams say it. `classes` knows only the seven kinds of state; it stays small, and together
/// with `wins` every count comes from it. `root` also knows *which* clause, which code is generated
/// from; with a thousand rules it can be a thousand times as large, and then there is none.
package struct Partition: Sendable {
  /// What was divided.
  package let lowered: LoweredScope
  /// The diagram of `lowered`, and the nodes below in it.
  package let diagram: DecisionDiagram
  /// Where each clause holds, among the consistent states.
  package let holds: [DecisionDiagram.Node]
  /// Where each clause holds and is not overruled, among the consistent states.
  package let wins: [DecisionDiagram.Node]
  /// The same without regard to consistency, which makes them small.
  let rawWins: [DecisionDiagram.Node]
  /// Its leaves are raw values of `StateClass.Kind`.
  package let classes: DecisionDiagram.Node
  /// Its leaves index `parts`; nil if it would be too large.
  package let root: DecisionDiagram.Node?
  /// The classes that occur, or could have, each once; empty without `root`.
  package let parts: [Part]
  /// The states by class.
  package let counts: ScopeCounts
  /// What each clause holds in and handles, in text order.
  package let tallies: [Tally]

  /// The states of one class.
  package struct Part: Sendable {
    /// What happens in them.
    package let stateClass: StateClass
    /// The number of its states.
    package let count: UInt128
  }

  /// The states of one clause.
  package struct Tally: Hashable, Sendable {
    /// Consistent states in which it holds.
    package var holds: UInt128 = 0
    /// Those of class rule, wait or goal in which it wins and its kind is the class.
    package var handles: UInt128 = 0
    /// Those of class overlap in which it wins.
    package var overlaps: UInt128 = 0
    /// Those in which it wins.
    package var wins: UInt128 = 0
  }

  /// The scope whose states these are.
  package var scope: Scope { lowered.scope }
  /// The variables of a state.
  package var space: StateSpace { lowered.space }

  /// The class of one state, given by the value index of each variable.
  package func stateClass(at state: [Int]) -> StateClass {
    if let root { return parts[diagram.value(of: root, at: state)].stateClass }
    return winners(at: state).reduce(.unhandled) {
      $0.merged(with: StateClass($1, scope.clauses[$1].kind))
    }
  }

  /// The clauses that win in a consistent state, in text order.
  package func winners(at state: [Int]) -> [Int] {
    wins.indices.filter { diagram.value(of: wins[$0], at: state) == 1 }
  }

  /// The number of states in which a condition holds.
  package func count(_ condition: DecisionDiagram.Node) -> UInt128 {
    diagram.count(condition, variables: space.variables.count)
  }
}

/// Nodes that `Partition.root` may need beyond those of the classes.
private let rootNodeLimit = 20_000

/// Divides the states of a scope by what happens in them.
package func partition(_ lowered: LoweredScope) throws(AnalysisFailure) -> Partition {
  var diagram = lowered.diagram
  let clauses = lowered.scope.clauses
  var raw = lowered.clauses
  for (clause, overrulers) in overrulers(clauses).enumerated() where !overrulers.isEmpty {
    let others = try diagram.any(overrulers.sorted().map { lowered.clauses[$0] })
    raw[clause] = try diagram.and(raw[clause], try diagram.not(others))
  }
  let classes = try divideByKind(lowered, raw, &diagram)
  let counts = diagram.counts(of: classes, variables: lowered.space.variables.count)
  let tallies = try countClauses(lowered, wins: raw, classes, &diagram)
  diagram.allowNodes(DecisionDiagram.defaultNodeLimit)
  let holds = try restrict(lowered.clauses, to: lowered.consistent, &diagram)
  let wins = try restrict(raw, to: lowered.consistent, &diagram)
  // Too large is not an error: the result says so.
  let decision = try? divideByClause(lowered, raw, &diagram)
  diagram.allowNodes(DecisionDiagram.defaultNodeLimit)
  return Partition(
    lowered: lowered, diagram: diagram, holds: holds, wins: wins, rawWins: raw, classes: classes,
    root: decision?.root, parts: decision?.parts ?? [], counts: ScopeCounts(counts),
    tallies: tallies)
}

private func restrict(
  _ conditions: [DecisionDiagram.Node], to consistent: DecisionDiagram.Node,
  _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> [DecisionDiagram.Node] {
  var result: [DecisionDiagram.Node] = []
  for condition in conditions { result.append(try diagram.and(condition, consistent)) }
  return result
}

/// The diagram of kinds: each clause alone first, then neighbours merged in pairs.
///
/// - Parameter wins: where each clause wins, of the first clauses or of all.
func divideByKind(
  _ lowered: LoweredScope, _ wins: [DecisionDiagram.Node], _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> DecisionDiagram.Node {
  let clauses = lowered.scope.clauses
  let kinds: [StateClass.Kind] = [.unhandled, .rule, .wait, .goal, .overlap]
  let merged = try diagram.change { table in
    let leaves = kinds.map { table.leaf($0.rawValue) }
    let merging = NodeTable.MergeTable(
      count: kinds.count,
      results: kinds.flatMap { a in kinds.map { leaves[a.merged(with: $0).rawValue] } },
      neutral: leaves[StateClass.Kind.unhandled.rawValue],
      absorbing: leaves[StateClass.Kind.overlap.rawValue])
    let alone = wins.indices.map { index -> Int in
      let leaf = leaves[StateClass(index, clauses[index].kind).kind.rawValue]
      return table.keep(leaf, wins[index].index, merging.neutral, table.makeOperation())
    }
    return reduceInPairs(alone, empty: merging.neutral) { table.merge($0, $1, merging) }
  }
  return try separateImpossible(
    merged, lowered, &diagram, inconsistent: StateClass.Kind.inconsistent.rawValue,
    broken: StateClass.Kind.broken.rawValue)
}

private func separateImpossible(
  _ node: DecisionDiagram.Node, _ lowered: LoweredScope, _ diagram: inout DecisionDiagram,
  inconsistent: Int, broken: Int
) throws(AnalysisFailure) -> DecisionDiagram.Node {
  let consistent = try diagram.keep(node, where: lowered.consistent, otherwise: inconsistent)
  return try diagram.keep(consistent, where: lowered.permitted, otherwise: broken)
}

/// The diagram of clauses; classes are numbered as they come up, the number of each is a leaf.
private func divideByClause(
  _ lowered: LoweredScope, _ wins: [DecisionDiagram.Node], _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> (root: DecisionDiagram.Node, parts: [Partition.Part]) {
  struct Pair: Hashable { var a, b: Int }
  var classes: [StateClass] = [.unhandled, .inconsistent, .broken]
  var numbers: [StateClass: Int] = [:]
  var known: [Pair: Int] = [:]
  for (number, stateClass) in classes.enumerated() { numbers[stateClass] = number }
  func number(of stateClass: StateClass) -> Int {
    if let number = numbers[stateClass] { return number }
    numbers[stateClass] = classes.count
    classes.append(stateClass)
    return classes.count - 1
  }
  let merged = try diagram.change(atMost: rootNodeLimit) { table in
    let alone = lowered.scope.clauses.enumerated().map { index, clause -> Int in
      let leaf = table.leaf(number(of: StateClass(index, clause.kind)))
      return table.keep(leaf, wins[index].index, 0, table.makeOperation())
    }
    let operation = table.makeOperation()
    return reduceInPairs(alone, empty: 0) { a, b in
      table.apply(a, b, neutral: 0, operation) { a, b in
        if let result = known[Pair(a: a, b: b)] { return result }
        let result = number(of: classes[a].merged(with: classes[b]))
        known[Pair(a: a, b: b)] = result
        return result
      }
    }
  }
  let root = try separateImpossible(merged, lowered, &diagram, inconsistent: 1, broken: 2)
  let counts = diagram.counts(of: root, variables: lowered.space.variables.count)
  return (
    root, classes.enumerated().map { Partition.Part(stateClass: $1, count: counts[$0] ?? 0) }
  )
}
