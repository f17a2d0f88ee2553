import RulesLanguage

extension NaiveWorld {
  /// What one scope reaches.
  struct Result {
    var initial: Set<State> = []
    var steps: [State: Int] = [:]
    var transitions = 0
    var stuck: Set<State> = []
    var stalls: Set<State> = []
    var busy: Set<String> = []
    /// Rules and events of which an outcome breaks an invariant.
    var breaking: Set<String> = []
    var impossible: Set<String> = []
    var endless: Set<String> = []
    var unreached: Set<String> = []
    var unlatched: Set<String> = []
  }

  func cachedSpace(of place: Place) -> Space {
    if let known = spaces[place.name] { return known }
    let made = space(of: place)
    spaces[place.name] = made
    return made
  }

  private struct Edge { var target: State, move: Int }

  func explore(_ place: Place) -> Result {
    let space = cachedSpace(of: place)
    let moves = ownMoves(space) + guestMoves(space) + environmentMoves(space)
    var result = Result()
    result.initial = space.states.filter { state in
      space.place.variables.allSatisfy { owner, model in
        guard owner == .task || owner == .element, let initially = model.initially else {
          return true
        }
        return assignments(model, owner).filter { isInitial($0, model, initially) }.contains {
          $0.allSatisfy { state.facts[$0.key] == $0.value }
        }
      }
    }
    var edges: [State: [Edge]] = [:]
    var pausing: [State: Set<Int>] = [:]
    var level = result.initial
    var steps = 0
    while !level.isEmpty {
      for state in level { result.steps[state] = steps }
      var next: Set<State> = []
      for state in level {
        var found: [Edge] = []
        for (index, move) in moves.enumerated() {
          guard let alternatives = move.outcomes(state) else { continue }
          if move.rule != nil, alternatives.allSatisfy(\.outcomes.isEmpty) {
            result.impossible.insert(move.clause ?? "")
          }
          for alternative in alternatives {
            for outcome in alternative.outcomes {
              guard isPermitted(outcome.facts, place) else {
                result.breaking.insert(move.clause ?? "")
                continue
              }
              if alternative.pauses {
                pausing[state, default: []].insert(index)
                continue
              }
              found += followed(outcome, space).map { Edge(target: $0, move: index) }
            }
          }
        }
        for valuation in valuations(space.quantifiers) where valuation != state.quantifiers {
          var other = state
          other.quantifiers = valuation
          if space.states.contains(other) { found.append(Edge(target: other, move: -1)) }
        }
        edges[state] = found
        next.formUnion(found.map(\.target))
      }
      level = next.filter { result.steps[$0] == nil }
      steps += 1
    }
    result.transitions = edges.reduce(0) { sum, entry in
      sum + Set(entry.value.map(\.target)).subtracting([entry.key]).count
    }
    judge(&result, space, moves, edges)
    return result
  }

  func isInitial(_ facts: Facts, _ model: VariableModel, _ initially: String) -> Bool {
    switch model.kind {
    case .bool: return facts.values.first == (initially == "true" ? 1 : 0)
    case .enumeration(let type):
      let names = program.enums.first { $0.name == type }?.values ?? []
      return facts.values.first == names.firstIndex(of: initially)
    case .integer: return facts.values.first == Int(initially)
    case .chain: return Set(facts.values).count == 1
    }
  }

  /// The states that an outcome leads to.
  private func followed(_ outcome: State, _ space: Space) -> [State] {
    guard space.extendable.contains(outcome.facts) else { return [] }
    if space.states.contains(outcome) { return [outcome] }
    return valuations(space.quantifiers).compactMap { valuation in
      var valued = outcome
      valued.quantifiers = valuation
      return space.states.contains(valued) ? valued : nil
    }
  }

