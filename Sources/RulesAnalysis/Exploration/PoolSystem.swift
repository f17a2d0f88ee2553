import RulesLanguage

/// The transition system of an `explore`: the moves of each instance, one at a time, and the
/// environment's. Quantifiers and names of related instances have their true values.
struct PoolSystem {
  var system: TransitionSystem
  /// For each part its instance.
  var partInstances: [Int] = []
  /// Promises, with their names.
  var latches: [(name: String, condition: FlatDiagram.Entry)] = []
  /// The initial states, and the diagram of the condition.
  var initial: (condition: DecisionDiagram.Node, diagram: DecisionDiagram)

  /// Ascending; nil if there are more than `limit`.
  func initialStates(atMost limit: Int) -> [UInt64]? {
    initial.diagram.words(
      of: initial.condition, variables: system.variables.count, system.layout, limit: limit)
  }
}

func makeSystem(of pool: PoolInstances) throws(PoolFailure) -> PoolSystem {
  guard let layout = WordLayout(pool.variables) else {
    let bits = pool.variables.reduce(0) { $0 + $1.bitWidth }
    throw .tooLarge("a state takes \(bits) bits, and at most \(WordLayout.limit) are explored")
  }
  do throws(AnalysisFailure) {
    var builder = PoolSystemBuilder(pool, layout)
    try builder.build()
    return builder.result
  } catch {
    throw .tooLarge(error.text)
  }
}

private struct PoolSystemBuilder {
  let pool: PoolInstances
  let layout: WordLayout
  var lowering: InstanceLowering
  var result: PoolSystem

  init(_ pool: PoolInstances, _ layout: WordLayout) {
    self.pool = pool
    self.layout = layout
    lowering = InstanceLowering(pool.variables, pool.instances)
    result = PoolSystem(
      system: TransitionSystem(
        variables: pool.variables, layout: layout, diagram: FlatDiagram(layout)),
      initial: (DecisionDiagram.never, lowering.diagram))
    result.system.owners = pool.owners.map { pool.names[$0] }
  }

  mutating func build() throws(AnalysisFailure) {
    var always = DecisionDiagram.always
    for index in pool.instances.indices {
      let own = try lowering.always(of: index)
      always = try lowering.diagram.and(always, own)
      if own != DecisionDiagram.always { result.system.invariants.append(add(own)) }
    }
    result.system.symmetry = pool.symmetry(layout)
    result.system.permitted = add(always)
    result.system.consistent = result.system.permitted
    var initial = always
    for (index, variable) in pool.variables.enumerated() {
      guard let value = variable.initialValue else { continue }
      initial = try lowering.diagram.and(
        initial, try lowering.diagram.literal(index, in: [value]))
    }
    result.initial = (initial, lowering.diagram)
    for index in pool.instances.indices { try addInstance(index) }
    let changed = changedFacts(pool.program)
    for (index, variable) in pool.variables.enumerated() {
      guard case .related(let related, let name) = variable.origin else { continue }
      let scope = pool.instances[pool.owners[index]].scope
      let isChanged = dependencies(of: .related(related, name), in: scope).contains {
        changed.contains($0.fact)
      }
      guard isChanged else { continue }
      result.system.moves += environmentMoves(
        of: index, variable, isStable: scope.isStable(related, name), layout)
    }
  }

  private mutating func add(_ node: DecisionDiagram.Node) -> FlatDiagram.Entry {
    result.system.diagram.add([node], of: lowering.diagram)[0]
  }

