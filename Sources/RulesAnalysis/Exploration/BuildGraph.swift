// How the reachable states are found.
//
// The naive way is to keep a set of states, to start with the initial ones, and to add what any
// move makes of any state in it until nothing new appears; the tests do that. Here the same is done
// breadth first: states are numbered as they are found and taken in that order, so that the first
// way found to a state is a shortest one, a number tells the steps, and remembering for each state
// where it came from gives a shortest trace.
//
// What makes it fast:
// - A state is one machine word; what a move does to it is a few bits cleared and set.
// - The class of a part is one walk through a flat diagram, and it says which of the part's rules
//   can fire: rules need no conditions of their own.
// - A move breaks no invariant but those about what it changes: only these are checked.
// - Of states that differ only in which instance of an each is which, one is kept (`Symmetry`).
// - Everything is read and written through plain pointers and in plain loops: `swift build` runs the
//   compiler as a debug build, in which an array access is a call.

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
  /// States found, those that a kept one stands for included.
  var states: Int
  /// States kept.
  var kept = Int.max
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
  var search = GraphSearch(system: system, latches: latches, limits: limits)
  defer { search.deallocate() }
  return search.run() ? (search.graph(), search.incidents) : nil
}

private struct GraphSearch {
  let system: TransitionSystem
  let latches: [FlatDiagram.Entry]
  let limits: ExplorationLimits
  var incidents = Incidents()

  private let flat: FlatSystem
  private let symmetry: FlatSymmetry
  private let code: UnsafePointer<Int32>
  private let hasLatches: Bool
  private let hasOnePart: Bool
  private let lacksRoot: Bool
  private var states: StateMemory
  private var edges: EdgeMemory
  private var levels = [0]
  private var classNames: [StateClass]

  private var triedOutcomes = 0
  private var totalStates = 0
  private var transitions = 0
  /// The state whose moves are being made, how many it stands for, and which rules win in it.
  private var source = 0
  private var word: UInt64 = 0
  private var weight = 1
  private let winners: UnsafeMutablePointer<UInt64>
  private var isLatched: [Bool] = []

  init(system: TransitionSystem, latches: [FlatDiagram.Entry], limits: ExplorationLimits) {
    self.system = system
    self.latches = latches
    self.limits = limits
    flat = FlatSystem(system)
    symmetry = FlatSymmetry(system.symmetry)
    code = flat.code.base
    hasLatches = !latches.isEmpty
    hasOnePart = system.parts.count == 1
    lacksRoot = system.parts.contains { $0.root == nil }
    states = StateMemory()
    edges = EdgeMemory()
    classNames = system.parts.count == 1 ? system.parts[0].classes : []
    winners = UnsafeMutablePointer.allocate(capacity: max(1, system.parts.count))
  }

  func deallocate() {
    flat.deallocate()
    symmetry.deallocate()
    states.deallocate()
    edges.deallocate()
    winners.deallocate()
  }

  /// Whether it could be finished.
  mutating func run() -> Bool {
    for word in system.initial {
      _ = number(of: symmetry.representative(of: word, changed: ~0), move: -1, parent: -1)
    }
    var level = 0
    while source < states.count {
      if source == level {
        levels.append(states.count)
        level = states.count
      }
      word = states.words[source]
      weight = Int(states.weights[source])
      if hasLatches { isLatched = latches.map { system.diagram.holds($0, at: word) } }
      classify()
      edges.startSource()
      var index = 0
      while index < flat.moves.count {
        let move = flat.moves.base + index
        let isPossible =
          move.pointee.part >= 0
          ? winners[Int(move.pointee.part)] & move.pointee.winner != 0
          : FlatDiagram.value(move.pointee.condition, at: word, code) == 1
        if isPossible {
          make(move, index)
          if isTooLarge { return false }
        }
        index &+= 1
      }
      if system.valuations != nil {
        revalue()
        if isTooLarge { return false }
      }
      states.firsts[source &+ 1] = edges.count
      source &+= 1
    }
    return !isTooLarge
  }

