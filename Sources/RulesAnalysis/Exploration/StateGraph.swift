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

  /// What a state is to those who look for the goal.
  struct Handling: OptionSet, Sendable {
    var rawValue: UInt8
    /// Some part with a goal is not at it.
    static let notGoal = Handling(rawValue: 1)
    static let unhandled = Handling(rawValue: 2)
    static let overlap = Handling(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Of one part; one without a goal does not stand in the way of it.
    init(_ stateClass: StateClass, hasGoal: Bool) {
      switch stateClass {
      case .goal: self = []
      case .unhandled: self = hasGoal ? [.notGoal, .unhandled] : .unhandled
      case .overlap: self = hasGoal ? [.notGoal, .overlap] : .overlap
      case .rule, .wait, .broken, .inconsistent: self = hasGoal ? .notGoal : []
      }
    }
  }

  /// The states, by number: in order of steps.
  var table = StateTable()
  /// How many states each one stands for; empty: one each.
  var weights: [UInt32] = []
  /// For each number of steps the first state that needs so many; then the number of states.
  var levels: [Int] = []
  /// The edges of state n are `firsts[n] ..< firsts[n + 1]`.
  var firsts: [Int] = [0]
  var targets: [Int32] = []
  var edges: [Edge] = []
  /// The ordered pairs of different states that an edge joins; those that a state stands for counted
  /// too.
  var transitions = 0
  /// The state and the move by which each state was found; -1 for an initial state.
  var parents: [Int32] = []
  var parentMoves: [Int32] = []
  var handling: [Handling] = []
  /// If there is one part: for each state the number of its class, and the classes by number.
  var classes: [Int32] = []
  var classNames: [StateClass] = []

  /// States that are kept.
  var count: Int { table.words.count }
  /// The most steps.
  var depth: Int { max(0, levels.count - 2) }
  /// The initial states.
  var initial: Int { levels.count > 1 ? weight(of: 0..<levels[1]) : 0 }
  /// All states that were reached.
  var states: Int { weight(of: 0..<count) }

  /// How many states some stand for.
  func weight(of states: Range<Int>, where isCounted: (Int) -> Bool = { _ in true }) -> Int {
    var sum = 0
    for state in states where isCounted(state) {
      sum += weights.isEmpty ? 1 : Int(weights[state])
    }
    return sum
  }

  /// The class of a state, if there is one part.
  func stateClass(_ state: Int) -> StateClass { classNames[Int(classes[state])] }

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
