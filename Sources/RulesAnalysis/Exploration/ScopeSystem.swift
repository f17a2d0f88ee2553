import RulesLanguage

/// What exploring one scope starts from, beside the transition system itself.
struct ScopeSystem {
  var system: TransitionSystem
  /// `stable` facts and defines that are checked here, with their names.
  var latches: [(name: String, condition: FlatDiagram.Entry)] = []
  /// For each wait, by clause: the conditions that it waits for, and the moves that are its events.
  var causes: [Int: (conditions: [FlatDiagram.Entry], events: [Int])] = [:]
  /// Whether anything of the program says how this scope changes or starts.
  var hasDynamics = false
}

/// The moves of one scope as the language defines them: its own rules and events, those of others
/// that change what it sees, and the environment's.
///
/// - Parameter others: the analysed scopes by name, so that they need not be lowered again.
func makeSystem(
  of partition: Partition, _ layout: WordLayout, others: [String: Partition]
) throws(AnalysisFailure) -> ScopeSystem {
  let scope = partition.scope
  let space = partition.space
  var flat = FlatDiagram(layout)
  let lowered = partition.lowered
  let nodes = [lowered.permitted, lowered.consistent] + partition.wins
  let entries = flat.add(nodes + [partition.root ?? DecisionDiagram.never], of: partition.diagram)
  var system = TransitionSystem(variables: space.variables, layout: layout, diagram: flat)
  system.permitted = entries[0]
  system.consistent = entries[1]
  system.parts = [
    TransitionSystem.Part(
      clauses: scope.clauses, wins: Array(entries[2..<nodes.count]),
      root: partition.root == nil ? nil : entries[nodes.count],
      classes: partition.parts.map(\.stateClass))
  ]
  system.valuations = valuations(space, layout)
  var result = ScopeSystem(system: system)

  var own = InstanceLowering(space.variables, [Instance(scope, space)])
  for action in Action.all(of: scope) {
    var condition = FlatDiagram.never
    if action.isRule {
      condition = system.parts[0].wins[action.index]
    } else {
      let node = try own.lower(scope.body.events[action.index].condition, for: 0)
      condition = result.system.diagram.add([node], of: own.diagram)[0]
    }
    result.system.moves.append(
      Move(
        name: action.name,
        kind: action.isRule ? .rule(part: 0, clause: action.index) : .event(part: 0),
        clause: (action.name, action.position), isDependable: action.isDependable,
        condition: condition,
        alternatives: try action.alternatives(space.variables, layout) { space.slot(of: $0) }))
  }
  try addGuestMoves(to: &result.system, scope, space, others)
  result.hasDynamics =
    result.system.moves.contains { $0.alternatives.contains { !$0.changesNothing } }
    || space.variables.contains { $0.initialValue != nil }
  addEnvironmentMoves(to: &result.system, scope, space)
  try addLatchesAndCauses(to: &result, scope, space, &own)
  return result
}

extension Instance {
  /// The instance that a state space is about.
  init(_ scope: Scope, _ space: StateSpace) {
    self.init(scope)
    facts = space.slots
    related = space.related
    quantifiers = space.quantifiers
  }
}

extension StateSpace {
  /// The variable that a change in the scope's own words concerns: a fact it sees, or its own view
  /// of a related task's fact.
  package func slot(of target: Change.Target) -> Int? {
    switch target {
    case .fact(let fact): slots[fact]
    case .every: nil
    case .related(let name, let fact): related[RelatedName(related: name, name: fact)]
    }
  }
}

extension Move.Alternative {
  var changesNothing: Bool { clear == 0 && updates.isEmpty }
}

private func valuations(_ space: StateSpace, _ layout: WordLayout) -> TransitionSystem.Valuations? {
  let slots = space.variables.indices.filter {
    if case .quantifier = space.variables[$0].origin { return true }
    return false
  }
  guard let first = slots.first else { return nil }
  let count: UInt64 = 1 << UInt64(slots.count)
  return TransitionSystem.Valuations(
    shift: layout.shifts[first], count: count, mask: (count - 1) &<< layout.shifts[first],
    name: "others change")
}

/// One external atom takes another value, if anything in the program changes what it depends on.
private func addEnvironmentMoves(
  to system: inout TransitionSystem, _ scope: Scope, _ space: StateSpace
) {
  let changed = changedFacts(scope.program)
  for (index, variable) in space.variables.enumerated() {
    guard case .related(let related, let name) = variable.origin,
      dependencies(of: .related(related, name), in: scope).contains(where: {
        changed.contains($0.fact)
      })
    else { continue }
    system.moves += environmentMoves(
      of: index, variable, isStable: scope.isStable(related, name), system.layout)
  }
}

/// A move for each value that the environment can give an atom.
func environmentMoves(
  of index: Int, _ variable: StateVariable, isStable: Bool, _ layout: WordLayout
) -> [Move] {
  variable.values.indices.compactMap { value in
    guard !isStable || value == 1 else { return nil }
    var alternative = Move.Alternative()
    let outcomes = variable.values.indices.map { $0 == value ? [] : [value] }
    alternative.add(outcomes, of: index, layout)
    return Move(
      name: "\(variable.name) becomes \(variable.values[value])", kind: .environment, clause: nil,
      isDependable: true, condition: FlatDiagram.always, alternatives: [alternative])
  }
}

/// The facts that some rule or event of the program changes.
func changedFacts(_ program: Program) -> Set<GlobalFact> {
  var found: Set<GlobalFact> = []
  for scope in Scope.all(of: program) {
    for action in Action.all(of: scope) {
      for change in action.effects.flatMap(\.changes) {
        if let fact = scope.globalFact(change.target) { found.insert(fact) }
      }
    }
  }
  return found
}

extension Scope {
  /// Whether a related task promises that this name of it, once true, stays so.
  func isStable(_ related: String, _ name: String) -> Bool {
    guard let body = task.related(related).flatMap({ program.task($0.task) })?.body else {
      return false
    }
    return body.define(name)?.isStable ?? body.variable(name)?.isStable ?? false
  }
}

private func addLatchesAndCauses(
  to result: inout ScopeSystem, _ scope: Scope, _ space: StateSpace, _ own: inout InstanceLowering
) throws(AnalysisFailure) {
  for (index, variable) in space.variables.enumerated() {
    guard case .fact(_, let model) = variable.origin, model.isStable else { continue }
    let node = try own.diagram.literal(index, in: [1])
    result.latches.append(
      (model.name, result.system.diagram.add([node], of: own.diagram)[0]))
  }
  for body in [scope.task.body, scope.each?.body].compactMap({ $0 }) {
    for define in body.defines where define.isStable {
      let condition = try scope.expand(define.condition)
      guard condition.mentionsOnlyFacts else { continue }
      let node = try own.lowerExpanded(condition, for: 0)
      result.latches.append(
        (define.name, result.system.diagram.add([node], of: own.diagram)[0]))
    }
  }
  for (index, clause) in scope.clauses.enumerated() where !clause.causes.isEmpty {
    var conditions: [FlatDiagram.Entry] = []
    var events: [Int] = []
    for cause in clause.causes {
      if case .event(let name) = cause {
        events += result.system.moves.indices.filter {
          result.system.moves[$0].kind == .event(part: 0) && result.system.moves[$0].name == name
        }
      } else if let condition = scope.condition(of: cause) {
        let node = try own.lower(condition, for: 0)
        conditions += result.system.diagram.add([node], of: own.diagram)
      }
    }
    result.causes[index] = (conditions, events)
  }
}
