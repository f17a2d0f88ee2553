import RulesLanguage

/// What exploring a scope found out.
struct ScopeFindings {
  /// What it reaches; nil: not known.
  var value: ScopeExploration?
  var diagnostics: [Diagnostic]
  /// What only stands in the way of generating code.
  var generating: [Diagnostic] = []
}

/// Explores a scope: what it reaches, unless that could not be found out, and what is wrong with it.
///
/// A scope of which nothing says how it starts or changes is not explored when it is large, and no
/// warning says so: every consistent state counts as possible anyway.
func exploreScope(
  _ partition: Partition, _ partitions: [String: Partition],
  _ policies: [PoolModel.Policy: PoolModel.Severity]
) -> ScopeFindings {
  let scope = partition.scope
  do throws(Unexplored) {
    let explored = try explore(partition, others: partitions)
    var found = explored.effectErrors()
    found += explored.deadEnds(policies)
    found += explored.endlessWaits()
    found += explored.uselessClauses()
    found += explored.busyLoopFindings(policies)
    found += explored.brokenLatches()
    return ScopeFindings(
      value: explored.exploration, diagnostics: found,
      generating: explored.busyLoopFindings(policies, isGenerating: true))
  } catch {
    switch error {
    case .noInitial: return ScopeFindings(value: .nothing(of: scope), diagnostics: [])
    case .motionless: return ScopeFindings(value: nil, diagnostics: [])
    case .tooLarge(let reason):
      return ScopeFindings(
        value: nil,
        diagnostics: [
          Diagnostic(
            "budget", .warning, at: scope.position,
            "what \(scope.name) can reach is not known: \(reason)", about: scope.subject)
        ])
    }
  }
}

extension ExploredScope {
  var trace: TraceText { TraceText(system: system, graph: graph) }

  /// Moves in the order in which findings about them are made.
  private func sorted<Value>(_ incidents: [Int: Value]) -> [(move: Int, value: Value)] {
    incidents.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  // MARK: Effects

  /// Outcomes that break an `always`, and rules without an outcome.
  func effectErrors() -> [Diagnostic] {
    var found: [Diagnostic] = []
    for (move, incident) in sorted(incidents.broken) {
      guard let clause = system.moves[move].clause else { continue }
      let broken = brokenAlways(at: incident.outcome)
      var notes = trace.notes(to: incident.state, then: move, incident.outcome)
      notes += broken.map {
        Diagnostic.Note(
          "broken", "always \($0.label.map { "\"\($0)\" " } ?? "")\($0.text)", at: $0.position)
      }
      notes += guardNote(for: move)
      let label = broken.first?.label.map { " \"\($0)\"" } ?? ""
      found.append(
        Diagnostic(
          "effect-breaks-always", at: clause.position,
          "what \(clause.name) does can break the `always`\(label) of \(scope.name)",
          notes: notes, about: scope.subject))
    }
    for (move, state) in sorted(incidents.impossible) {
      guard let clause = system.moves[move].clause else { continue }
      found.append(
        Diagnostic(
          "effect-impossible", at: clause.position,
          "\(clause.name) fires in a state in which nothing that its `then` says can happen",
          notes: trace.notes(to: state) + [Diagnostic.Note("there", trace.text(of: state))],
          about: scope.subject))
    }
    return found
  }

  /// The invariants that do not hold in a state.
  private func brokenAlways(at word: UInt64) -> [AlwaysModel] {
    var lowering = InstanceLowering(
      partition.space.variables, [Instance(scope, partition.space)])
    let state = system.layout.unpack(word)
    return scope.always.filter { always in
      guard let node = try? lowering.lower(always.condition, for: 0) else { return false }
      return lowering.diagram.value(of: node, at: state) == 0
    }
  }

  /// The weakest condition under which a move never breaks an invariant, if there is one that leaves
  /// it anything to do and that fits on a line.
  private func guardNote(for move: Int) -> [Diagnostic.Note] {
    var bad: [[Int]] = []
    var good: [[Int]] = []
    for word in graph.table.words {
      guard let outcomes = system.outcomes(of: move, at: word) else { continue }
      let isGood = outcomes.allSatisfy { system.diagram.holds(system.permitted, at: $0) }
      if isGood {
        good.append(system.layout.unpack(word))
      } else {
        bad.append(system.layout.unpack(word))
      }
    }
    guard let name = system.moves[move].clause?.name,
      let condition = weakestCondition(that: good, without: bad, system.variables)
    else { return [] }
    return [Diagnostic.Note("add", "`when \(condition)` to \(name), and it never breaks it")]
  }

  // MARK: The goal

