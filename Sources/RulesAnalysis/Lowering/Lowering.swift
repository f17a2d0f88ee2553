import RulesLanguage

/// Turns conditions into diagram nodes. Owns the diagram while a scope is analysed.
struct Lowering {
  var diagram: DecisionDiagram
  let layout: Layout
  var related: [RelatedName: Int] = [:]
  var quantifiers: [UniversalQuantifier: Int] = [:]

  init(_ layout: Layout, order: VariableOrder? = nil, nodeLimit: Int) {
    self.layout = layout
    diagram = DecisionDiagram(
      domainSizes: layout.domainSizes, order: order, nodeLimit: nodeLimit)
  }

  /// The node of a condition as a frame's scope writes it.
  mutating func lower(
    _ condition: Condition, in frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    try lowerExpanded(try frame.scope.expand(condition), in: frame)
  }

  /// The node of a condition without defines.
  mutating func lowerExpanded(
    _ condition: Condition, in frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    switch condition {
    case .constant(let holds): return holds ? DecisionDiagram.always : DecisionDiagram.never
    case .fact, .isIn, .compare, .compareNumber, .define, .related, .relatedIn, .quantified:
      return try diagram.cube([try literal(condition, in: frame)])
    case .not(let part): return try diagram.not(try lowerExpanded(part, in: frame))
    case .and(let parts): return try lowerConjunction(parts, in: frame)
    case .or(let parts): return try diagram.any(try lowerEach(parts, in: frame))
    case .oneOf(let parts): return try lowerOneOf(parts, in: frame)
    }
  }

  private mutating func lowerEach(
    _ parts: [Condition], in frame: Frame
  ) throws(AnalysisFailure) -> [DecisionDiagram.Node] {
    var nodes: [DecisionDiagram.Node] = []
    for part in parts { nodes.append(try lowerExpanded(part, in: frame)) }
    return nodes
  }

  /// All parts hold: single comparisons are put together variable by variable, which makes a chain
  /// of nodes; only what is left needs `and`.
  private mutating func lowerConjunction(
    _ parts: [Condition], in frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var cube: [Int: [Bool]] = [:]
    var others: [DecisionDiagram.Node] = []
    var open = Array(parts.reversed())
    while let part = open.popLast() {
      switch part {
      case .and(let inner): open += inner.reversed()
      case .constant(true): continue
      default:
        guard let literal = try signedLiteral(part, in: frame) else {
          others.append(try lowerExpanded(part, in: frame))
          continue
        }
        let known = cube[literal.variable] ?? literal.permitted
        cube[literal.variable] = zip(known, literal.permitted).map { $0 && $1 }
      }
    }
    guard cube.values.allSatisfy({ $0.contains(true) }) else { return DecisionDiagram.never }
    let node = try diagram.cube(
      cube.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    return others.isEmpty ? node : try diagram.all([node] + others)
  }

  /// Exactly one part holds: by the part, `none so far` and `one so far` are carried along.
  private mutating func lowerOneOf(
    _ parts: [Condition], in frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var none = DecisionDiagram.always
    var one = DecisionDiagram.never
    for part in parts {
      let holds = try lowerExpanded(part, in: frame)
      let fails = try diagram.not(holds)
      one = try diagram.or(try diagram.and(one, fails), try diagram.and(none, holds))
      none = try diagram.and(none, fails)
    }
    return one
  }
}
