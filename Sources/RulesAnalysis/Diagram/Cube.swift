/// A family of states: for each variable the values it may have. `rpc in { idle, ok }, server ==
/// chosen` is one; a variable that may have all its values is not mentioned.
package struct Cube: Hashable, Sendable {
  /// For each variable the permitted value indices, ascending, never empty.
  package var values: [[Int]]

  package init(values: [[Int]]) { self.values = values }

  /// The cube of one state.
  package init(state: [Int]) { values = state.map { [$0] } }
}

extension DecisionDiagram {
  /// Whether the condition holds in some state of the cube.
  package func holds(_ condition: Node, somewhereIn cube: Cube) -> Bool {
    var failed: Set<Node> = []
    func search(_ node: Node) -> Bool {
      if let leaf = leaf(node) { return leaf == 1 }
      if failed.contains(node) { return false }
      let children = children(of: node)
      if cube.values[variable(of: node)].contains(where: { search(children[$0]) }) { return true }
      failed.insert(node)
      return false
    }
    return search(condition)
  }

  /// The condition that a state is in the cube.
  package mutating func node(for cube: Cube) throws(AnalysisFailure) -> Node {
    var node = Self.always
    for variable in cube.values.indices.reversed()
    where cube.values[variable].count < domainSizes[variable] {
      var children = Array(repeating: Self.never, count: domainSizes[variable])
      for value in cube.values[variable] { children[value] = node }
      node = try branch(variable, children)
    }
    return node
  }

  /// A largest cube around one state that meets `forbidden` nowhere: variables are freed from the
  /// first to the last, wholly where possible, else value by value.
  package func widen(_ state: [Int], avoiding forbidden: Node) -> Cube {
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
}
