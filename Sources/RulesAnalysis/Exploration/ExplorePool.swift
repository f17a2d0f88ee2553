import RulesLanguage

/// The most states that all `explore` of a program may visit together, whatever budgets they name:
/// some hundred megabytes, and as long as anybody waits for in a build.
private let programLimit = 3_000_000

/// Explores every `explore` of the program's pools, in text order, and says what is wrong.
func explorePools(_ program: Program) -> (
  explorations: [PoolExploration], diagnostics: [Diagnostic]
) {
  var explorations: [PoolExploration] = []
  var diagnostics: [Diagnostic] = []
  var remaining = programLimit
  for pool in program.pools {
    for exploration in pool.explorations {
      let limit = min(max(0, exploration.budget), remaining)
      let explored = explore(exploration, of: pool, program, limit: limit)
      remaining -= explored.value.result?.states ?? limit
      explorations.append(explored.value)
      diagnostics += explored.diagnostics
    }
  }
  return (explorations, diagnostics)
}

private func explore(
  _ exploration: PoolModel.Exploration, of pool: PoolModel, _ program: Program, limit: Int
) -> (value: PoolExploration, diagnostics: [Diagnostic]) {
  var value = PoolExploration(pool: pool.name, instances: [], result: nil)
  let subject = Diagnostic.Subject(pool: pool.name)
  do throws(PoolFailure) {
    var instances = try PoolInstances(program, pool, exploration)
    value.instances = instances.names
    try instances.bindRelateds()
    let made = try makeSystem(of: instances)
    let explored = try ExploredPool(made, instances, limit: limit)
    value.result = explored.result
    return (value, explored.findings())
  } catch {
    let diagnostic: Diagnostic
    switch error {
    case .unbound(let what, let position):
      diagnostic = Diagnostic("explore-unbound", at: position, what, about: subject)
    case .circular(let name):
      diagnostic = Diagnostic(
        "explore-unbound", at: exploration.position,
        "\(name) depends on itself through related tasks, so it has no value", about: subject)
    case .tooLarge(let reason):
      diagnostic = Diagnostic(
        "budget", .warning, at: exploration.position,
        "what these instances of \(pool.name) can reach is not known: \(reason)", about: subject)
    }
    return (value, [diagnostic])
  }
}

/// A finished `explore`.
private struct ExploredPool {
  let instances: PoolInstances
  let made: PoolSystem
  let system: TransitionSystem
  let graph: StateGraph
  let incidents: Incidents
  private(set) var result = PoolExploration.Result()
  private var isStuck: [Bool] = []
  private var isStall: [Bool] = []

  init(_ made: PoolSystem, _ instances: PoolInstances, limit: Int) throws(PoolFailure) {
    var system = made.system
    guard let initial = made.initialStates(atMost: limit) else {
      throw .tooLarge("there are more than \(limit) initial states")
    }
    system.initial = initial
    // Products of many outcomes are bounded too: no state has more than some dozen useful ones.
    guard
      let (graph, incidents) = buildGraph(
        of: system, latches: made.latches.map(\.condition),
        within: ExplorationLimits(states: limit, outcomes: limit * 256 + 1_000_000))
    else { throw .tooLarge("there are more than \(limit) states") }
    self.instances = instances
    self.made = made
    self.system = system
    self.graph = graph
    self.incidents = incidents
    summarise()
  }

  private mutating func summarise() {
    result.initial = graph.initial
    result.states = graph.count
    result.transitions = graph.targets.count
    result.depth = graph.depth
    let handling = system.parts.indices.map { part in
      graph.classNames[part].map { Handling($0, system.parts[part].hasGoal) }
    }
    var isGoal = Array(repeating: false, count: graph.count)
    var isCandidate = isGoal
    for state in 0..<graph.count {
      var here = Handling.goal
      for part in handling.indices {
        here = here.with(handling[part][Int(graph.classes[part][state])])
      }
      if here.isUnhandled { result.unhandled += 1 }
      if here.isOverlap { result.overlap += 1 }
      isGoal[state] = here.isGoal
      isCandidate[state] = !here.isGoal && !here.isUnhandled && !here.isOverlap
    }
    result.goal = isGoal.count { $0 }
    isStuck = graph.canReach(isGoal, by: [.dependable, .environment]).map { !$0 }
    isStall = graph.stalls(isCandidate)
    result.stuck = isStuck.count { $0 }
    result.stalls = isStall.count { $0 }
  }

  /// How instances are handled in a state.
  private struct Handling {
    var isGoal: Bool
    var isUnhandled = false
    var isOverlap = false

