import RulesAnalysis

/// States as a few cubes, and how many states are in none of them.
struct Cover {
  var cubes: [Cube]
  var remainder: UInt128
}

/// Cubes that together have all of `states`, as long as the limit lets them.
///
/// Each is as large as `condition` permits around a state that no earlier one has: states of the
/// condition that are not to be covered make a cube shorter to write and may be in it.
///
/// - Parameters:
///   - states: what to cover; part of `condition`.
///   - variables: how many variables the two may depend on.
func cover(
  of states: DecisionDiagram.Node, within condition: DecisionDiagram.Node,
  _ diagram: inout DecisionDiagram, variables: Int, limit: Int
) throws(AnalysisFailure) -> Cover {
  let forbidden = try diagram.not(condition)
  var remaining = states
  var cubes: [Cube] = []
  while cubes.count < limit,
    let state = diagram.firstState(of: remaining, variables: variables)
  {
    let cube = diagram.widen(state, avoiding: forbidden)
    cubes.append(cube)
    let others = try diagram.not(try diagram.node(for: cube))
    remaining = try diagram.and(remaining, others)
  }
  return Cover(cubes: cubes, remainder: diagram.count(remaining, variables: variables))
}
