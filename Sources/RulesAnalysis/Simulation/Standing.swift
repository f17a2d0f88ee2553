import RulesLanguage

extension Simulation {
  /// What a part of the system does in a state.
  package struct Standing: Sendable {
    /// `Segment.replica`, `Segment 1 replica 2`
    package var part: String
    package var stateClass: StateClass
    /// The clauses that win.
    package var winners: [ClauseModel]
    /// Whether the part has a goal at all.
    package var hasGoal: Bool

    /// It does not stand in the way of the goal.
    var isAtGoal: Bool { !hasGoal || stateClass.kind == .goal }
  }

  /// What each part does now.
  package var standings: [Standing] { standings(at: word) }

  func standings(at word: UInt64) -> [Standing] {
    zip(partNames, system.parts).map { name, part in
      let winners = part.wins.indices.filter { system.diagram.holds(part.wins[$0], at: word) }
      return Standing(
        part: name, stateClass: StateClass(winners: winners, part.clauses),
        winners: winners.map { part.clauses[$0] }, hasGoal: part.hasGoal)
    }
  }

  /// Whether every part that has a goal is at it, and there is one.
  package var isAtGoal: Bool { isGoal(word) }

  func isGoal(_ word: UInt64) -> Bool {
    let standings = standings(at: word)
    return standings.contains(where: \.hasGoal) && standings.allSatisfy(\.isAtGoal)
  }

  /// The most states that are looked through for a way or a way out.
  private static let searchLimit = 100_000

  /// Whether nothing that one may count on goes on from here: in this state and in all that the
  /// environment alone leads to, the same clauses win, and no dependable rule or event changes
  /// anything.
  package var isStall: Bool {
    guard system.parts.contains(where: \.hasGoal), !isGoal(word) else { return false }
    let here = standings(at: word)
    guard here.allSatisfy({ $0.stateClass.kind != .unhandled && $0.stateClass.kind != .overlap })
    else { return false }
    var seen: Set<UInt64> = [word]
    var open = [word]
    while let next = open.popLast() {
      let standing = standings(at: next)
      guard zip(here, standing).allSatisfy({ $0.stateClass == $1.stateClass }) else { return false }
      for choice in choices(at: next) where choice.isDependable {
        for outcome in choice.outcomes where outcome.word != next {
          guard choice.kind == .environment else { return false }
          guard seen.count < Self.searchLimit else { return false }
          if seen.insert(outcome.word).inserted { open.append(outcome.word) }
        }
      }
    }
    return true
  }

  /// What became of looking for a way to the goal.
  package enum Way: Sendable {
    case here
    case found([TraceStep], isDependable: Bool)
    /// No move at all leads there.
    case none
    /// Not within the states that were looked through.
    case unknown
  }

  /// A shortest way to the goal: by moves that one may count on, else by any.
  package var wayToGoal: Way {
    guard system.parts.contains(where: \.hasGoal) else { return .none }
    if isGoal(word) { return .here }
    let dependable = search { $0.isDependable }
    if case .found = dependable { return dependable }
    let any = search { _ in true }
    if case .found(let steps, _) = any { return .found(steps, isDependable: false) }
    return any
  }

  /// Breadth first, so that the first way found is a shortest one.
  private func search(_ permits: (Choice) -> Bool) -> Way {
    var states = [(word: word, parent: -1, step: TraceStep(move: "", changes: ""))]
    var seen: Set<UInt64> = [word]
    var next = 0
    while next < states.count {
      for choice in choices(at: states[next].word) where permits(choice) {
        for outcome in choice.outcomes where seen.insert(outcome.word).inserted {
          states.append(
            (outcome.word, next, TraceStep(move: choice.name, changes: outcome.changes)))
          guard isGoal(outcome.word) else { continue }
          var steps: [TraceStep] = []
          var state = states.count - 1
          while states[state].parent >= 0 {
            steps.append(states[state].step)
            state = states[state].parent
          }
          return .found(steps.reversed(), isDependable: true)
        }
      }
      guard states.count < Self.searchLimit else { return .unknown }
      next += 1
    }
    return .none
  }
}
