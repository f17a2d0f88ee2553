import RulesAnalysis

/// A scope's diagram with its lazy facts last, so that a decision made of it reads them last.
struct LazyOrder {
  private(set) var diagram: DecisionDiagram
  private(set) var root: DecisionDiagram.Node
  /// For each variable of the diagram the scope's; nil: it is its own number.
  let order: [Int]?

  /// Nil when the other order takes more nodes than a diagram may have.
  init?(_ partition: Partition, _ root: DecisionDiagram.Node) {
    diagram = partition.diagram
    self.root = root
    let variables = partition.space.variables.indices
    let lazies = variables.filter { partition.space.variables[$0].isLazy }
    guard !lazies.isEmpty else {
      order = nil
      return
    }
    // As the diagram asks for them, but for the lazy ones.
    let asked = diagram.order.variables.filter(variables.contains)
    let order = asked.filter { !lazies.contains($0) } + asked.filter(lazies.contains)
    self.order = order
    do throws(AnalysisFailure) {
      try reorder(partition, root, order)
    } catch {
      return nil
    }
  }

  private mutating func reorder(
    _ partition: Partition, _ oldRoot: DecisionDiagram.Node, _ order: [Int]
  ) throws(AnalysisFailure) {
    var place = Array(repeating: 0, count: order.count)
    for (index, variable) in order.enumerated() { place[variable] = index }
    let old = partition.diagram
    var new = DecisionDiagram(domainSizes: order.map { old.domainSizes[$0] })
    var done: [DecisionDiagram.Node: DecisionDiagram.Node] = [:]
    func convert(
      _ node: DecisionDiagram.Node, _ new: inout DecisionDiagram
    ) throws(AnalysisFailure) -> DecisionDiagram.Node {
      if let leaf = old.leaf(node) { return try new.constant(leaf) }
      if let known = done[node] { return known }
      let variable = place[old.variable(of: node)]
      // Leaves are not negative, so -1 stands for "another value of the variable".
      var result = try new.constant(-1)
      for (value, child) in old.children(of: node).enumerated() {
        let part = try new.keep(
          try convert(child, &new), where: try new.literal(variable, in: [value]), otherwise: -1)
        result = try new.apply(result, part) { max($0, $1) }
      }
      done[node] = result
      return result
    }
    root = try convert(oldRoot, &new)
    diagram = new
  }
}
