/// A family of states: for each variable the values it may have. `rpc in { idle, ok }, server ==
/// chosen` is one; a variable that may have all its values is not mentioned.
package struct Cube: Hashable, Sendable {
  /// For each variable the permitted value indices, ascending, never empty.
  package var values: [[Int]]

  package init(values: [[Int]]) { self.values = values }

  /// The cube of one state.
  package init(state: [Int]) { values = state.map { [$0] } }

  /// Whether a state is in it.
  package func contains(_ state: [Int]) -> Bool {
    zip(values, state).allSatisfy { $0.contains($1) }
  }
}

extension DecisionDiagram {
  /// Whether the condition holds in some state of the cube. Variables that the cube does not have
  /// may have any value.
  package func holds(_ condition: Node, somewhereIn cube: Cube) -> Bool {
    var search = CubeSearch(self)
    for (variable, values) in cube.values.enumerated() {
      search.restrict(order.levels[variable], to: values)
    }
    return search.holds(condition.index)
  }

  /// The condition that a state is in the cube.
  package mutating func node(for cube: Cube) throws(AnalysisFailure) -> Node {
    try self.cube(
      cube.values.indices.filter { cube.values[$0].count < domainSizes[$0] }.map { variable in
        var permitted = Array(repeating: false, count: domainSizes[variable])
        for value in cube.values[variable] { permitted[value] = true }
        return (variable, permitted)
      })
  }

  /// A largest cube around one state that meets `forbidden` nowhere. Wide variables are worth most,
  /// because each that may have any value is a comparison less to read: so first as many as
  /// possible are freed wholly, then the others value by value. In a small diagram both directions
  /// of going through the variables are tried and the larger cube is taken.
  package func widen(_ state: [Int], avoiding forbidden: Node) -> Cube {
    let fromLast = widenFromLast(state, forbidden)
    guard size(of: forbidden) <= Self.smallSize else { return fromLast }
    let fromFirst = widenFromFirst(state, forbidden)
    return rank(fromLast) < rank(fromFirst) ? fromLast : fromFirst
  }

  /// Nodes of a diagram in which every variable of a cube can be tried in turn at no cost.
  private static let smallSize = 2_000

  /// Less is better: first the fewer literals, then the more states.
  private func rank(_ cube: Cube) -> (Int, UInt128) {
    var literals = 0
    var states: UInt128 = 1
    for (variable, values) in cube.values.enumerated() {
      if values.count < domainSizes[variable] { literals += 1 }
      states *= UInt128(values.count)
    }
    return (literals, UInt128.max - states)
  }

  /// Tries each variable from the first to the last, with one search each.
  private func widenFromFirst(_ state: [Int], _ forbidden: Node) -> Cube {
    var cube = Cube(state: state)
    for variable in state.indices {
      var candidate = cube
      candidate.values[variable] = Array(0..<domainSizes[variable])
      if !holds(forbidden, somewhereIn: candidate) { cube = candidate }
    }
    for variable in state.indices where cube.values[variable].count < domainSizes[variable] {
      for value in 0..<domainSizes[variable] where value != state[variable] {
        var candidate = cube
        candidate.values[variable] = (cube.values[variable] + [value]).sorted()
        if !holds(forbidden, somewhereIn: candidate) { cube = candidate }
      }
    }
    return cube
  }

  /// Frees the variables from the last level up. What is above a level is still as in the state, so
  /// one node of the level matters; what is below is decided, so whether a node can lead to
  /// `forbidden` is found out once. Each node is looked at once.
  private func widenFromLast(_ state: [Int], _ forbidden: Node) -> Cube {
    var search = CubeSearch(self)
    var path: [Int: Int] = [:]
    var node = forbidden.index
    while Int(table.pointee.level[node]) < table.pointee.levelCount {
      let level = Int(table.pointee.level[node])
      path[level] = node
      node = table.pointee.branch(node, level, state[order.variables[level]])
    }
    for level in stride(from: table.pointee.levelCount - 1, through: 0, by: -1) {
      let variable = order.variables[level]
      guard variable < state.count, let node = path[level] else { continue }
      let isFree = (0..<domainSizes[variable]).allSatisfy {
        !search.holds(table.pointee.branch(node, level, $0))
      }
      if !isFree { search.restrict(level, to: [state[variable]]) }
    }
    return widenByValue(state, forbidden, search)
  }

  /// Adds single values to the variables that are not free, again from the last level up: all nodes
  /// of the level that the cube leads to must permit them.
  private func widenByValue(_ state: [Int], _ forbidden: Node, _ free: CubeSearch) -> Cube {
    let reached = free.reached(from: forbidden.index)
    var search = CubeSearch(self)
    var cube = Cube(values: state.indices.map { Array(0..<domainSizes[$0]) })
    for level in stride(from: table.pointee.levelCount - 1, through: 0, by: -1)
    where order.variables[level] < state.count && free.isRestricted(level) {
      let variable = order.variables[level]
      cube.values[variable] = (0..<domainSizes[variable]).filter { value in
        value == state[variable]
          || reached[level, default: []].allSatisfy {
            !search.holds(table.pointee.branch($0, level, value))
          }
      }
      search.restrict(level, to: cube.values[variable])
    }
    return cube
  }
}