  private mutating func addInstance(_ index: Int) throws(AnalysisFailure) {
    let scope = pool.instances[index].scope
    let overrulers = overrulers(scope.clauses)
    var wins: [DecisionDiagram.Node] = []
    for clause in scope.clauses.indices {
      wins.append(try lowering.wins(clause, of: index, overrulers))
    }
    let part = result.system.parts.count
    if !scope.clauses.isEmpty { try addPart(index, wins) }
    for action in Action.all(of: scope) {
      let condition =
        action.isRule
        ? wins[action.index]
        : try lowering.lower(scope.body.events[action.index].condition, for: index)
      result.system.moves.append(
        Move(
          name: "\(action.name) of \(pool.names[index])",
          kind: action.isRule ? .rule(part: part, clause: action.index) : .event(part: part),
          owner: pool.names[index],
          clause: (action.name, action.position), isDependable: action.isDependable,
          condition: add(condition), alternatives: try alternatives(of: action, index)))
    }
    for define in scope.body.defines where define.isStable {
      let node = try lowering.lower(define.condition, for: index)
      result.latches.append((define.name, add(node)))
    }
    for (slot, variable) in pool.variables.enumerated() where pool.owners[slot] == index {
      guard case .fact(_, let model) = variable.origin, model.isStable else { continue }
      let node = try lowering.diagram.literal(slot, in: [1])
      result.latches.append((model.name, add(node)))
    }
  }

  /// The scope's classes: a diagram whose leaves are the sets of winners.
  private mutating func addPart(
    _ index: Int, _ wins: [DecisionDiagram.Node]
  ) throws(AnalysisFailure) {
    let clauses = pool.instances[index].scope.clauses
    var winners: [[Int]] = [[]]
    var known: [[Int]: Int] = [[]: 0]
    var root = try lowering.diagram.constant(0)
    for clause in clauses.indices {
      root = try lowering.diagram.apply(root, wins[clause]) { leaf, isWinner in
        guard isWinner == 1 else { return leaf }
        let next = winners[leaf] + [clause]
        if let number = known[next] { return number }
        known[next] = winners.count
        winners.append(next)
        return winners.count - 1
      }
    }
    result.partInstances.append(index)
    result.system.parts.append(
      TransitionSystem.Part(
        clauses: clauses, wins: wins.map { add($0) }, root: add(root),
        classes: winners.map { StateClass(winners: $0, clauses) }, winners: winners))
  }

  /// What an action does to the variables: a change at task level to all its elements, one of a
  /// related task to that instance, if it is one.
  private func alternatives(
    of action: Action, _ index: Int
  ) throws(AnalysisFailure) -> [Move.Alternative] {
    let instance = pool.instances[index]
    return try action.effects.map { effect throws(AnalysisFailure) in
      var alternative = Move.Alternative()
      alternative.isPause = effect.isPause
      var groups = VariableChange.grouped(effect.changes) { target in
        switch target {
        case .fact(let fact): return instance.facts[fact]
        case .every: return nil
        case .related(let name, let fact):
          guard case .instance(let other)? = instance.neighbours[name] else {
            return instance.related[RelatedName(related: name, name: fact)]
          }
          return pool.instances[other].facts[FactReference(.task, fact)]
        }
      }
      let eaches = effect.changes.compactMap { change -> String? in
        if case .every(let each, _) = change.target { return each }
        return nil
      }
      for element in Array(Set(eaches)).sorted().flatMap({ instance.elements[$0] ?? [] }) {
        let facts = pool.instances[element].facts
        let each = pool.instances[element].scope.each?.name
        groups += VariableChange.grouped(effect.changes) { target in
          guard case .every(each, let fact) = target else { return nil }
          return facts[FactReference(.element, fact)]
        }
      }
      for group in groups {
        let outcomes = try checkedOutcomes(of: pool.variables[group.slot], group.changes)
        alternative.add(outcomes, of: group.slot, layout)
      }
      return alternative
    }
  }
}

extension StateClass {
  /// The class of a consistent state in which these clauses win.
  init(winners: [Int], _ clauses: [ClauseModel]) {
    let rules = winners.filter { clauses[$0].isRule }
    let goals = winners.filter { clauses[$0].isGoal }
    if let rule = rules.first {
      self = winners.count == 1 ? .rule(rule) : .overlap(rule)
    } else if !goals.isEmpty {
      self = .goal(goals)
    } else {
      self = winners.isEmpty ? .unhandled : .wait(winners)
    }
  }
}
