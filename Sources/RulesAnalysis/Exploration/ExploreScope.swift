import RulesLanguage

/// What a scope may cost: about a second in a debug build, in which every `swift build` explores.
private let scopeLimits = ExplorationLimits(states: 100_000, outcomes: 1_000_000)
/// Quantifier atoms of one scope: all their valuations are tried after every move.
private let quantifierLimit = 12

/// What exploring one scope found, with what the findings about it need.
struct ExploredScope {
  var partition: Partition
  var made: ScopeSystem
  var graph: StateGraph
  var incidents: Incidents
  var exploration: ScopeExploration
  /// By state; empty for a scope without a goal.
  var isStuck: [Bool] = []
  var isStall: [Bool] = []
  /// Rules that can fire again and again, each with a way round.
  var busy: [(clause: Int, loop: [Int])] = []

  var system: TransitionSystem { made.system }
  var scope: Scope { partition.scope }

  /// The class of a state.
  func stateClass(_ state: Int) -> StateClass {
    graph.stateClass(state)
  }
}

/// Why the reachable states of a scope are not known.
enum Unexplored: Error {
  /// No state is initial; said elsewhere.
  case noInitial
  /// Nothing says how the scope starts or changes: every consistent state is as good as any.
  case motionless
  case tooLarge(String)
}

/// Explores one scope: its own rules and events, those of others that change what it sees, and the
/// environment.
///
/// - Parameter others: the analysed scopes of the program, by name.
func explore(
  _ partition: Partition, others: [String: Partition]
) throws(Unexplored) -> ExploredScope {
  guard let layout = WordLayout(partition.space.variables) else {
    let bits = partition.space.variables.reduce(0) { $0 + $1.bitWidth }
    throw .tooLarge("a state takes \(bits) bits, and at most \(WordLayout.limit) are explored")
  }
  let quantifiers = partition.space.variables.count { $0.isQuantifier }
  guard quantifiers <= quantifierLimit else {
    throw .tooLarge("\(quantifiers) quantifiers have too many valuations")
  }
  let made: ScopeSystem
  let initial: [UInt64]?
  do {
    made = try makeSystem(of: partition, layout, others: others)
    var diagram = partition.diagram
    let node = try diagram.and(partition.lowered.consistent, partition.lowered.initial)
    guard node != DecisionDiagram.never else { throw Unexplored.noInitial }
    initial = diagram.words(
      of: node, variables: partition.space.variables.count, layout, limit: scopeLimits.states)
  } catch let failure as AnalysisFailure {
    throw .tooLarge(failure.text)
  } catch {
    throw .noInitial
  }
  guard let initial else {
    guard made.hasDynamics else { throw .motionless }
    throw .tooLarge("it has more than \(scopeLimits.states) initial states")
  }
  var complete = made
  complete.system.initial = initial
  guard
    let (graph, incidents) = buildGraph(
      of: complete.system, latches: made.latches.map(\.condition), within: scopeLimits)
  else {
    guard made.hasDynamics else { throw .motionless }
    throw .tooLarge(
      "more than \(scopeLimits.states) states, or \(scopeLimits.outcomes) moves, were found")
  }
  return ExploredScope(partition, complete, graph, incidents)
}

extension StateVariable {
  fileprivate var isQuantifier: Bool {
    if case .quantifier = origin { return true }
    return false
  }
}

extension ExploredScope {
  init(
    _ partition: Partition, _ made: ScopeSystem, _ graph: StateGraph, _ incidents: Incidents
  ) {
    self.partition = partition
    self.made = made
    self.graph = graph
    self.incidents = incidents
    exploration = ScopeExploration(
      reached: ReachedScopeStates(
        graph: graph, layout: made.system.layout,
        moveNames: made.system.moves.map(\.name),
        othersName: made.system.valuations?.name ?? ""))
    exploration.initial = graph.initial
    exploration.states = graph.states
    exploration.transitions = graph.transitions
    exploration.depth = graph.depth
    exploration.clauses = scope.clauses.map { _ in 0 }
    countClasses()
    if made.system.parts[0].hasGoal { findDeadEnds() }
    busy = Self.busyLoops(graph, incidents, made.system)
    exploration.firings = graph.longestFiring(isEndless: !busy.isEmpty)
    exploration.busy = busy.map { scope.clauses[$0.clause].name }
  }

  private mutating func countClasses() {
    var counts = Array(repeating: 0, count: graph.classNames.count)
    for leaf in graph.classes { counts[Int(leaf)] += 1 }
    for (leaf, count) in counts.enumerated() {
      switch graph.classNames[leaf] {
      case .rule(let rule):
        exploration.rule += count
        exploration.clauses[rule] += count
      case .goal(let goals):
        exploration.goal += count
        for goal in goals { exploration.clauses[goal] += count }
      case .wait(let waits):
        exploration.wait += count
        for wait in waits { exploration.clauses[wait] += count }
      case .unhandled: exploration.unhandled += count
      case .overlap: exploration.overlap += count
      case .broken, .inconsistent: break
      }
    }
  }

  private mutating func findDeadEnds() {
    let isGoal = graph.handling.map { !$0.contains(.notGoal) }
    let isCandidate = graph.handling.map { $0 == .notGoal }
    isStuck = graph.canReach(isGoal, by: [.dependable, .environment]).map { !$0 }
    isStall = graph.stalls(isCandidate) { graph.classes[$0] == graph.classes[$1] }
    exploration.liveness = ScopeExploration.Liveness(
      reachable: exploration.goal, stuck: isStuck.count { $0 },
      stuckSteps: isStuck.firstIndex(of: true).map(graph.steps(to:)),
      stalls: isStall.count { $0 },
      stallSteps: isStall.firstIndex(of: true).map(graph.steps(to:)))
  }
}