  private var isTooLarge: Bool {
    totalStates > limits.states || states.count > limits.kept || triedOutcomes > limits.outcomes
  }

  /// The winners and the handling of the state.
  private mutating func classify() {
    if lacksRoot { return classifySlowly() }
    var handling: UInt8 = 0
    var index = 0
    while index < flat.parts.count {
      let part = flat.parts.base + index
      let leaf = FlatDiagram.value(part.pointee.root, at: word, code)
      let number = Int(part.pointee.firstClass &+ leaf)
      winners[index] = flat.winners.base[number]
      handling |= flat.handling.base[number]
      if hasOnePart { states.classes[source] = leaf }
      index &+= 1
    }
    states.handling[source] = handling
  }

  /// The same where classes are found by asking each clause.
  private mutating func classifySlowly() {
    var handling: StateGraph.Handling = []
    for index in system.parts.indices {
      let name = system.stateClass(of: word, part: index)
      handling.formUnion(StateGraph.Handling(name, hasGoal: system.parts[index].hasGoal))
      winners[index] = 0
      if let root = system.parts[index].root {
        let leaf = Int32(system.diagram.value(root, at: word))
        winners[index] = flat.winners.base[Int(flat.parts.base[index].firstClass + leaf)]
      }
      guard hasOnePart else { continue }
      let known = classNames.firstIndex(of: name)
      if known == nil { classNames.append(name) }
      states.classes[source] = Int32(known ?? classNames.count - 1)
    }
    states.handling[source] = handling.rawValue
  }

  // MARK: Moves

  private mutating func make(_ move: UnsafePointer<FlatSystem.Move>, _ index: Int) {
    let before = triedOutcomes
    let edge = move.pointee.edge
    var next = move.pointee.firstAlternative
    while next < move.pointee.lastAlternative {
      let alternative = flat.alternatives.base + Int(next)
      next &+= 1
      guard FlatDiagram.value(alternative.pointee.condition, at: word, code) == 1 else { continue }
      let base = word & ~alternative.pointee.clear | alternative.pointee.set
      let first = alternative.pointee.firstUpdate
      if first == alternative.pointee.lastUpdate {
        let isPause = alternative.pointee.isPause
        accept(base, alternative, index, isPause ? edge & ~StateGraph.Edge.rule.rawValue : edge)
      } else {
        update(base, alternative, first, index, edge)
      }
    }
    if move.pointee.isRule, triedOutcomes == before, incidents.impossible[index] == nil {
      incidents.impossible[index] = source
    }
  }

  /// Every combination of the outcomes of the updates from the given one on; the depth is the
  /// number of facts that one alternative changes.
  private mutating func update(
    _ outcome: UInt64, _ alternative: UnsafePointer<FlatSystem.Alternative>, _ next: Int32,
    _ move: Int, _ edge: UInt8
  ) {
    guard next < alternative.pointee.lastUpdate else {
      return accept(outcome, alternative, move, edge)
    }
    let update = flat.updates.base + Int(next)
    let mask = update.pointee.mask
    let list =
      flat.lists.base + Int(update.pointee.first)
      + Int(truncatingIfNeeded: (word & mask) &>> update.pointee.shift)
    var value = Int(list[0])
    let end = Int(list[1])
    while value < end {
      guard triedOutcomes <= limits.outcomes else { return }
      self.update(outcome & ~mask | flat.values.base[value], alternative, next &+ 1, move, edge)
      value &+= 1
    }
  }

  /// Follows an outcome of a move, unless it cannot be.
  private mutating func accept(
    _ outcome: UInt64, _ alternative: UnsafePointer<FlatSystem.Alternative>, _ move: Int,
    _ edge: UInt8
  ) {
    triedOutcomes &+= 1
    // The state itself is consistent.
    guard outcome != word else { return noteIdle(move, edge) }
    var check = alternative.pointee.firstCheck
    while check < alternative.pointee.lastCheck {
      let entry = flat.checks.base[Int(check)]
      guard FlatDiagram.value(entry, at: outcome, code) == 1 else {
        return reject(outcome, move, edge)
      }
      check &+= 1
    }
    follow(outcome, move, edge)
  }

