import RulesAnalysis
import RulesLanguage

// A decision too large for one tree keeps the sharing of the diagram: a node that two or more ways
// lead to is a method of its own, named after what is known when it is called. A node with one way
// to it stays inside the method of its parent, until that has `methodPaths` ends or nests too deep.
// So the text grows with the number of nodes, not with the number of paths.

/// Builds the decision of a scope out of its diagram's nodes.
struct SharedDecision {
  private let graph: DecisionGraph
  private let names: ScopeNames
  private let outcomes: [Outcome]
  /// For each variable what may be asked, positive questions first.
  private let questions: [[Question]]
  /// What is a method, in the order in which they are met from the root.
  private var methodOf: [DecisionGraph.Target: Int] = [:]
  private var isMethod: Set<DecisionGraph.Target> = []
  private var methods: [Decision.Method] = []

  /// Nil when the diagram has too many nodes.
  static func decision(of partition: Partition, _ names: ScopeNames) -> Decision? {
    var outcomes: [Outcome] = []
    var number: [Outcome: Int] = [:]
    let leaves = partition.parts.map { part -> Int? in
      guard part.count > 0, let outcome = Outcome(part.stateClass) else { return nil }
      if let known = number[outcome] { return known }
      number[outcome] = outcomes.count
      outcomes.append(outcome)
      return outcomes.count - 1
    }
    guard let root = partition.root,
      partition.diagram.size(of: root) <= 8 * DecisionLimits.sharedNodes,
      let ordered = LazyOrder(partition, root)
    else { return nil }
    let graph = DecisionGraph(ordered.diagram, ordered.root, order: ordered.order) { leaves[$0] }
    guard graph.nodes.count <= DecisionLimits.sharedNodes else { return nil }
    var builder = SharedDecision(graph, names, outcomes)
    return builder.decision()
  }

  private init(_ graph: DecisionGraph, _ names: ScopeNames, _ outcomes: [Outcome]) {
    self.graph = graph
    self.names = names
    self.outcomes = outcomes
    questions = names.space.variables.indices.map { index in
      let (positive, negative) = names.space.questions(about: index)
      return positive + negative
    }
    chooseMethods()
  }

  private var space: StateSpace { names.space }

  // MARK: - What becomes a method

  /// Shared nodes and ends; then, from the leaves up, whatever would make a method too long or deep.
  private mutating func chooseMethods() {
    var parents: [DecisionGraph.Target: Int] = [:]
    for node in graph.nodes {
      for target in Set(node.targets) { parents[target, default: 0] += 1 }
    }
    for (target, count) in parents where count > 1 { isMethod.insert(target) }
    for node in graph.nodes where node.targets.count > 3 {
      for (target, count) in occurrences(in: ask(node)) where count > 1 {
        isMethod.insert(target)
      }
    }
    // Children come before their parents in `nodes`.
    var paths = Array(repeating: 0, count: graph.nodes.count)
    var depth = Array(repeating: 0, count: graph.nodes.count)
    func size(_ target: DecisionGraph.Target) -> (paths: Int, depth: Int) {
      guard case .node(let index) = target, !isMethod.contains(target) else { return (1, 0) }
      return (paths[index], depth[index])
    }
    for (index, node) in graph.nodes.enumerated() {
      var targets: [DecisionGraph.Target] = []
      for target in node.targets where !targets.contains(target) { targets.append(target) }
      for target in targets where size(target).depth >= DecisionLimits.nesting - 2 {
        isMethod.insert(target)
      }
      let largestFirst = targets.enumerated().sorted {
        (-size($0.element).paths, $0.offset) < (-size($1.element).paths, $1.offset)
      }
      var total = targets.reduce(0) { $0 + size($1).paths }
      for (_, target) in largestFirst
      where total > DecisionLimits.methodPaths && size(target).paths > 1 {
        total -= size(target).paths - 1
        isMethod.insert(target)
      }
      paths[index] = total
      depth[index] = (targets.map { size($0).depth }.max() ?? 0) + questionDepth(of: node)
    }
  }

  /// How many `if`s inside each other one node takes.
  private func questionDepth(of node: DecisionGraph.Node) -> Int {
    func depth(_ inquiry: Inquiry) -> Int {
      switch inquiry {
      case .found: 0
      case .ask(_, let yes, let no): 1 + max(depth(yes), depth(no))
      case .select: 1
      }
    }
    return node.targets.count <= 2 ? 1 : depth(ask(node))
  }

