extension DecisionDiagram {
  private struct Pair: Hashable { var a, b: Node }

  /// The function whose value in each state is `combine` of the values of `a` and `b`. At most
  /// |a| * |b| steps.
  package mutating func apply(
    _ a: Node, _ b: Node, _ combine: (Int, Int) -> Int
  ) throws(AnalysisFailure) -> Node {
    var done: [Pair: Node] = [:]
    return try apply(a, b, &done, shortcut: { _, _ in nil }, combine)
  }

  private mutating func apply(
    _ a: Node, _ b: Node, _ done: inout [Pair: Node], shortcut: (Node, Node) -> Node?,
    _ combine: (Int, Int) -> Int
  ) throws(AnalysisFailure) -> Node {
    if let result = shortcut(a, b) { return result }
    if let x = leaf(a), let y = leaf(b) { return try constant(combine(x, y)) }
    let pair = Pair(a: a, b: b)
    if let result = done[pair] { return result }
    let top = min(variable(of: a), variable(of: b))
    var branches: [Node] = []
    for value in 0..<domainSizes[top] {
      branches.append(
        try apply(
          child(of: a, at: top, value), child(of: b, at: top, value), &done, shortcut: shortcut,
          combine))
    }
    let result = try branch(top, branches)
    done[pair] = result
    return result
  }

  /// The branch for a value of a variable that the node asks for first, or does not ask for.
  private func child(of node: Node, at variable: Int, _ value: Int) -> Node {
    self.variable(of: node) == variable ? children(of: node)[value] : node
  }

  /// The condition that both hold.
  package mutating func and(_ a: Node, _ b: Node) throws(AnalysisFailure) -> Node {
    var done: [Pair: Node] = [:]
    return try apply(
      a, b, &done,
      shortcut: { a, b in
        if a == Self.never || b == Self.never { return Self.never }
        return a == Self.always || a == b ? b : b == Self.always ? a : nil
      }, { $0 & $1 })
  }

  /// The condition that at least one holds.
  package mutating func or(_ a: Node, _ b: Node) throws(AnalysisFailure) -> Node {
    var done: [Pair: Node] = [:]
    return try apply(
      a, b, &done,
      shortcut: { a, b in
        if a == Self.always || b == Self.always { return Self.always }
        return a == Self.never || a == b ? b : b == Self.never ? a : nil
      }, { $0 | $1 })
  }

  /// The condition that it does not hold.
  package mutating func not(_ a: Node) throws(AnalysisFailure) -> Node {
    try map(a) { 1 - $0 }
  }

  /// `a` where `condition` holds, elsewhere the constant `leaf`.
  package mutating func keep(
    _ a: Node, where condition: Node, otherwise leaf: Int
  ) throws(AnalysisFailure) -> Node {
    try apply(a, condition) { value, holds in holds == 1 ? value : leaf }
  }

  /// The function with another value at each leaf.
  package mutating func map(
    _ a: Node, _ transform: (Int) -> Int
  ) throws(AnalysisFailure) -> Node {
    try apply(a, Self.always) { value, _ in transform(value) }
  }

  /// The condition that some values of the variables from `first` on make `a` hold. Because those
  /// variables are the last ones, whatever asks for them and can hold is simply true.
  package mutating func exists(
    from first: Int, _ a: Node
  ) throws(AnalysisFailure) -> Node {
    var done: [Node: Node] = [:]
    return try exists(from: first, a, &done)
  }

  private mutating func exists(
    from first: Int, _ a: Node, _ done: inout [Node: Node]
  ) throws(AnalysisFailure) -> Node {
    if leaf(a) != nil { return a }
    if variable(of: a) >= first { return Self.always }
    if let result = done[a] { return result }
    var branches: [Node] = []
    for child in children(of: a) { branches.append(try exists(from: first, child, &done)) }
    let result = try branch(variable(of: a), branches)
    done[a] = result
    return result
  }
}