  private func judge(
    _ result: inout Result, _ space: Space, _ moves: [Move], _ edges: [State: [Edge]]
  ) {
    let place = space.place
    let clauses = place.body.clauses
    var classes: [State: Class] = [:]
    for state in result.steps.keys { classes[state] = classify(state, place) }
    func isEnvironment(_ edge: Edge) -> Bool { edge.move < 0 || moves[edge.move].isEnvironment }
    func isDependable(_ edge: Edge) -> Bool { edge.move < 0 || moves[edge.move].isDependable }
    func reach(_ start: State, _ isFollowed: (Edge) -> Bool) -> Set<State> {
      var reached: Set<State> = [start]
      var open = [start]
      while let state = open.popLast() {
        for edge in edges[state] ?? [] where isFollowed(edge) {
          if reached.insert(edge.target).inserted { open.append(edge.target) }
        }
      }
      return reached
    }

    let hasGoal = clauses.contains {
      if case .goal = $0.kind { return true }
      return false
    }
    for state in hasGoal ? Array(result.steps.keys) : [] {
      if !reach(state, isDependable).contains(where: { classes[$0] == .goal }) {
        result.stuck.insert(state)
      }
      let around = reach(state, isEnvironment)
      let isQuiet = around.allSatisfy { other in
        winners(other, place) == winners(state, place)
          && !(edges[other] ?? []).contains {
            !isEnvironment($0) && isDependable($0) && $0.target != other
          }
      }
      switch classes[state] {
      case .rule, .wait: if isQuiet { result.stalls.insert(state) }
      default: break
      }
    }

    func isRuleOutcome(_ edge: Edge) -> Bool { edge.move >= 0 && moves[edge.move].rule != nil }
    for (state, stateClass) in classes {
      guard case .rule(let rule) = stateClass, !result.busy.contains(clauses[rule].name) else {
        continue
      }
      for edge in edges[state] ?? [] where isRuleOutcome(edge) {
        if reach(edge.target, isRuleOutcome).contains(state) {
          result.busy.insert(clauses[rule].name)
        }
      }
    }

    for (index, clause) in clauses.enumerated() {
      if case .goal = clause.kind { continue }
      let winning = space.states.contains { winners($0, place).contains(index) }
      let reached = result.steps.keys.filter { winners($0, place).contains(index) }
      if winning, reached.isEmpty { result.unreached.insert(clause.name) }
      guard case .wait(let causes, _) = clause.kind, !causes.isEmpty else { continue }
      let waiting = reached.filter { classes[$0] == .wait }
      let ends = waiting.contains { state in
        causes.contains { cause in
          if case .event(let name) = cause {
            return moves.contains {
              $0.event == name && $0.outcomes(state)?.contains { !$0.outcomes.isEmpty } == true
            }
          }
          guard let condition = condition(of: cause, place) else { return false }
          return holds(condition, state, place)
            || (edges[state] ?? []).contains { holds(condition, $0.target, place) }
        }
      }
      if !waiting.isEmpty, !ends { result.endless.insert(clause.name) }
    }

    var latches: [Condition] = []
    for (owner, model) in place.variables where model.isStable {
      let fact = FactReference(owner, model.name)
      if space.facts.contains(fact) { latches.append(.fact(fact)) }
    }
    for (owner, body) in [
      (FactReference.Owner.task, place.task.body), (.element, place.each?.body ?? ScopeBody()),
    ] {
      for define in body.defines where define.isStable {
        var mentioned = Space(place: place)
        mention(.define(owner, define.name), &mentioned)
        guard mentioned.related.isEmpty, mentioned.quantifiers.isEmpty else { continue }
        latches.append(.define(owner, define.name))
      }
    }
    for (state, found) in edges {
      for edge in found where edge.move >= 0 && moves[edge.move].clause != nil {
        let isBroken = latches.contains {
          holds($0, state, place) && !holds($0, edge.target, place)
        }
        if isBroken { result.unlatched.insert(moves[edge.move].clause ?? "") }
      }
    }
  }
}
