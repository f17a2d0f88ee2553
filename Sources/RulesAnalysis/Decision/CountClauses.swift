// In how many states a clause holds, wins, and is alone, for all clauses in one sweep.
//
// For one clause this is a walk over two diagrams at once: the classes and the clause. Above the
// first variable that the clause asks for, such a walk only follows the classes, and that part is
// the same for every clause that begins there. So the sweep goes down the levels once and keeps, as
// the *frontier*, the nodes of the classes that lie at a level or below it and can be reached from
// above, each with the number of ways to reach it. A clause is walked from the frontier of its
// first level; rules about few, neighbouring facts then touch few nodes, however many there are.
//
// A count below a node is given as if the node were the root, over all variables: then a question
// that was left out needs no care, and a node has the mean of its branches.

import RulesLanguage

/// For each condition the states by class in which it holds. `classes`: leaves are raw values of
/// `StateClass.Kind`; it and the conditions depend on the first `variables` variables only.
func countByClass(
  _ conditions: [DecisionDiagram.Node], _ classes: DecisionDiagram.Node, variables: Int,
  _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> [ClassSweep.States] {
  var counts = Array(repeating: ClassSweep.States(), count: conditions.count)
  _ = try diagram.change { table in
    var beginning: [[Int]] = Array(repeating: [], count: variables + 1)
    for (index, condition) in conditions.enumerated() where condition != DecisionDiagram.never {
      // What always holds asks for nothing, so it may begin anywhere.
      let isConstant = condition == DecisionDiagram.always
      beginning[isConstant ? 0 : Int(table.level[condition.index])].append(index)
    }
    var sweep = ClassSweep(table, classes.index, variables)
    for level in 0...variables {
      for index in beginning[level] { counts[index] = sweep.count(conditions[index].index, &table) }
      if level < variables { sweep.descend(from: level, table) }
    }
    return 0
  }
  return counts
}

/// The tallies of all clauses, in text order. `wins`: where each clause wins, consistent or not.
func countClauses(
  _ lowered: LoweredScope, wins: [DecisionDiagram.Node], _ classes: DecisionDiagram.Node,
  _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> [Partition.Tally] {
  let overruled = wins.indices.filter { wins[$0] != lowered.clauses[$0] }
  let counts = try countByClass(
    wins + overruled.map { lowered.clauses[$0] }, classes,
    variables: lowered.space.variables.count, &diagram)
  var tallies = lowered.scope.clauses.indices.map { clause -> Partition.Tally in
    let states = counts[clause]
    let handles =
      switch lowered.scope.clauses[clause].kind {
      case .rule: states.rule
      case .wait: states.wait
      case .goal: states.goal
      }
    return Partition.Tally(
      holds: states.consistent, handles: handles, overlaps: states.overlap,
      wins: states.consistent)
  }
  for (index, clause) in overruled.enumerated() {
    tallies[clause].holds = counts[wins.count + index].consistent
  }
  return tallies
}