    static let goal = Handling(isGoal: true)

    init(isGoal: Bool) { self.isGoal = isGoal }

    /// A scope without a goal does not stand in the way of one.
    init(_ stateClass: StateClass, _ hasGoal: Bool) {
      isGoal = !hasGoal
      switch stateClass {
      case .goal: isGoal = true
      case .unhandled: isUnhandled = true
      case .overlap: isOverlap = true
      default: break
      }
    }

    func with(_ other: Handling) -> Handling {
      var both = Handling(isGoal: isGoal && other.isGoal)
      both.isUnhandled = isUnhandled || other.isUnhandled
      both.isOverlap = isOverlap || other.isOverlap
      return both
    }
  }
}

// MARK: Findings

extension ExploredPool {
  func findings() -> [Diagnostic] {
    let trace = TraceText(system: system, graph: graph)
    let subject = Diagnostic.Subject(pool: instances.pool.name)
    var found: [Diagnostic] = []
    for (move, incident) in incidents.broken.sorted(by: { $0.key < $1.key }) {
      guard let clause = system.moves[move].clause else { continue }
      found.append(
        Diagnostic(
          "effect-breaks-always", at: clause.position,
          "what \(clause.name) does can break an `always`",
          notes: trace.notes(to: incident.state, then: move, incident.outcome), about: subject))
    }
    for (move, state) in incidents.impossible.sorted(by: { $0.key < $1.key }) {
      guard let clause = system.moves[move].clause else { continue }
      found.append(
        Diagnostic(
          "effect-impossible", at: clause.position,
          "\(clause.name) fires in a state in which nothing that its `then` says can happen",
          notes: trace.notes(to: state), about: subject))
    }
    let unlatched = incidents.unlatched.sorted {
      ($0.key.move, $0.key.latch) < ($1.key.move, $1.key.latch)
    }
    for (key, incident) in unlatched {
      guard let clause = system.moves[key.move].clause else { continue }
      found.append(
        Diagnostic(
          "stable-broken", .warning, at: clause.position,
          "\(clause.name) can turn `\(made.latches[key.latch].name)` false, which is declared "
            + "stable", notes: trace.notes(to: incident.state, then: key.move, incident.outcome),
          about: subject))
    }
    return found + deadEnds(trace, subject)
  }

  private func deadEnds(_ trace: TraceText, _ subject: Diagnostic.Subject) -> [Diagnostic] {
    let position = instances.exploration.position
    let policies = instances.pool.policies
    if let stall = isStall.firstIndex(of: true) {
      guard let severity = warning(.stall, policies) else { return [] }
      return [
        Diagnostic(
          "stall", severity, at: position,
          "these instances can stall: nothing that one may count on leads out of \(result.stalls) "
            + "of \(result.states) states, and they are not at their goals",
          notes: trace.notes(to: stall, isLost: isStuck) + whoIsWhere(stall), about: subject)
      ]
    }
    guard let stuck = isStuck.firstIndex(of: true), result.unhandled == 0,
      let severity = warning(.unreachable, policies)
    else { return [] }
    return [
      Diagnostic(
        "unreachable-goal", severity, at: position,
        "from \(result.stuck) of \(result.states) states, nothing that one may count on leads these "
          + "instances to their goals",
        notes: trace.notes(to: stuck, isLost: isStuck) + whoIsWhere(stuck), about: subject)
    ]
  }

  /// What each instance that is not at its goal does in a state.
  private func whoIsWhere(_ state: Int) -> [Diagnostic.Note] {
    system.parts.indices.compactMap { part in
      let name = instances.names[made.partInstances[part]]
      let clauses = instances.instances[made.partInstances[part]].scope.clauses
      switch graph.stateClass(state, part: part) {
      case .wait(let waits):
        let first = clauses[waits[0]]
        let causes = waits.flatMap { clauses[$0].causes }.map(\.text).joined(separator: ", ")
        return Diagnostic.Note(
          "note", "\(name) waits for \(causes) (\(first.name))", at: first.position)
      case .rule(let rule):
        return Diagnostic.Note(
          "note", "\(name) fires \(clauses[rule].name)", at: clauses[rule].position)
      default: return nil
      }
    }
  }
}

/// Dead ends of an `explore` are warnings unless a policy says otherwise.
private func warning(
  _ policy: PoolModel.Policy, _ policies: [PoolModel.Policy: PoolModel.Severity]
) -> Diagnostic.Severity? {
  switch policies[policy] {
  case .error: .error
  case .warn, nil: .warning
  case .allow: nil
  }
}