  // MARK: - Trees

  private mutating func decision() -> Decision {
    let known = graph.knowledge(domainSizes: space.variables.map(\.values.count))
    var unique = UniqueNames()
    // Breadth first, so that a method stands below those that call it, near the first of them.
    var open: [DecisionGraph.Target] = []
    let root = tree(inside: graph.root, &open)
    var next = 0
    while next < open.count {
      let target = open[next]
      next += 1
      let body = tree(inside: target, &open)
      let naming = MethodNaming(names, known[target] ?? [])
      methods.append(
        Decision.Method(
          name: unique.make(naming.name(of: target, graph, outcomes)), comment: naming.comment,
          tree: body))
    }
    return Decision(root: root, methods: methods)
  }

  private mutating func tree(
    _ target: DecisionGraph.Target, _ open: inout [DecisionGraph.Target]
  ) -> DecisionTree {
    guard isMethod.contains(target) else { return tree(inside: target, &open) }
    if let known = methodOf[target] { return .call(known) }
    methodOf[target] = open.count
    open.append(target)
    return .call(open.count - 1)
  }

  private mutating func tree(
    inside target: DecisionGraph.Target, _ open: inout [DecisionGraph.Target]
  ) -> DecisionTree {
    switch target {
    case .nowhere: return .leaf(.unhandled)
    case .outcome(let outcome): return .leaf(outcomes[outcome])
    case .node(let index):
      let node = graph.nodes[index]
      let asked = tree(of: ask(node), &open)
      return space.variables[node.variable].isLazy
        ? .read(variable: node.variable, then: asked) : asked
    }
  }

  private mutating func tree(
    of inquiry: Inquiry, _ open: inout [DecisionGraph.Target]
  ) -> DecisionTree {
    switch inquiry {
    case .found(let target): tree(target, &open)
    case .ask(let question, let yes, let no):
      .branch([question], then: tree(of: yes, &open), otherwise: tree(of: no, &open))
    case .select(let variable, let cases):
      .select(
        variable: variable,
        cases.map { DecisionTree.Case(values: $0.values, tree: tree($0.target, &open)) })
    }
  }

  // MARK: - One node

  /// How one node finds its target.
  private indirect enum Inquiry {
    case found(DecisionGraph.Target)
    case ask(Question, yes: Inquiry, no: Inquiry)
    case select(variable: Int, [(values: [Int], target: DecisionGraph.Target)])
  }

  private func ask(_ node: DecisionGraph.Node) -> Inquiry {
    ask(node, Array(node.targets.indices))
  }

  /// Asks until only values of one target are left.
  private func ask(_ node: DecisionGraph.Node, _ values: [Int]) -> Inquiry {
    var targets: [DecisionGraph.Target] = []
    for value in values where !targets.contains(node.targets[value]) {
      targets.append(node.targets[value])
    }
    if targets.count <= 1 { return .found(targets.first ?? .nowhere) }
    func count(_ values: [Int]) -> Int { Set(values.map { node.targets[$0] }).count }
    var best: (rank: [Int], question: Question, yes: [Int], no: [Int])?
    for (index, question) in questions[node.variable].enumerated() {
      let yes = values.filter { question.values.contains($0) }
      let no = values.filter { !question.values.contains($0) }
      guard !yes.isEmpty, !no.isEmpty else { continue }
      let (a, b) = (count(yes), count(no))
      let rank = [a + b, max(a, b), abs(yes.count - no.count), index]
      if best.map({ rank.lexicographicallyPrecedes($0.rank) }) ?? true {
        best = (rank, question, yes, no)
      }
    }
    // Any two values are told apart by some question.
    guard let best else { return .found(targets[0]) }
    let isSettled = count(best.yes) == 1 && count(best.no) == 1
    if space.variables[node.variable].isPlainEnum && !isSettled {
      return .select(
        variable: node.variable,
        targets.map { target in (values.filter { node.targets[$0] == target }, target) })
    }
    return .ask(best.question, yes: ask(node, best.yes), no: ask(node, best.no))
  }

  private func occurrences(in inquiry: Inquiry) -> [DecisionGraph.Target: Int] {
    switch inquiry {
    case .found(let target): [target: 1]
    case .ask(_, let yes, let no):
      occurrences(in: yes).merging(occurrences(in: no), uniquingKeysWith: +)
    case .select(_, let cases):
      Dictionary(cases.map { ($0.target, 1) }, uniquingKeysWith: +)
    }
  }
}
