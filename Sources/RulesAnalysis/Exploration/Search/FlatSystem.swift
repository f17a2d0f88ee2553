/// A transition system as the innermost loop reads it: records of plain numbers that name each other
/// by position.
///
/// Whoever makes one deallocates it once, after the last use.
struct FlatSystem {
  struct Part {
    /// The class of a state; below `noRoot` there is none.
    var root: Int32
    /// Where what is known of its classes begins in `winners` and `handling`.
    var firstClass: Int32
    static let noRoot = Int32.min
  }

  struct Move {
    var condition: Int32
    /// For a rule whose part has a root: the part, and its bit among the winners there; else -1.
    var part: Int32
    var winner: UInt64
    var firstAlternative: Int32
    var lastAlternative: Int32
    var edge: UInt8
    var isRule: Bool
  }

  struct Alternative {
    var condition: Int32
    var isPause: Bool
    var clear: UInt64
    var set: UInt64
    var firstUpdate: Int32
    var lastUpdate: Int32
    /// The invariants that it could break.
    var firstCheck: Int32
    var lastCheck: Int32
  }

  struct Update {
    var shift: UInt64
    /// The variable's bits, shifted.
    var mask: UInt64
    /// The outcomes of value v are `values[lists[first + v] ..< lists[first + v + 1]]`.
    var first: Int32
  }

  let code: FlatArray<Int32>
  let parts: FlatArray<Part>
  /// For each class the bits of the clauses that win, and the bits of `StateGraph.Handling`.
  let winners: FlatArray<UInt64>
  let handling: FlatArray<UInt8>
  let moves: FlatArray<Move>
  let alternatives: FlatArray<Alternative>
  let updates: FlatArray<Update>
  let checks: FlatArray<Int32>
  let lists: FlatArray<Int32>
  let values: FlatArray<UInt64>

  init(_ system: TransitionSystem) {
    var builder = FlatSystemBuilder(system)
    for part in system.parts { builder.add(part) }
    for move in system.moves { builder.add(move) }
    code = FlatArray(system.diagram.code)
    parts = FlatArray(builder.parts)
    winners = FlatArray(builder.winners)
    handling = FlatArray(builder.handling)
    moves = FlatArray(builder.moves)
    alternatives = FlatArray(builder.alternatives)
    updates = FlatArray(builder.updates)
    checks = FlatArray(builder.checks)
    lists = FlatArray(builder.lists)
    values = FlatArray(builder.values)
  }

  func deallocate() {
    code.deallocate()
    parts.deallocate()
    winners.deallocate()
    handling.deallocate()
    moves.deallocate()
    alternatives.deallocate()
    updates.deallocate()
    checks.deallocate()
    lists.deallocate()
    values.deallocate()
  }
}

private struct FlatSystemBuilder {
  let system: TransitionSystem
  var parts: [FlatSystem.Part] = []
  var winners: [UInt64] = []
  var handling: [UInt8] = []
  var moves: [FlatSystem.Move] = []
  var alternatives: [FlatSystem.Alternative] = []
  var updates: [FlatSystem.Update] = []
  var checks: [Int32] = []
  var lists: [Int32] = []
  var values: [UInt64] = []
  /// The invariants, and the bits that each is about.
  private let invariants: [(entry: Int32, support: UInt64)]

  init(_ system: TransitionSystem) {
    self.system = system
    let entries = system.invariants.isEmpty ? [system.consistent] : system.invariants
    invariants = entries.map { (Int32($0), system.diagram.support(of: $0)) }
  }

  mutating func add(_ part: TransitionSystem.Part) {
    parts.append(
      FlatSystem.Part(
        root: part.root.map { Int32($0) } ?? FlatSystem.Part.noRoot,
        firstClass: Int32(winners.count)))
    guard part.root != nil else { return }
    for (number, stateClass) in part.classes.enumerated() {
      let known = part.winners.isEmpty ? nil : part.winners[number]
      winners.append(known.map(bits) ?? stateClass.winningRules)
      handling.append(StateGraph.Handling(stateClass, hasGoal: part.hasGoal).rawValue)
    }
  }

  mutating func add(_ move: Move) {
    var part: Int32 = -1
    var winner: UInt64 = 0
    var isRule = false
    if case .rule(let number, let clause) = move.kind {
      isRule = true
      // Of an overlap's class only the first winner is known; then the rule's own condition says.
      let isKnown =
        !system.parts[number].winners.isEmpty
        || system.parts[number].classes.allSatisfy { !$0.isOverlap }
      if system.parts[number].root != nil, clause < 64, isKnown {
        part = Int32(number)
        winner = 1 &<< UInt64(clause)
      }
    }
    let first = alternatives.count
    for alternative in move.alternatives { add(alternative) }
    moves.append(
      FlatSystem.Move(
        condition: Int32(move.condition), part: part, winner: winner,
        firstAlternative: Int32(first), lastAlternative: Int32(alternatives.count),
        edge: StateGraph.Edge(of: move).rawValue, isRule: isRule))
  }

  private mutating func add(_ alternative: Move.Alternative) {
    let firstUpdate = updates.count
    let firstCheck = checks.count
    var changed = alternative.clear
    for update in alternative.updates {
      changed |= update.mask
      add(update)
    }
    for invariant in invariants where invariant.support & changed != 0 {
      checks.append(invariant.entry)
    }
    alternatives.append(
      FlatSystem.Alternative(
        condition: Int32(alternative.condition), isPause: alternative.isPause,
        clear: alternative.clear, set: alternative.set, firstUpdate: Int32(firstUpdate),
        lastUpdate: Int32(updates.count), firstCheck: Int32(firstCheck),
        lastCheck: Int32(checks.count)))
  }

  private mutating func add(_ update: Move.Update) {
    updates.append(
      FlatSystem.Update(shift: update.shift, mask: update.mask, first: Int32(lists.count)))
    for outcomes in update.outcomes {
      lists.append(Int32(values.count))
      values += outcomes
    }
    lists.append(Int32(values.count))
  }
}

/// Clauses as bits; those beyond 64 have none.
private func bits(_ clauses: [Int]) -> UInt64 {
  clauses.reduce(0) { $1 < 64 ? $0 | 1 &<< UInt64($1) : $0 }
}

extension StateClass {
  fileprivate var isOverlap: Bool {
    if case .overlap = self { return true }
    return false
  }

  /// The bit of the rule that wins.
  fileprivate var winningRules: UInt64 {
    if case .rule(let rule) = self { return bits([rule]) }
    return 0
  }
}

extension StateGraph.Edge {
  /// What joins the states that a move leads between.
  fileprivate init(of move: Move) {
    switch move.kind {
    case .environment: self = .environment
    case .rule: self = [.dependable, .rule]
    case .event, .guest: self = move.isDependable ? .dependable : .other
    }
  }
}
