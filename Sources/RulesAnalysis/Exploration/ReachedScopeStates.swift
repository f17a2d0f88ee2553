/// The reachable states of one scope, looked up in the graph that exploring it made.
struct ReachedScopeStates: ReachedStates {
  let graph: StateGraph
  let layout: WordLayout
  let moveNames: [String]
  /// The move that changes quantifiers.
  let othersName: String

  func steps(to state: [Int]) -> Int? {
    graph.table.number(of: layout.pack(state)).map(graph.steps(to:))
  }

  func visit(_ body: (_ state: [Int], _ steps: Int) -> Void) {
    for steps in 0..<max(0, graph.levels.count - 1) {
      for state in graph.levels[steps]..<graph.levels[steps + 1] {
        body(layout.unpack(graph.table.words[state]), steps)
      }
    }
  }

  func trace(to state: [Int]) -> [(move: String, state: [Int])] {
    guard let number = graph.table.number(of: layout.pack(state)) else { return [] }
    return graph.path(to: number).map { state in
      let move = Int(graph.parentMoves[state])
      let name = graph.parents[state] < 0 ? "" : move < 0 ? othersName : moveNames[move]
      return (name, layout.unpack(graph.table.words[state]))
    }
  }
}
