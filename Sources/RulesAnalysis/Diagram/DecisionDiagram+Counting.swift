extension DecisionDiagram {
  /// For each leaf value, in how many states of the first `variables` variables the function has
  /// it; the function must not depend on the others, and they must come last in the order. Exact as
  /// long as the number of all states fits 128 bits. One walk over the nodes.
  package func counts(of node: Node, variables: Int) -> [Int: UInt128] {
    let table = table
    var numbers = NodeSet()
    for node in table.pointee.nodes(of: node.index) { _ = numbers.insert(node) }
    let weights = UnsafeMutablePointer<UInt128>.allocate(capacity: numbers.count)
    defer { weights.deallocate() }
    weights.initialize(repeating: 0, count: numbers.count)
    // Each child comes before its parents.
    var number = numbers.count - 1
    weights[number] = states(between: 0, and: variables)
    var counts: [Int: UInt128] = [:]
    while number >= 0 {
      let node = Int(numbers.nodes[number])
      let level = Int(table.pointee.level[node])
      let size = Int(table.pointee.sizes[level])
      if level == table.pointee.levelCount {
        counts[Int(table.pointee.start[node])] = weights[number]
      } else {
        // Every weight counts whole states, so it is a multiple of the size.
        let share = weights[number] / UInt128(UInt(size))
        var value = 0
        while value < size {
          weights[numbers.number(of: table.pointee.branch(node, level, value))] += share
          value += 1
        }
      }
      number -= 1
    }
    return counts
  }

  /// The number of states in which a condition holds.
  package func count(_ condition: Node, variables: Int) -> UInt128 {
    counts(of: condition, variables: variables)[1] ?? 0
  }

  /// The number of value combinations of the variables at the levels `first ..< end`.
  func states(between first: Int, and end: Int) -> UInt128 {
    var product: UInt128 = 1
    var level = first
    while level < end {
      product *= UInt128(UInt(table.pointee.sizes[level]))
      level += 1
    }
    return product
  }

  /// The value in one state, given as the value index of each variable the function asks for.
  package func value(of node: Node, at state: [Int]) -> Int {
    let table = table
    var node = node.index
    while Int(table.pointee.level[node]) < table.pointee.levelCount {
      let variable = order.variables[Int(table.pointee.level[node])]
      node = Int(table.pointee.children[Int(table.pointee.start[node]) + state[variable]])
    }
    return Int(table.pointee.start[node])
  }

  /// The first state, by value indices of the first `variables` variables, in which the condition
  /// holds, whatever the order of the diagram is.
  package func firstState(of condition: Node, variables: Int) -> [Int]? {
    guard condition != Self.never else { return nil }
    if order.levels == Array(order.levels.indices) {
      return firstPath(of: condition, variables: variables)
    }
    var cube = Cube(values: domainSizes.prefix(variables).map { Array(0..<$0) })
    for variable in 0..<variables where cube.values[variable].count > 1 {
      for value in 0..<domainSizes[variable] {
        cube.values[variable] = [value]
        if value == domainSizes[variable] - 1 || holds(condition, somewhereIn: cube) { break }
      }
    }
    return cube.values.map { $0.first ?? 0 }
  }

  /// The same where the diagram asks in the order of the variables: nothing but `never` fails.
  private func firstPath(of condition: Node, variables: Int) -> [Int] {
    var state = Array(repeating: 0, count: variables)
    var node = condition
    while leaf(node) == nil {
      let level = level(of: node)
      while child(of: node, state[level]) == Self.never { state[level] += 1 }
      node = child(of: node, state[level])
    }
    return state
  }

  /// The different values that the function has anywhere.
  package func leaves(of node: Node) -> Set<Int> {
    Set(table.pointee.nodes(of: node.index).compactMap { leaf(Node(index: $0)) })
  }

  /// The variables that the function depends on.
  package func variables(of node: Node) -> Set<Int> {
    Set(
      table.pointee.nodes(of: node.index).compactMap { index in
        let level = level(of: Node(index: index))
        return level == domainSizes.count ? nil : order.variables[level]
      })
  }

  /// The number of nodes of the function, leaves included.
  package func size(of node: Node) -> Int { table.pointee.nodes(of: node.index).count }
}
