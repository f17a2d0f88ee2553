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
  package let initial: DecisionDiagram.Node
  /// The parts that each clause's condition is the conjunction of.
  let conjuncts: [[Conjunct]]
  /// For each clause where all its causes hold; nil without causes, or if one is an event.
  let causes: [DecisionDiagram.Node?]
  /// The single comparisons that each clause's condition is made of, each once.
  package let literals: [[Literal]]
  /// The same of each `always` of the scope.
  let alwaysLiterals: [[Literal]]

  /// That a variable has one of some values, by index, ascending.
  package struct Literal: Hashable, Sendable {
    /// The variable's index in the space.
    package let variable: Int
    /// The values, by index.
    package let values: [Int]
  }

  /// One of the conditions that a clause's condition is the conjunction of.
  struct Conjunct {
    /// As written.
    var condition: Condition
    var node: DecisionDiagram.Node
    /// The comparison that it is, if it is one that neither always nor never holds.
    var literal: Literal?
  }
}

/// The variables of a diagram; each is one level, and walks recurse once a level.
private let variableLimit = 1_000

/// Lays out the state space of a scope and lowers its conditions to one shared diagram.
///
/// - Parameter order: the variables of the state space in the order in which the diagram asks for
///   them; nil: as declared. Hidden variables come after them.
package func lowerScope(
  _ scope: Scope, order: [Int]? = nil, nodeLimit: Int = DecisionDiagram.defaultNodeLimit
) throws(AnalysisFailure) -> LoweredScope {
  let mentions = try Mentions(of: scope)
  let facts = StateSpace.factVariables(of: scope, mentions)
  let quantified = Array(Set(mentions.quantifiers.map(\.each))).sorted()
  let space = try makeSpace(scope, facts, mentions, quantified, nodeLimit)
  guard space.abstractCount != nil else { throw .stateCount }

  let layout = Layout(scope, visible: space.variables, quantified: quantified)
  try checkSize(layout)
  let allLevels = order.map { $0 + Array(layout.visibleCount..<layout.variables.count) }
  var lowering = Lowering(layout, order: allLevels.map(VariableOrder.init), nodeLimit: nodeLimit)
  lowering.related = space.related
  lowering.quantifiers = space.quantifiers
  let permitted = try lowering.always(layout.frame)
  let consistent = try lowering.consistentStates()
  var clauses: [DecisionDiagram.Node] = []
  var conjuncts: [[LoweredScope.Conjunct]] = []
  var literals: [[LoweredScope.Literal]] = []
  var causes: [DecisionDiagram.Node?] = []
  for clause in scope.clauses {
    var expanded: [Condition] = []
    var parts: [LoweredScope.Conjunct] = []
    for part in clause.condition.conjuncts {
      let condition = try scope.expand(part)
      expanded.append(condition)
      parts.append(try lowering.conjunct(part, condition))
    }
    conjuncts.append(parts)
    clauses.append(try lowering.lowerExpanded(.and(expanded), in: layout.frame))
    literals.append(try lowering.literals(of: expanded))
    causes.append(try lowering.causes(of: clause))
  }
  var alwaysLiterals: [[LoweredScope.Literal]] = []
  for always in scope.always {
    alwaysLiterals.append(try lowering.literals(of: [try scope.expand(always.condition)]))
  }
  var initial: [DecisionDiagram.Node] = []
  for (index, variable) in space.variables.enumerated() {
    guard let values = variable.initialValues else { continue }
    initial.append(try lowering.diagram.literal(index, in: values))
  }
  let isInitial = try lowering.diagram.all(initial)
  return LoweredScope(
    scope: scope, space: space, diagram: lowering.diagram, permitted: permitted,
    consistent: consistent, clauses: clauses, initial: isInitial, conjuncts: conjuncts,
    causes: causes, literals: literals, alwaysLiterals: alwaysLiterals)
}

private func checkSize(_ layout: Layout) throws(AnalysisFailure) {
  guard layout.variables.count <= variableLimit else {
    throw .unsupported("more than \(variableLimit) facts and atoms that matter to it")
  }
}

extension Lowering {
  /// The comparisons in expanded conditions, each as a person would ask it: as written, and for a
  /// `not` its opposite. Those that always or never hold are left out.
  fileprivate func literals(
    of conditions: [Condition]
  ) throws(AnalysisFailure) -> [LoweredScope.Literal] {
    var found: [LoweredScope.Literal] = []
    var open = Array(conditions.reversed())
    while let condition = open.popLast() {
      guard let literal = try signedLiteral(condition, in: layout.frame) else {
        open += condition.parts.reversed()
        continue
      }
      if let entry = LoweredScope.Literal(literal), !found.contains(entry) { found.append(entry) }
    }
    return found
  }

  fileprivate mutating func conjunct(
    _ written: Condition, _ expanded: Condition
  ) throws(AnalysisFailure) -> LoweredScope.Conjunct {
    guard let literal = try signedLiteral(expanded, in: layout.frame) else {
      return LoweredScope.Conjunct(
        condition: written, node: try lowerExpanded(expanded, in: layout.frame), literal: nil)
    }
    return LoweredScope.Conjunct(
      condition: written, node: try diagram.cube([literal]),
      literal: LoweredScope.Literal(literal))
  }

  fileprivate mutating func causes(
    of clause: ClauseModel
  ) throws(AnalysisFailure) -> DecisionDiagram.Node? {
    guard !clause.causes.isEmpty else { return nil }
    var conditions: [DecisionDiagram.Node] = []
    for cause in clause.causes {
      guard let condition = layout.frame.scope.condition(of: cause) else { return nil }
      conditions.append(try lower(condition, in: layout.frame))
    }
    return try diagram.all(conditions)
  }
}

extension LoweredScope.Literal {
  /// Nil if it always or never holds.
  fileprivate init?(_ literal: Lowering.VariableLiteral) {
    let values = literal.permitted.indices.filter { literal.permitted[$0] }
    guard !values.isEmpty, values.count < literal.permitted.count else { return nil }
    self.init(variable: literal.variable, values: values)
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
    variables.append(StateVariable(name, in: scope))
  }

  var quantifiers: [UniversalQuantifier: Int] = [:]
  if !mentions.quantifiers.isEmpty {
    let layout = Layout(scope, visible: facts, quantified: quantified)
    try checkSize(layout)
    var lowering = Lowering(layout, nodeLimit: nodeLimit)
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
  /// An enum fact of a related task has the enum's values, any other name there is a yes or no.
  fileprivate init(_ name: RelatedName, in scope: Scope) {
    var values = Self.bool
    let task = scope.task.related(name.related).flatMap { scope.program.task($0.task) }
    if case .enumeration(let enumeration)? = task?.body.variable(name.name)?.kind {
      values = scope.program.enumeration(enumeration)?.values ?? values
    }
    self.init(
      name: name.text, values: values, origin: .related(related: name.related, name: name.name))
  }

  /// The values that a new instance may start with, nil if that is not said.
  package var initialValues: [Int]? {
    guard case .fact(let owner, let model) = origin, owner == .task || owner == .element,
      let initially = model.initially
    else { return nil }
    if chain != nil { return [0] }
    if let integer {
      let number = Int(initially.filter { $0 != "_" })
      return integer.intervals.indices.filter { index in
        number.map { integer.intervals[index].contains($0) } ?? false
      }
    }
    return values.firstIndex(of: initially).map { [$0] }
  }
}