  /// Stalls, or states from which the goal cannot be reached.
  func deadEnds(_ policies: [PoolModel.Policy: PoolModel.Severity]) -> [Diagnostic] {
    guard let liveness = exploration.liveness else { return [] }
    if let stall = isStall.firstIndex(of: true) {
      guard let severity = severity(.stall, policies) else { return [] }
      return [
        Diagnostic(
          "stall", severity, at: scope.position,
          "\(scope.name) can stall: nothing that one may count on leads out of "
            + "\(liveness.stalls) of \(graph.count) reachable states, and none of them is a goal",
          notes: trace.notes(to: stall, isLost: isStuck) + stallNotes(stall) + stuckNotes(),
          about: scope.subject)
      ]
    }
    guard let stuck = isStuck.firstIndex(of: true), exploration.unhandled == 0,
      let severity = severity(.unreachable, policies),
      let goal = scope.clauses.first(where: \.isGoal)
    else { return [] }
    return [
      Diagnostic(
        "unreachable-goal", severity, at: goal.position,
        "from \(liveness.stuck) of \(graph.count) reachable states of \(scope.name), "
          + "nothing that one may count on leads to its goal",
        notes: trace.notes(to: stuck, isLost: isStuck)
          + [Diagnostic.Note("there", trace.text(of: stuck))] + stuckNotes(), about: scope.subject)
    ]
  }

  /// The state and who keeps it.
  private func stallNotes(_ stall: Int) -> [Diagnostic.Note] {
    let there = Diagnostic.Note("there", trace.text(of: stall))
    switch stateClass(stall) {
    case .rule(let rule):
      let clause = scope.clauses[rule]
      return [
        there,
        Diagnostic.Note(
          "note", "only rule \(clause.name) fires, which changes nothing", at: clause.position),
      ]
    case .wait(let waits):
      return [there]
        + waits.map {
          let clause = scope.clauses[$0]
          let causes = clause.causes.map(\.text).joined(separator: ", ")
          return Diagnostic.Note(
            "note", "wait \(clause.name) waits for \(causes), \(whyNotToCome(clause, stall))",
            at: clause.position)
        }
    default: return [there]
    }
  }

  /// Why nobody can count on what a wait waits for.
  private func whyNotToCome(_ wait: ClauseModel, _ state: Int) -> String {
    let word = graph.table.words[state]
    let events = wait.causes.compactMap { cause -> String? in
      if case .event(let name) = cause { return name }
      return nil
    }
    let possible = events.first { name in
      system.moves.indices.contains {
        system.moves[$0].kind == .event(part: 0) && system.moves[$0].name == name
          && system.isPossible($0, at: word)
      }
    }
    if let possible {
      return "which need never come: say `event \(possible) fair` if it always does in the end"
    }
    if events.count == wait.causes.count {
      return "which cannot come there: it needs another state"
    }
    return "which nothing makes true that one may count on"
  }

  // MARK: Clauses

  /// Waits of which no cause ever comes.
  func endlessWaits() -> [Diagnostic] {
    scope.clauses.indices.compactMap { index in
      guard let causes = made.causes[index] else { return nil }
      var first: Int?
      for state in 0..<graph.count {
        guard case .wait(let waits) = stateClass(state), waits.contains(index) else { continue }
        first = first ?? state
        if canEnd(state, causes.conditions, causes.events) { return nil }
      }
      guard let first else { return nil }
      let clause = scope.clauses[index]
      let names = clause.causes.map(\.text).joined(separator: " nor ")
      return Diagnostic(
        "wait-never-ends", at: clause.position,
        "nothing ends wait \(clause.name): \(clause.causes.count > 1 ? "neither " : "")\(names) "
          + (clause.causes.count > 1 ? "ever comes" : "never comes") + " while it waits",
        notes: trace.notes(to: first) + [Diagnostic.Note("there", trace.text(of: first))],
        about: scope.subject)
    }
  }

  /// Whether a cause holds in a state or comes with one move.
  private func canEnd(
    _ state: Int, _ conditions: [FlatDiagram.Entry], _ events: [Int]
  ) -> Bool {
    let word = graph.table.words[state]
    if events.contains(where: { system.isPossible($0, at: word) }) { return true }
    let targets = graph.targets[graph.firsts[state]..<graph.firsts[state + 1]]
    return conditions.contains { condition in
      system.diagram.holds(condition, at: word)
        || targets.contains {
          system.diagram.holds(condition, at: graph.table.words[Int($0)])
        }
    }
  }

  /// Rules and waits that win somewhere, but in no reachable state.
  func uselessClauses() -> [Diagnostic] {
    scope.clauses.indices.compactMap { index in
      let clause = scope.clauses[index]
      guard !clause.isGoal, partition.wins[index] != DecisionDiagram.never,
        exploration.clauses[index] == 0,
        !graph.table.words.contains(where: {
          system.diagram.holds(system.parts[0].wins[index], at: $0)
        })
      else { return nil }
      return Diagnostic(
        "unreached", .warning, at: clause.position,
        "\(clause.kindName) \(clause.name) never comes into play: no reachable state of "
          + "\(scope.name) needs it", about: scope.subject)
    }
  }

  // MARK: Promises

  /// Moves that turn a `stable` name false.
  func brokenLatches() -> [Diagnostic] {
    let found = incidents.unlatched.sorted {
      ($0.key.move, $0.key.latch) < ($1.key.move, $1.key.latch)
    }
    return found.compactMap { key, incident in
      guard let clause = system.moves[key.move].clause else { return nil }
      let name = made.latches[key.latch].name
      return Diagnostic(
        "stable-broken", .warning, at: clause.position,
        "\(clause.name) can turn `\(name)` false, which is declared stable",
        notes: trace.notes(to: incident.state, then: key.move, incident.outcome),
        about: scope.subject)
    }
  }
}
