import RulesLanguage

/// A scope as diagrams: its state space and one node for what must hold and for each clause.
package struct LoweredScope: Sendable {
  /// The scope itself.
  package let scope: Scope
  /// Its variables; the diagram has hidden ones after them.
  package let space: StateSpace
  /// The diagram of all nodes below.
  package var diagram: DecisionDiagram
  /// The states in which the invariants of the task and the each hold; foreign ones may not.
  package let permitted: DecisionDiagram.Node
  /// The consistent states; part of `permitted`.
  package let consistent: DecisionDiagram.Node
  /// Where each clause's condition holds, consistent or not.
  package let clauses: [DecisionDiagram.Node]
  /// The states a new instance starts in, consistent or not.
  let initial: DecisionDiagram.Node
  /// The parts that each clause's condition is the conjunction of, with their nodes.
  let conjuncts: [[(condition: Condition, node: DecisionDiagram.Node)]]
  /// The single comparisons that each clause's condition is made of.
  package let literals: [Set<Literal>]

  /// That a variable has one of some values, by index, ascending.
  package struct Literal: Hashable, Sendable {
    /// The variable's index in the space.
    package let variable: Int
    /// The values, by index.
    package let values: [Int]
  }
}

/// Lays out the state space of a scope and lowers its conditions to one shared diagram.
package func lowerScope(
  _ scope: Scope, nodeLimit: Int = DecisionDiagram.defaultNodeLimit
) throws(AnalysisFailure) -> LoweredScope {
  let mentions = try Mentions(of: scope)
  let facts = StateSpace.factVariables(of: scope, mentions)
  let quantified = Array(Set(mentions.quantifiers.map(\.each))).sorted()
  let space = try makeSpace(scope, facts, mentions, quantified, nodeLimit)
  guard space.abstractCount != nil else {
    throw .unsupported("a state space of more than 2^128 states")
  }

  let layout = Layout(scope, visible: space.variables, quantified: quantified)
  var lowering = Lowering(layout, nodeLimit: nodeLimit)
  lowering.related = space.related
  lowering.quantifiers = space.quantifiers
  let consistent = try lowering.consistentStates()
  let permitted = try lowering.always(layout.frame)
  var clauses: [DecisionDiagram.Node] = []
  var conjuncts: [[(condition: Condition, node: DecisionDiagram.Node)]] = []
  var literals: [Set<LoweredScope.Literal>] = []
  for clause in scope.clauses {
    clauses.append(try lowering.lower(clause.condition, in: layout.frame))
    var parts: [(condition: Condition, node: DecisionDiagram.Node)] = []
    for part in clause.condition.conjuncts {
      parts.append((part, try lowering.lower(part, in: layout.frame)))
    }
    conjuncts.append(parts)
    var found: Set<LoweredScope.Literal> = []
    try lowering.collectLiterals(try scope.expand(clause.condition), layout.frame, &found)
    literals.append(found)
  }
  var initial = DecisionDiagram.always
  for (index, variable) in space.variables.enumerated() {
    guard let values = variable.initialValues else { continue }
    initial = try lowering.diagram.and(
      initial, try lowering.diagram.literal(index, in: values))
  }
  return LoweredScope(
    scope: scope, space: space, diagram: lowering.diagram, permitted: permitted,
    consistent: consistent, clauses: clauses, initial: initial, conjuncts: conjuncts,
    literals: literals)
}

extension Lowering {
  /// The comparisons in an expanded condition, each as a person would ask it: as written, and for a
  /// `not` its opposite.
  fileprivate mutating func collectLiterals(
    _ condition: Condition, _ frame: Frame, _ found: inout Set<LoweredScope.Literal>
  ) throws(AnalysisFailure) {
    var inner = condition
    if case .not(let part) = condition { inner = part }
    var parts = inner.parts
    if case .quantified = inner { parts = [] }
    for part in parts { try collectLiterals(part, frame, &found) }
    guard parts.isEmpty else { return }
    let node = try lowerExpanded(condition, in: frame)
    guard diagram.leaf(node) == nil else { return }
    let children = diagram.children(of: node)
    found.insert(
      LoweredScope.Literal(
        variable: diagram.variable(of: node),
        values: children.indices.filter { children[$0] == DecisionDiagram.always }))
  }
}

/// The space with its atoms. Quantifiers of which no combination of facts tells the bodies apart
/// are one variable; whether they are is asked of a first diagram without atoms.
private func makeSpace(
  _ scope: Scope, _ facts: [StateVariable], _ mentions: Mentions, _ quantified: [String],
  _ nodeLimit: Int
) throws(AnalysisFailure) -> StateSpace {
  struct Meaning: Hashable { var each: String, body: DecisionDiagram.Node }
  var variables = facts
  var related: [RelatedName: Int] = [:]
  for name in mentions.related.sorted(by: { $0.text < $1.text }) {
    related[name] = variables.count
    variables.append(
      StateVariable(
        name: name.text, values: StateVariable.bool,
        origin: .related(related: name.related, name: name.name)))
  }

  let layout = Layout(scope, visible: facts, quantified: quantified)
  var lowering = Lowering(layout, nodeLimit: nodeLimit)
  var quantifiers: [UniversalQuantifier: Int] = [:]
  var known: [Meaning: Int] = [:]
  for quantifier in mentions.quantifiers {
    guard let copy = layout.copies[quantifier.each] else { continue }
    let body = try lowering.lowerExpanded(quantifier.body, in: copy)
    let meaning = Meaning(each: quantifier.each, body: body)
    if known[meaning] == nil {
      known[meaning] = variables.count
      let text = conditionText(
        .quantified(.all, each: quantifier.each, quantifier.body), in: scope)
      variables.append(
        StateVariable(
          name: text, values: StateVariable.bool,
          origin: .quantifier(each: quantifier.each, body: quantifier.body)))
    }
    quantifiers[quantifier] = known[meaning]
  }

  var slots: [FactReference: Int] = [:]
  for (index, variable) in facts.enumerated() {
    for fact in variable.facts { slots[fact] = index }
  }
  return StateSpace(
    variables: variables, slots: slots, related: related, quantifiers: quantifiers)
}

extension Condition {
  /// The conditions that must all hold for this one to hold.
  package var conjuncts: [Condition] {
    if case .and(let parts) = self { return parts.flatMap(\.conjuncts) }
    return self == .constant(true) ? [] : [self]
  }
}

extension StateVariable {
  /// The values that a new instance may start with, nil if that is not said.
  fileprivate var initialValues: [Int]? {
    guard case .fact(let owner, let model) = origin, owner == .task || owner == .element,
      let initially = model.initially
    else { return nil }
    if chain != nil { return [0] }
    return values.firstIndex(of: initially).map { [$0] }
  }
}
