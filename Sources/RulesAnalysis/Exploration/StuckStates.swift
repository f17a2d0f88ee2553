import RulesLanguage

extension ExploredScope {
  /// How many groups of states are told, and how many moves that lead to one.
  private static let groupLimit = 12
  private static let moveLimit = 16

  /// Every state from which the goal is out of reach, in groups of those in which the same clauses
  /// win, each with a shortest way to one of them: `W1 waits in 36 states, the first after R1, R2`.
  /// Nothing if there is only the one that is told at length.
  func stuckNotes() -> [Diagnostic.Note] {
    var groups: [(name: StateClass, first: Int, count: Int)] = []
    var groupOfClass: [StateClass: Int] = [:]
    for state in isStuck.indices where isStuck[state] {
      let name = stateClass(state)
      if let group = groupOfClass[name] {
        groups[group].count += 1
      } else {
        groupOfClass[name] = groups.count
        groups.append((name, state, 1))
      }
    }
    let all = groups.reduce(0) { $0 + $1.count }
    guard all > 1 else { return [] }
    var notes = groups.prefix(Self.groupLimit).map { group in
      Diagnostic.Note(
        "stuck",
        "\(text(of: group.name)) in \(states(UInt128(group.count))), "
          + (group.count > 1 ? "the first " : "") + way(to: group.first))
    }
    let told = groups.prefix(Self.groupLimit).reduce(0) { $0 + $1.count }
    if told < all {
      notes.append(Diagnostic.Note("stuck", "and \(states(UInt128(all - told))) in other clauses"))
    }
    return notes
  }

  /// `after R1, R2`
  private func way(to state: Int) -> String {
    let moves = graph.path(to: state).dropFirst().map { step in
      let move = Int(graph.parentMoves[step])
      return move < 0 ? system.valuations?.name ?? "" : system.moves[move].name
    }
    guard !moves.isEmpty else { return "at the start" }
    let told = moves.prefix(Self.moveLimit).joined(separator: ", ")
    return "after " + told + (moves.count > Self.moveLimit ? " and so on" : "")
  }

  private func text(of name: StateClass) -> String {
    func names(_ clauses: [Int]) -> String {
      clauses.map { scope.clauses[$0].name }.joined(separator: ", ")
    }
    return switch name {
    case .rule(let rule): "\(names([rule])) fires"
    case .wait(let waits): waits.count == 1 ? "\(names(waits)) waits" : "\(names(waits)) wait"
    case .overlap: "clauses contradict each other"
    default: "nothing wins"
    }
  }
}
