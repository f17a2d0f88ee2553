// How the reachable states are found.
//
// The naive way is to keep a set of states, to start with the initial ones, and to add what any
// move makes of any state in it until nothing new appears; the tests do that. Here the same is done
// breadth first: states are numbered as they are found and taken in that order, so that the first
// way found to a state is a shortest one, a number tells the steps, and remembering for each state
// where it came from gives a shortest trace. A state is one machine word; what a move does to it is
// a few bits cleared and set; and whether a move is possible is a walk through a flat diagram.

/// What happened while the graph was built; the first time each.
struct Incidents {
  /// A move's outcome that breaks an invariant: from which state, and to which word.
  var broken: [Int: (state: Int, outcome: UInt64)] = [:]
  /// A rule that wins and has no outcome: in which state.
  var impossible: [Int: Int] = [:]
  /// A rule that can fire again and again without changing anything: in which state.
  var idle: [Int: Int] = [:]
  /// A move that turns a latch false, by latch and move.
  var unlatched: [Unlatching: (state: Int, outcome: UInt64)] = [:]

  struct Unlatching: Hashable {
    var latch: Int
    var move: Int
  }
}

/// How much exploring may cost.
struct ExplorationLimits {
  /// States found.
  var states: Int
  /// Outcomes tried.
  var outcomes: Int
}

/// Explores a system breadth first; nil when it is larger than the limits.
///
/// `latches` are conditions that no rule or event should turn false.
func buildGraph(
  of system: TransitionSystem, latches: [FlatDiagram.Entry] = [], within limits: ExplorationLimits
) -> (graph: StateGraph, incidents: Incidents)? {
  guard system.initial.count <= limits.states else { return nil }
  var builder = GraphBuilder(system: system, latches: latches, limits: limits)
  return builder.run() ? (builder.graph, builder.incidents) : nil
}

private struct GraphBuilder {
  let system: TransitionSystem
  let latches: [FlatDiagram.Entry]
  let limits: ExplorationLimits
  var graph = StateGraph()
  var incidents = Incidents()
  private var triedOutcomes = 0

  /// The state whose moves are being made, and its edges so far.
  private var source = 0
  private var word: UInt64 = 0
  /// For each state the source that has an edge to it, and that edge.
  private var lastSource: [Int32] = []
  private var lastEdge: [Int32] = []
  private var isLatched: [Bool] = []

  init(system: TransitionSystem, latches: [FlatDiagram.Entry], limits: ExplorationLimits) {
    self.system = system
    self.latches = latches
    self.limits = limits
  }

  /// Whether it could be finished.
  mutating func run() -> Bool {
    graph.classes = system.parts.map { _ in [] }
    graph.classNames = system.parts.map(\.classes)
    for word in system.initial { _ = number(of: word, move: -1, parent: -1) }
    graph.levels = [0]
    var level = 0
    while source < graph.count {
      if source == level {
        graph.levels.append(graph.count)
        level = graph.count
      }
      word = graph.table.words[source]
      isLatched = latches.map { system.diagram.holds($0, at: word) }
      for index in system.parts.indices { graph.classes[index].append(Int32(stateClass(index))) }
      for index in system.moves.indices
      where system.diagram.holds(system.moves[index].condition, at: word) {
        make(index)
        if graph.count > limits.states || triedOutcomes > limits.outcomes { return false }
      }
      revalue()
      if graph.count > limits.states || triedOutcomes > limits.outcomes { return false }
      graph.firsts.append(graph.targets.count)
      source += 1
    }
    return true
  }

  /// The number of the state's class in a part.
  private mutating func stateClass(_ index: Int) -> Int {
    if let root = system.parts[index].root { return system.diagram.value(root, at: word) }
    let part = system.parts[index]
    let winners = part.wins.indices.filter { system.diagram.holds(part.wins[$0], at: word) }
    let name = StateClass(winners: winners, part.clauses)
    if let known = graph.classNames[index].firstIndex(of: name) { return known }
    graph.classNames[index].append(name)
    return graph.classNames[index].count - 1
  }

