/// The reachable states and the moves between them.
struct StateGraph: Sendable {
  /// What joins two states; several may.
  struct Edge: OptionSet, Sendable {
    var rawValue: UInt8
    /// A rule or event that one may count on.
    static let dependable = Edge(rawValue: 1)
    static let environment = Edge(rawValue: 2)
    /// A rule of an explored scope, and not its `stay after`.
    static let rule = Edge(rawValue: 4)
    /// Anything else.
    static let other = Edge(rawValue: 8)
  }

  /// The states, by number: in order of steps.
  var table = StateTable()
  /// For each number of steps the first state that needs so many; then the number of states.
  var levels: [Int] = []
  /// The edges of state n are `firsts[n] ..< firsts[n + 1]`.
  var firsts: [Int] = [0]
  var targets: [Int32] = []
  var edges: [Edge] = []
  /// The state and the move by which each state was found; -1 for an initial state.
  var parents: [Int32] = []
  var parentMoves: [Int32] = []
  /// For each part the number of its class in each state, and the classes by number.
  var classes: [[Int32]] = []
  var classNames: [[StateClass]] = []

  /// The initial states.
  var initial: Int { levels.count > 1 ? levels[1] : 0 }
  var count: Int { table.words.count }
  /// The most steps.
  var depth: Int { max(0, levels.count - 2) }

  /// The class of a state in a part.
  func stateClass(_ state: Int, part: Int = 0) -> StateClass {
    classNames[part][Int(classes[part][state])]
  }

  /// The fewest steps to a state.
  func steps(to state: Int) -> Int {
    var low = 0
    var high = levels.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if levels[middle] <= state { low = middle } else { high = middle }
    }
    return low
  }

  /// The states on a shortest way, the last one being the state itself.
  func path(to state: Int) -> [Int] {
    var path = [state]
    var state = state
    while parents[state] >= 0 {
      state = Int(parents[state])
      path.append(state)
    }
    return path.reversed()
  }
}
