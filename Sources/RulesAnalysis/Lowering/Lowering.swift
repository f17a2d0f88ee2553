import RulesLanguage

/// Turns conditions into diagram nodes. Owns the diagram while a scope is analysed.
struct Lowering {
  var diagram: DecisionDiagram
  let layout: Layout
  var related: [RelatedName: Int] = [:]
  var quantifiers: [UniversalQuantifier: Int] = [:]

  init(_ layout: Layout, nodeLimit: Int) {
    self.layout = layout
    diagram = DecisionDiagram(domainSizes: layout.domainSizes, nodeLimit: nodeLimit)
  }

  /// The node of a condition as a frame's scope writes it.
  mutating func lower(
    _ condition: Condition, in frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    try lowerExpanded(try frame.scope.expand(condition), in: frame)
  }

  mutating func lowerExpanded(
    _ condition: Condition, in frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    switch condition {
    case .constant(let holds): return holds ? DecisionDiagram.always : DecisionDiagram.never
    case .fact(let fact): return try diagram.literal(try slot(of: fact, in: frame), in: [1])
    case .isIn(let fact, let values):
      let slot = try slot(of: fact, in: frame)
      let names = layout.variables[slot].values
      return try diagram.literal(slot, in: names.indices.filter { values.contains(names[$0]) })
    case .compare(let a, let relation, let b):
      return try lowerComparison(a, relation, b, in: frame)
    case .define(_, let name): throw .unsupported("the define '\(name)' was not expanded")
    case .related(let task, let name):
      guard let slot = related[RelatedName(related: task, name: name)] else {
        throw .unsupported("'\(task).\(name)' in this place")
      }
      return try diagram.literal(slot, in: [1])
    case .not(let part): return try diagram.not(try lowerExpanded(part, in: frame))
    case .and(let parts):
      var all = DecisionDiagram.always
      for part in parts { all = try diagram.and(all, try lowerExpanded(part, in: frame)) }
      return all
    case .or(let parts):
      var any = DecisionDiagram.never
      for part in parts { any = try diagram.or(any, try lowerExpanded(part, in: frame)) }
      return any
    case .oneOf(let parts): return try lowerOneOf(parts, in: frame)
    case .quantified(let quantifier, let each, let body):
      let (universal, isNegated) = UniversalQuantifier.normalized(quantifier, each, body)
      guard let slot = quantifiers[universal] else {
        throw .unsupported("a quantifier over \(each) in this place")
      }
      return try diagram.literal(slot, in: [isNegated ? 0 : 1])
    }
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

  private mutating func lowerComparison(
    _ a: FactReference, _ relation: Condition.Relation, _ b: FactReference, in frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let slot = try slot(of: a, in: frame)
    guard let chain = layout.variables[slot].chain,
      let i = chain.members.firstIndex(of: a.name), let j = chain.members.firstIndex(of: b.name)
    else {
      throw .unsupported("comparing '\(a.name)' with '\(b.name)', which are in no chain together")
    }
    return try diagram.literal(
      slot, in: (0..<chain.count).filter { chain.holds(i, relation, j, in: $0) })
  }

  private func slot(of fact: FactReference, in frame: Frame) throws(AnalysisFailure) -> Int {
    guard let slot = frame.slots[fact] else {
      throw .unsupported("the fact '\(fact.name)' in this place")
    }
    return slot
  }
}