  private mutating func make(_ index: Int) {
    let before = triedOutcomes
    var edge = StateGraph.Edge.other
    switch system.moves[index].kind {
    case .environment: edge = .environment
    case .rule: edge = [.dependable, .rule]
    case .event, .guest: if system.moves[index].isDependable { edge = .dependable }
    }
    for alternative in system.moves[index].alternatives {
      guard system.diagram.holds(alternative.condition, at: word) else { continue }
      let base = word & ~alternative.clear | alternative.set
      if alternative.updates.isEmpty {
        accept(base, index, alternative.isPause ? edge.subtracting(.rule) : edge)
      } else {
        update(base, alternative.updates, 0, index, edge)
      }
    }
    if case .rule = system.moves[index].kind, triedOutcomes == before,
      incidents.impossible[index] == nil
    {
      incidents.impossible[index] = source
    }
  }

  /// Every combination of the outcomes of the updates from the given one on; the depth is the
  /// number of facts that one alternative changes.
  private mutating func update(
    _ outcome: UInt64, _ updates: [Move.Update], _ next: Int, _ move: Int, _ edge: StateGraph.Edge
  ) {
    guard next < updates.count else { return accept(outcome, move, edge) }
    let update = updates[next]
    for value in update.outcomes[update.value(in: word)] {
      guard triedOutcomes <= limits.outcomes else { return }
      self.update(outcome & ~update.mask | value, updates, next + 1, move, edge)
    }
  }

  /// Follows an outcome of a move, unless it cannot be.
  private mutating func accept(_ outcome: UInt64, _ move: Int, _ edge: StateGraph.Edge) {
    triedOutcomes &+= 1
    if system.diagram.holds(system.consistent, at: outcome) {
      follow(outcome, move, edge)
    } else if !system.diagram.holds(system.permitted, at: outcome) {
      if incidents.broken[move] == nil { incidents.broken[move] = (source, outcome) }
    } else if let valuations = system.valuations {
      var valuation: UInt64 = 0
      while valuation < valuations.count, triedOutcomes <= limits.outcomes {
        let valued = outcome & ~valuations.mask | valuation &<< valuations.shift
        if system.diagram.holds(system.consistent, at: valued) { follow(valued, move, edge) }
        valuation += 1
        triedOutcomes &+= 1
      }
    }
  }

  /// The environment's change of all quantifiers.
  private mutating func revalue() {
    guard let valuations = system.valuations else { return }
    var valuation: UInt64 = 0
    while valuation < valuations.count, triedOutcomes <= limits.outcomes {
      let valued = word & ~valuations.mask | valuation &<< valuations.shift
      if valued != word, system.diagram.holds(system.consistent, at: valued) {
        follow(valued, -1, .environment)
      }
      valuation += 1
      triedOutcomes &+= 1
    }
  }

  private mutating func follow(_ outcome: UInt64, _ move: Int, _ edge: StateGraph.Edge) {
    if outcome == word {
      noteIdle(move, edge)
      return
    }
    noteLatches(outcome, move)
    let target = number(of: outcome, move: move, parent: source)
    if lastSource[target] == Int32(truncatingIfNeeded: source) {
      graph.edges[Int(lastEdge[target])].formUnion(edge)
    } else {
      lastSource[target] = Int32(truncatingIfNeeded: source)
      lastEdge[target] = Int32(graph.targets.count)
      graph.targets.append(Int32(truncatingIfNeeded: target))
      graph.edges.append(edge)
    }
  }

  private mutating func number(of word: UInt64, move: Int, parent: Int) -> Int {
    let number = graph.table.insert(word)
    if number == graph.parents.count {
      graph.parents.append(Int32(truncatingIfNeeded: parent))
      graph.parentMoves.append(Int32(truncatingIfNeeded: move))
      lastSource.append(-1)
      lastEdge.append(-1)
    }
    return number
  }

  private mutating func noteIdle(_ move: Int, _ edge: StateGraph.Edge) {
    guard edge.contains(.rule), case .rule(let part, let clause) = system.moves[move].kind else {
      return
    }
    if graph.stateClass(source, part: part) == .rule(clause), incidents.idle[move] == nil {
      incidents.idle[move] = source
    }
  }

  private mutating func noteLatches(_ outcome: UInt64, _ move: Int) {
    guard move >= 0, system.moves[move].clause != nil else { return }
    for latch in latches.indices
    where isLatched[latch] && !system.diagram.holds(latches[latch], at: outcome) {
      let key = Incidents.Unlatching(latch: latch, move: move)
      if incidents.unlatched[key] == nil { incidents.unlatched[key] = (source, outcome) }
    }
  }
}
