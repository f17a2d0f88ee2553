import RulesLanguage

/// The most states that all `explore` of a program may keep together, whatever budgets they name:
/// some hundred megabytes, and as long as anybody waits for in a build. Of states in which instances
/// of an each have changed places one is kept, and the budget counts all.
private let programLimit = 3_000_000

/// Explores every `explore` of the program's pools, in text order, and says what is wrong.
///
/// - Parameter keepsAll: whether every state is kept, though instances can change places: the same
///   numbers, at a higher price.
package func explorePools(_ program: Program, keepsAll: Bool = false) -> (
  explorations: [PoolExploration], diagnostics: [Diagnostic]
) {
  var explorations: [PoolExploration] = []
  var diagnostics: [Diagnostic] = []
  var remaining = programLimit
  for pool in program.pools {
    for exploration in pool.explorations {
      let limits = ExplorationLimits(
        states: max(0, exploration.budget), kept: remaining,
        // Products of many outcomes are bounded too: no state has more than some dozen useful ones.
        outcomes: min(max(0, exploration.budget), remaining) * 256 + 1_000_000)
      let explored = explore(exploration, of: pool, program, within: limits, keepsAll)
      remaining -= explored.kept
      explorations.append(explored.value)
      diagnostics += explored.diagnostics
    }
  }
  return (explorations, diagnostics)
}

private func explore(
  _ exploration: PoolModel.Exploration, of pool: PoolModel, _ program: Program,
  within limits: ExplorationLimits, _ keepsAll: Bool
) -> (value: PoolExploration, kept: Int, diagnostics: [Diagnostic]) {
  var value = PoolExploration(pool: pool.name, instances: [], result: nil)
  let subject = Diagnostic.Subject(pool: pool.name)
  do throws(PoolFailure) {
    var instances = try PoolInstances(program, pool, exploration)
    value.instances = instances.names
    try instances.bindRelateds()
    var made = try makeSystem(of: instances)
    if keepsAll { made.system.symmetry = Symmetry() }
    let explored = try ExploredPool(made, instances, within: limits)
    value.result = explored.result
    value.kept = explored.graph.count
    return (value, explored.graph.count, explored.findings())
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
    return (value, min(limits.states, limits.kept), [diagnostic])
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

  init(
    _ made: PoolSystem, _ instances: PoolInstances, within limits: ExplorationLimits
  ) throws(PoolFailure) {
    var system = made.system
    guard let initial = made.initialStates(atMost: min(limits.states, limits.kept)) else {
      throw .tooLarge("there are more than \(min(limits.states, limits.kept)) initial states")
    }
    system.initial = initial
    guard
      let (graph, incidents) = buildGraph(
        of: system, latches: made.latches.map(\.condition), within: limits)
    else {
      let isWithinBudget = limits.kept < limits.states
      throw .tooLarge(
        isWithinBudget
          ? "more than \(limits.kept) states would have to be kept"
          : "there are more than \(limits.states) states")
    }
    self.instances = instances
    self.made = made
    self.system = system
    self.graph = graph
    self.incidents = incidents
    summarise()
  }

  private mutating func summarise() {
    result.initial = graph.initial
    result.states = graph.states
    result.transitions = graph.transitions
    result.depth = graph.depth
    let isGoal = graph.handling.map { !$0.contains(.notGoal) }
    let isCandidate = graph.handling.map { $0 == .notGoal }
    isStuck = graph.canReach(isGoal, by: [.dependable, .environment]).map { !$0 }
    isStall = graph.stalls(isCandidate) { first, second in
      let words = graph.table.words
      return system.parts.indices.allSatisfy {
        system.stateClass(of: words[first], part: $0)
          == system.stateClass(of: words[second], part: $0)
      }
    }
    let all = 0..<graph.count
    result.goal = graph.weight(of: all) { !graph.handling[$0].contains(.notGoal) }
    result.unhandled = graph.weight(of: all) { graph.handling[$0].contains(.unhandled) }
    result.overlap = graph.weight(of: all) { graph.handling[$0].contains(.overlap) }
    result.stuck = graph.weight(of: all) { isStuck[$0] }
    result.stalls = graph.weight(of: all) { isStall[$0] }
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
          notes: trace.notes(to: stall, isLost: isStuck) + whoIsWhere(stall, trace)
            + circle(trace.way(to: stall).last?.word ?? 0), about: subject)
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
        notes: trace.notes(to: stuck, isLost: isStuck) + whoIsWhere(stuck, trace), about: subject)
    ]
  }

  /// What each instance that is not at its goal does in a state.
  private func whoIsWhere(_ state: Int, _ trace: TraceText) -> [Diagnostic.Note] {
    let word = trace.way(to: state).last?.word ?? 0
    return system.parts.indices.compactMap { part in
      let name = instances.names[made.partInstances[part]]
      let clauses = instances.instances[made.partInstances[part]].scope.clauses
      switch system.stateClass(of: word, part: part) {
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

// MARK: Waiting in a circle

extension ExploredPool {
  /// `Segment 1 waits for Segment 2 (following.ready), which waits for Segment 1 (prior.ready)`, if
  /// tasks wait for each other in a state.
  private func circle(_ word: UInt64) -> [Diagnostic.Note] {
    var waits: [Int: [(task: Int, cause: String)]] = [:]
    for part in system.parts.indices {
      let instance = made.partInstances[part]
      guard case .wait(let clauses) = system.stateClass(of: word, part: part) else { continue }
      for cause in clauses.flatMap({ instances.instances[instance].scope.clauses[$0].causes }) {
        guard case .related(let related, _) = cause,
          case .instance(let other)? = instances.instances[instance].neighbours[related]
        else { continue }
        waits[instances.tasks[instance], default: []].append((other, cause.text))
      }
    }
    for start in waits.keys.sorted() {
      guard let way = circle(from: start, waits) else { continue }
      let text = way.map { "waits for \(instances.names[$0.task]) (\($0.cause))" }
        .joined(separator: ", which ")
      return [Diagnostic.Note("circle", "\(instances.names[start]) \(text)")]
    }
    return []
  }

  /// A shortest way from a task back to it, by what is waited for.
  private func circle(
    from start: Int, _ waits: [Int: [(task: Int, cause: String)]]
  ) -> [(task: Int, cause: String)]? {
    var ways: [[(task: Int, cause: String)]] = [[]]
    var seen: Set<Int> = []
    while !ways.isEmpty {
      let way = ways.removeFirst()
      for next in waits[way.last?.task ?? start] ?? [] {
        if next.task == start { return way + [next] }
        if seen.insert(next.task).inserted { ways.append(way + [next]) }
      }
    }
    return nil
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