  /// An outcome that is not consistent: it breaks an invariant, or other quantifiers follow.
  private mutating func reject(_ outcome: UInt64, _ move: Int, _ edge: UInt8) {
    if !system.diagram.holds(system.permitted, at: outcome) {
      if incidents.broken[move] == nil { incidents.broken[move] = (source, outcome) }
    } else if let valuations = system.valuations {
      var valuation: UInt64 = 0
      while valuation < valuations.count, triedOutcomes <= limits.outcomes {
        let valued = outcome & ~valuations.mask | valuation &<< valuations.shift
        if system.diagram.holds(system.consistent, at: valued) {
          if valued == word { noteIdle(move, edge) } else { follow(valued, move, edge) }
        }
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
        follow(valued, -1, StateGraph.Edge.environment.rawValue)
      }
      valuation += 1
      triedOutcomes &+= 1
    }
  }

  // MARK: States and edges

  private mutating func follow(_ outcome: UInt64, _ move: Int, _ edge: UInt8) {
    if hasLatches { noteLatches(outcome, move) }
    var kept = outcome
    if !symmetry.isTrivial {
      kept = symmetry.representative(of: outcome, changed: outcome ^ word)
    }
    let target = number(of: kept, move: move, parent: source)
    let isNewPair = edges.add(
      from: source, to: target, states, edge, outcome, tellsApart: !symmetry.isTrivial)
    // Each state that the source stands for has as many.
    if isNewPair { transitions &+= weight }
  }

  private mutating func number(of word: UInt64, move: Int, parent: Int) -> Int {
    let number = states.insert(word)
    guard states.isNew else { return number }
    states.parents[number] = Int32(truncatingIfNeeded: parent)
    states.parentMoves[number] = Int32(truncatingIfNeeded: move)
    let size = symmetry.isTrivial ? 1 : symmetry.orbitSize(of: word)
    states.weights[number] = UInt32(clamping: size)
    let (sum, isTooLarge) = totalStates.addingReportingOverflow(size)
    totalStates = isTooLarge ? .max : sum
    return number
  }

  private mutating func noteIdle(_ move: Int, _ edge: UInt8) {
    guard edge & StateGraph.Edge.rule.rawValue != 0, incidents.idle[move] == nil,
      case .rule(let part, let clause) = system.moves[move].kind
    else { return }
    if system.stateClass(of: word, part: part) == .rule(clause) { incidents.idle[move] = source }
  }

  private mutating func noteLatches(_ outcome: UInt64, _ move: Int) {
    guard move >= 0, system.moves[move].clause != nil else { return }
    for latch in latches.indices
    where isLatched[latch] && !system.diagram.holds(latches[latch], at: outcome) {
      let key = Incidents.Unlatching(latch: latch, move: move)
      if incidents.unlatched[key] == nil { incidents.unlatched[key] = (source, outcome) }
    }
  }

  /// What was found, once it is finished.
  func graph() -> StateGraph {
    var graph = StateGraph()
    graph.table = StateTable(
      words: states.words.array(states.count), slots: states.slots.array(states.slotCount))
    if !symmetry.isTrivial { graph.weights = states.weights.array(states.count) }
    graph.levels = levels
    graph.firsts = states.firsts.array(states.count + 1)
    graph.targets = edges.targets.array(edges.count)
    graph.edges = edges.kinds.array(edges.count).map(StateGraph.Edge.init(rawValue:))
    graph.transitions = transitions
    graph.parents = states.parents.array(states.count)
    graph.parentMoves = states.parentMoves.array(states.count)
    graph.handling = states.handling.array(states.count).map(StateGraph.Handling.init(rawValue:))
    if hasOnePart { graph.classes = states.classes.array(states.count) }
    graph.classNames = classNames
    return graph
  }
}
