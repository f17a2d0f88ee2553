import RulesAnalysis

/// Conditions of two versions of a scope in one diagram, where being equal is being the same node.
struct CommonDiagram {
  let space: CommonSpace
  var diagram: DecisionDiagram

  /// - Parameter order: the order of the new version's variables, which serves its conditions well;
  ///   what only the old version has comes last.
  init(_ space: CommonSpace, order: VariableOrder) {
    self.space = space
    let newVersion = space.variables.indices.filter { space.variables[$0].new != nil }
    let place = { (index: Int) in
      space.variables[index].new.map { order.levels[$0.variable] } ?? 0
    }
    let oldOnly = space.variables.indices.filter { space.variables[$0].new == nil }
    diagram = DecisionDiagram(
      domainSizes: space.variables.map(\.meaning.values.count),
      order: VariableOrder(newVersion.sorted { place($0) < place($1) } + oldOnly))
  }

  /// A condition of one version, over the common states. It holds in no state that the version does
  /// not have.
  mutating func transfer(
    _ conditions: [DecisionDiagram.Node], of partition: Partition, _ side: CommonSpace.Side
  ) throws(AnalysisFailure) -> [DecisionDiagram.Node] {
    var common: [Int: Int] = [:]
    for index in space.variables.indices {
      if let view = space.view(index, side) { common[view.variable] = index }
    }
    var transfer = Transfer(side: side, source: partition.diagram, common: common)
    var result: [DecisionDiagram.Node] = []
    let existing = try existingStates(side)
    for condition in conditions {
      let node = try transfer.run(condition, &self)
      result.append(try diagram.and(node, existing))
    }
    return result
  }

  /// The states all of whose values a version has.
  private mutating func existingStates(
    _ side: CommonSpace.Side
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var all = DecisionDiagram.always
    for index in space.variables.indices.reversed() {
      guard let view = space.view(index, side), view.values.contains(nil) else { continue }
      let values = view.values.indices.filter { view.values[$0] != nil }
      all = try diagram.and(try diagram.literal(index, in: values), all)
    }
    return all
  }

  /// The states that a version cannot tell from one in which the condition holds.
  mutating func blur(
    _ condition: DecisionDiagram.Node, for side: CommonSpace.Side
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var blur = Blur(side: side)
    return try blur.run(condition, &self)
  }

  /// The condition that some of the children holds, in which the variable has the values given
  /// beside it.
  fileprivate mutating func choose(
    _ variable: Int, _ choices: [(values: [Int], node: DecisionDiagram.Node)]
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var result = DecisionDiagram.never
    for choice in choices where choice.node != DecisionDiagram.never && !choice.values.isEmpty {
      let literal = try diagram.literal(variable, in: choice.values)
      result = try diagram.or(result, try diagram.and(literal, choice.node))
    }
    return result
  }
}

/// Copies conditions, node by node.
private struct Transfer {
  let side: CommonSpace.Side
  let source: DecisionDiagram
  /// The common variable of each variable of the source.
  let common: [Int: Int]
  var done: [DecisionDiagram.Node: DecisionDiagram.Node] = [:]

  mutating func run(
    _ node: DecisionDiagram.Node, _ target: inout CommonDiagram
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    if let leaf = source.leaf(node) {
      return leaf == 1 ? DecisionDiagram.always : DecisionDiagram.never
    }
    if let result = done[node] { return result }
    guard let variable = common[source.variable(of: node)],
      let view = target.space.view(variable, side)
    else { throw .unsupported("a condition on a fact that is not part of its states") }
    var choices: [(values: [Int], node: DecisionDiagram.Node)] = []
    for (value, child) in source.children(of: node).enumerated() {
      let values = view.values.indices.filter { view.values[$0] == value }
      choices.append((values, try run(child, &target)))
    }
    let result = try target.choose(variable, choices)
    done[node] = result
    return result
  }
}

/// Lets each variable have any value that looks the same to one version.
private struct Blur {
  let side: CommonSpace.Side
  var done: [DecisionDiagram.Node: DecisionDiagram.Node] = [:]

  mutating func run(
    _ node: DecisionDiagram.Node, _ target: inout CommonDiagram
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    if target.diagram.leaf(node) != nil { return node }
    if let result = done[node] { return result }
    let variable = target.diagram.variable(of: node)
    let view = target.space.view(variable, side)
    var groups: [(view: Int?, values: [Int], node: DecisionDiagram.Node)] = []
    for (value, child) in target.diagram.children(of: node).enumerated() {
      let seen = view.map { $0.values[value] ?? -1 - value }
      let blurred = try run(child, &target)
      if let known = groups.firstIndex(where: { $0.view == seen }) {
        groups[known].values.append(value)
        groups[known].node = try target.diagram.or(groups[known].node, blurred)
      } else {
        groups.append((seen, [value], blurred))
      }
    }
    let result = try target.choose(variable, groups.map { ($0.values, $0.node) })
    done[node] = result
    return result
  }
}
