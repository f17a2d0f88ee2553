import RulesAnalysis

/// What is left of a scope's diagram once the states that guards have caught count as not there.
///
/// A node whose only other branches lead to such states is not asked for: this is what makes the
/// graph small. Nodes are shared wherever two ways lead to the same decisions.
struct DecisionGraph {
  /// A branch: another node, an outcome, or nothing, where no state is.
  enum Target: Hashable {
    case node(Int)
    case outcome(Int)
    case nowhere
  }

  struct Node: Hashable {
    var variable: Int
    /// For each value; none is `nowhere`.
    var targets: [Target]
  }

  /// Children before their parents.
  private(set) var nodes: [Node] = []
  private(set) var root: Target = .nowhere

  /// - Parameters:
  ///   - order: for each variable of the diagram the scope's; nil: it is its own number.
  ///   - outcome: that of a leaf of the diagram; nil for a state that is not there.
  init(
    _ diagram: DecisionDiagram, _ root: DecisionDiagram.Node, order: [Int]? = nil,
    outcome: (Int) -> Int?
  ) {
    var known: [Node: Int] = [:]
    var done: [DecisionDiagram.Node: Target] = [:]
    func target(_ node: DecisionDiagram.Node, _ nodes: inout [Node]) -> Target {
      if let leaf = diagram.leaf(node) { return outcome(leaf).map(Target.outcome) ?? .nowhere }
      if let target = done[node] { return target }
      let targets = diagram.children(of: node).map { target($0, &nodes) }
      let present = targets.filter { $0 != .nowhere }
      let result: Target
      if let first = present.first, present.contains(where: { $0 != first }) {
        let usual = Self.mostFrequent(in: present) ?? first
        let place = diagram.variable(of: node)
        let record = Node(
          variable: order?[place] ?? place,
          targets: targets.map { $0 == .nowhere ? usual : $0 })
        if let index = known[record] {
          result = .node(index)
        } else {
          result = .node(nodes.count)
          known[record] = nodes.count
          nodes.append(record)
        }
      } else {
        result = present.first ?? .nowhere
      }
      done[node] = result
      return result
    }
    self.root = target(root, &nodes)
  }

  /// The first of the targets that most values have.
  private static func mostFrequent(in targets: [Target]) -> Target? {
    var counts: [Target: Int] = [:]
    for target in targets { counts[target, default: 0] += 1 }
    var best: Target?
    for target in targets where counts[target, default: 0] > (best.flatMap { counts[$0] } ?? 0) {
      best = target
    }
    return best
  }

  /// What is known at each target, whichever way led to it: for each variable the values it may
  /// have, as a bit mask. A variable of more than 64 values counts as unknown.
  func knowledge(domainSizes: [Int]) -> [Target: [UInt64]] {
    let full = domainSizes.map { $0 < 64 ? UInt64(1) << UInt64($0) - 1 : .max }
    var known: [Target: [UInt64]] = [root: full]
    for (index, node) in nodes.enumerated().reversed() {
      guard let here = known[.node(index)] else { continue }
      var masks: [Target: UInt64] = [:]
      for (value, target) in node.targets.enumerated() {
        masks[target, default: 0] |= node.targets.count <= 64 ? 1 << UInt64(value) : .max
      }
      for (target, mask) in masks {
        var there = here
        there[node.variable] &= mask
        if let other = known[target] {
          for variable in there.indices { there[variable] |= other[variable] }
        }
        known[target] = there
      }
    }
    return known
  }

  /// The variables that the decision depends on.
  var variables: Set<Int> { Set(nodes.map(\.variable)) }
}
