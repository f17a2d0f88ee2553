extension DecisionDiagram {
  /// The function whose value in each state is `combine` of the values of `a` and `b`. At most
  /// |a| * |b| steps.
  package mutating func apply(
    _ a: Node, _ b: Node, _ combine: (Int, Int) -> Int
  ) throws(AnalysisFailure) -> Node {
    try change { $0.apply(a.index, b.index, $0.makeOperation(), combine) }
  }

  /// The condition that both hold.
  package mutating func and(_ a: Node, _ b: Node) throws(AnalysisFailure) -> Node {
    try change { $0.and(a.index, b.index) }
  }

  /// The condition that at least one holds.
  package mutating func or(_ a: Node, _ b: Node) throws(AnalysisFailure) -> Node {
    try change { $0.or(a.index, b.index) }
  }

  /// The condition that it does not hold.
  package mutating func not(_ a: Node) throws(AnalysisFailure) -> Node {
    try change { $0.not(a.index) }
  }

  /// The condition that all hold.
  package mutating func all(_ nodes: [Node]) throws(AnalysisFailure) -> Node {
    try change { table in
      reduceInPairs(nodes.map(\.index), empty: 1) { table.and($0, $1) }
    }
  }

  /// The condition that at least one of them holds.
  package mutating func any(_ nodes: [Node]) throws(AnalysisFailure) -> Node {
    try change { table in
      reduceInPairs(nodes.map(\.index), empty: 0) { table.or($0, $1) }
    }
  }

  /// `a` where `condition` holds, elsewhere the constant `leaf`.
  package mutating func keep(
    _ a: Node, where condition: Node, otherwise leaf: Int
  ) throws(AnalysisFailure) -> Node {
    try change { $0.keep(a.index, condition.index, $0.leaf(leaf), $0.makeOperation()) }
  }

  /// The function with another value at each leaf.
  package mutating func map(
    _ a: Node, _ transform: (Int) -> Int
  ) throws(AnalysisFailure) -> Node {
    try change {
      $0.apply(a.index, Self.always.index, $0.makeOperation()) { value, _ in transform(value) }
    }
  }

  /// The condition that some values of the variables from `first` on make `a` hold. They must be
  /// the last ones of the order too.
  package mutating func exists(from first: Int, _ a: Node) throws(AnalysisFailure) -> Node {
    precondition(
      order.variables[first...].allSatisfy { $0 >= first }, "projected variables come last")
    return try change { $0.exists(from: first, a.index, $0.makeOperation()) }
  }
}

/// Combines neighbours, then neighbouring results, until one is left: each part takes part in
/// log2(n) combinations. `combine` must be associative.
func reduceInPairs<Part>(_ parts: [Part], empty: Part, _ combine: (Part, Part) -> Part) -> Part {
  var level = parts
  while level.count > 1 {
    var next: [Part] = []
    next.reserveCapacity((level.count + 1) / 2)
    var index = 0
    while index + 1 < level.count {
      next.append(combine(level[index], level[index + 1]))
      index += 2
    }
    if index < level.count { next.append(level[index]) }
    level = next
  }
  return level.first ?? empty
}
