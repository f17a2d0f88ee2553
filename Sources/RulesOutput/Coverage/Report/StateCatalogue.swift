import RulesAnalysis

/// The consistent states of a scope one by one: the reachable ones by steps, then what was seen
/// elsewhere, then the others; the first `limit`.
package struct StateCatalogue: Sendable {
  /// One state.
  package struct Entry: Sendable {
    /// The value index of each variable.
    package var values: [Int]
    package var stateClass: StateClass
    /// The fewest moves to it; nil: unreachable, or not known.
    package var steps: Int?
    /// The entry and the move, by index, from which it is reached first; nil: it is initial, or not
    /// reached.
    package var parent: (entry: Int, move: Int)?
    /// How often it was evaluated.
    package var tests: UInt64 = 0
    package var production: UInt64 = 0
    /// Nobody expects tests to see it, for a reason that was given.
    package var isExcepted = false
  }

  package var variables: [StateVariable] = []
  /// The names of moves that entries refer to, each once.
  package var moves: [String] = []
  package var entries: [Entry] = []
  /// The consistent states that are no entry.
  package var remainder: UInt128 = 0

  /// Enough for every scope that a person reads state by state, and 300 kB of a page.
  package static let limit = 4_000
}

extension StateCatalogue {
  /// - Parameters:
  ///   - reachable: the reachable states by steps; nil: not known.
  ///   - seen: what tests and production saw of the scope's consistent states.
  ///   - isExcepted: whether a state need not be seen.
  init(
    _ scope: ScopeAnalysis, reachable: [ReachableState]?, tests: [[Int]: UInt64],
    production: [[Int]: UInt64], isExcepted: ([Int]) -> Bool
  ) {
    let partition = scope.partition
    variables = partition.space.variables
    var numbers: [[Int]: Int] = [:]
    func isNew(_ state: [Int]) -> Bool {
      guard entries.count < Self.limit, numbers[state] == nil else { return false }
      numbers[state] = entries.count
      return true
    }
    func entry(_ state: [Int]) -> Entry {
      Entry(
        values: state, stateClass: partition.stateClass(at: state), tests: tests[state] ?? 0,
        production: production[state] ?? 0)
    }
    var moveNumbers: [String: Int] = [:]
    for state in reachable ?? [] where isNew(state.values) {
      var entry = entry(state.values)
      entry.steps = state.steps
      entry.isExcepted = isExcepted(state.values)
      let path = scope.exploration?.reached.trace(to: state.values) ?? []
      if path.count > 1, let move = path.last?.move,
        let parent = numbers[path[path.count - 2].state]
      {
        let number = moveNumbers[move] ?? moves.count
        if number == moves.count { moves.append(move) }
        moveNumbers[move] = number
        entry.parent = (parent, number)
      }
      entries.append(entry)
    }
    let elsewhere = Set(tests.keys).union(production.keys)
    for state in elsewhere.sorted(by: { $0.lexicographicallyPrecedes($1) }) where isNew(state) {
      entries.append(entry(state))
    }
    partition.visitConsistent { state in
      if isNew(state) { entries.append(entry(state)) }
      return entries.count < Self.limit
    }
    remainder = scope.counts.consistent - min(scope.counts.consistent, UInt128(entries.count))
  }
}

/// A state that moves lead to, and the fewest.
struct ReachableState {
  var values: [Int]
  var steps: Int
}

extension Partition {
  /// Calls with each consistent state until that is enough.
  func visitConsistent(_ body: ([Int]) -> Bool) {
    let count = space.variables.count
    var state = Array(repeating: 0, count: count)
    let levels = diagram.order.variables
    // Variables that a path does not ask for may have any value; hidden ones come last and are not
    // asked for in `consistent`.
    func descend(_ node: DecisionDiagram.Node, _ level: Int) -> Bool {
      if node == DecisionDiagram.never { return true }
      guard level < count else { return body(state) }
      let variable = levels[level]
      for value in space.variables[variable].values.indices {
        state[variable] = value
        let isAsked = diagram.variable(of: node) == variable
        let next = isAsked ? diagram.child(of: node, value) : node
        guard descend(next, level + 1) else { return false }
      }
      return true
    }
    _ = descend(lowered.consistent, 0)
  }
}
