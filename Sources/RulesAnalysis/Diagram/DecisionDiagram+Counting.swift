extension DecisionDiagram {
  /// For each leaf value, in how many states of the first `variables` variables the function has
  /// it; the function must not depend on the others. Exact as long as the number of all states
  /// fits 128 bits.
  package func counts(of node: Node, variables: Int) -> [Int: UInt128] {
    var done: [Node: [Int: UInt128]] = [:]
    func below(_ node: Node) -> [Int: UInt128] {
      if let leaf = leaf(node) { return [leaf: 1] }
      if let result = done[node] { return result }
      let variable = variable(of: node)
      var sum: [Int: UInt128] = [:]
      for child in children(of: node) {
        let factor = states(between: variable + 1, and: min(self.variable(of: child), variables))
        for (leaf, count) in below(child) { sum[leaf, default: 0] += factor * count }
      }
      done[node] = sum
      return sum
    }
    let factor = states(between: 0, and: min(variable(of: node), variables))
    return below(node).mapValues { factor * $0 }
  }

  /// The number of states in which a condition holds.
  package func count(_ condition: Node, variables: Int) -> UInt128 {
    counts(of: condition, variables: variables)[1] ?? 0
  }

  /// The number of value combinations of the variables `first ..< end`.
  private func states(between first: Int, and end: Int) -> UInt128 {
    first < end ? domainSizes[first..<end].reduce(1) { $0 * UInt128($1) } : 1
  }

  /// The value in one state, given as the value index of each variable the function asks for.
  package func value(of node: Node, at state: [Int]) -> Int {
    var node = node
    while true {
      if let leaf = leaf(node) { return leaf }
      node = children(of: node)[state[variable(of: node)]]
    }
  }

  /// The first state, by value indices, in which the condition holds.
  package func firstState(of condition: Node, variables: Int) -> [Int]? {
    guard condition != Self.never else { return nil }
    var state = Array(repeating: 0, count: variables)
    var node = condition
    while leaf(node) == nil {
      guard let value = children(of: node).firstIndex(where: { $0 != Self.never }) else {
        return nil
      }
      state[variable(of: node)] = value
      node = children(of: node)[value]
    }
    return state
  }

  /// The different values that the function has anywhere.
  package func leaves(of node: Node) -> Set<Int> {
    Set(reachable(from: node).compactMap { leaf($0) })
  }

  /// The variables that the function depends on.
  package func variables(of node: Node) -> Set<Int> {
    Set(reachable(from: node).filter { leaf($0) == nil }.map { variable(of: $0) })
  }

  /// The number of nodes of the function, leaves included.
  package func size(of node: Node) -> Int { reachable(from: node).count }

  private func reachable(from node: Node) -> Set<Node> {
    var seen: Set<Node> = [node]
    var open = [node]
    while let node = open.popLast() {
      for child in children(of: node) where seen.insert(child).inserted { open.append(child) }
    }
    return seen
  }
}
