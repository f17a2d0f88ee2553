import RulesAnalysis
import RulesLanguage

/// More nodes than anybody can read; a drawing of so many would take long, too.
private let nodeLimit = 250

/// Which rule, or event, enables which clause, scope by scope: there is a state in which the first
/// happens and the second does not hold, and after an outcome of the first the second wins. The
/// states are the reachable ones; where these are not known, all consistent ones.
/// Where there are too many to go through them, the part has no edges and says so.
public func enablingGraph(_ analysis: Analysis, _ program: Program) -> RuleGraph {
  var partitions: [String: Partition] = [:]
  for scope in analysis.scopes { partitions[scope.name] = scope.partition }
  return RuleGraph(
    parts: analysis.scopes.map { part($0, program, partitions) })
}

private func part(
  _ scope: ScopeAnalysis, _ program: Program, _ partitions: [String: Partition]
) -> RuleGraph.Part {
  var nodes = scope.clauses.map {
    RuleGraph.Node(kind: .init(rawValue: $0.kind) ?? .rule, name: $0.name, label: $0.label)
  }
  guard nodes.count <= nodeLimit else {
    return RuleGraph.Part(
      name: scope.name, remark: "\(nodes.count) clauses are too many to draw", nodes: [],
      edges: [])
  }
  // What cannot be found out is said in the drawing, like what would take too long.
  let found = try? findEnablings(
    in: scope.partition, others: partitions, reached: scope.exploration?.reached)
  guard let enablings = found ?? nil else {
    return RuleGraph.Part(
      name: scope.name, remark: "too many states to find out what enables what", nodes: nodes,
      edges: [])
  }

  // A source that enables nothing, and that no wait waits for, is left out.
  let causes = scope.partition.scope.clauses.map { causeTexts($0.causes) }
  let moves = enablings.sources.indices.filter { index in
    if case .rule = enablings.sources[index].kind { return false }
    return enablings.edges.contains { $0.source == index }
      || causes.contains { $0.contains(enablings.sources[index].name) }
  }
  var nodeOf: [Int: Int] = [:]
  for (index, source) in enablings.sources.enumerated() {
    if case .rule(let clause) = source.kind { nodeOf[index] = clause }
  }
  for index in moves.prefix(max(0, nodeLimit - nodes.count)) {
    nodeOf[index] = nodes.count
    nodes.append(node(enablings.sources[index], program))
  }

  var edges = enablings.edges.compactMap { edge -> RuleGraph.Edge? in
    guard let from = nodeOf[edge.source] else { return nil }
    return .init(
      from: from, to: edge.clause, relation: .enables, label: stateCount(UInt128(edge.states)))
  }
  for (wait, names) in causes.enumerated() {
    for index in moves where names.contains(enablings.sources[index].name) {
      guard let to = nodeOf[index] else { continue }
      edges.append(.init(from: wait, to: to, relation: .awaits, label: ""))
    }
  }
  let isReachable = scope.exploration != nil
  return RuleGraph.Part(
    name: scope.name,
    remark:
      "in \(grouped(UInt128(enablings.states))) \(isReachable ? "reachable" : "consistent") states",
    nodes: nodes, edges: edges)
}

/// The names of the moves that end a wait.
private func causeTexts(_ causes: [Cause]) -> [String] {
  causes.map { cause in
    switch cause {
    case .event(let name), .name(let name): name
    case .related(let related, let name): "\(related).\(name) becomes true"
    }
  }
}

private func node(_ source: Enablings.Source, _ program: Program) -> RuleGraph.Node {
  let kind: RuleGraph.Kind =
    switch source.kind {
    case .rule: .rule
    case .event: .event
    case .guest: .guest
    case .environment: .environment
    }
  if kind == .environment, let verb = source.name.firstRange(of: " becomes ") {
    return RuleGraph.Node(
      kind: kind, name: String(source.name[..<verb.lowerBound]),
      label: String(source.name[verb.lowerBound...].dropFirst()))
  }
  let scopes = Scope.all(of: program)
  let labels = scopes.flatMap { scope in
    scope.clauses.map { ($0.position, $0.label) }
      + scope.body.events.map { ($0.position, $0.label) }
  }
  let label = labels.first { $0.0 == source.position }?.1
  return RuleGraph.Node(kind: kind, name: source.name, label: label)
}
