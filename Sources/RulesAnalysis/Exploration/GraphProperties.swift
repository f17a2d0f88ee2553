// Questions about a finished graph. Each is one or two passes over its edges.

extension StateGraph {
  /// For each state whether a path of such edges leads to one of the given states.
  func canReach(_ isGoal: [Bool], by kinds: Edge) -> [Bool] {
    // The edges turned around: those into state n are `starts[n] ..< starts[n + 1]`.
    var starts = [Int](repeating: 0, count: count + 1)
    for (index, target) in targets.enumerated() where !edges[index].isDisjoint(with: kinds) {
      starts[Int(target) + 1] += 1
    }
    for state in 0..<count { starts[state + 1] += starts[state] }
    var next = starts
    var sources = [Int32](repeating: 0, count: starts[count])
    for state in 0..<count {
      for edge in firsts[state]..<firsts[state + 1] where !edges[edge].isDisjoint(with: kinds) {
        let target = Int(targets[edge])
        sources[next[target]] = Int32(truncatingIfNeeded: state)
        next[target] += 1
      }
    }
    var reaches = isGoal
    var open = isGoal.indices.filter { isGoal[$0] }
    while let state = open.popLast() {
      for index in starts[state]..<starts[state + 1] {
        let source = Int(sources[index])
        guard !reaches[source] else { continue }
        reaches[source] = true
        open.append(source)
      }
    }
    return reaches
  }

  /// The states that nothing leads out of: in each and in all states that the environment alone
  /// leads to, the same clauses win, and no rule or event that one may count on changes anything.
  /// `isCandidate`: the states that may be stalls at all.
  func stalls(_ isCandidate: [Bool]) -> [Bool] {
    // A state is none if the environment leads to one from which something goes on, or that
    // another clause handles; the last state before the winners change is such a state too.
    let goesOn = (0..<count).map { state in
      !isCandidate[state]
        || (firsts[state]..<firsts[state + 1]).contains { edge in
          edges[edge].contains(.dependable)
            || edges[edge].contains(.environment)
              && classes.contains { $0[state] != $0[Int(targets[edge])] }
        }
    }
    return canReach(goesOn, by: .environment).map { !$0 }
  }

  /// For each state the number of its strongly connected component in the graph of rule outcomes
  /// (Tarjan's algorithm with an explicit stack).
  func ruleComponents() -> [Int32] {
    var components = [Int32](repeating: -1, count: count)
    var index = [Int32](repeating: -1, count: count)
    var low = [Int32](repeating: 0, count: count)
    var open: [Int] = []
    var path: [(state: Int, edge: Int)] = []
    var counter: Int32 = 0
    var componentCount: Int32 = 0
    for root in 0..<count where index[root] < 0 {
      path.append((root, firsts[root]))
      while let (state, edge) = path.last {
        if index[state] < 0 {
          index[state] = counter
          low[state] = counter
          counter += 1
          open.append(state)
        }
        if edge < firsts[state + 1] {
          path[path.count - 1].edge += 1
          guard edges[edge].contains(.rule) else { continue }
          let target = Int(targets[edge])
          if index[target] < 0 {
            path.append((target, firsts[target]))
          } else if components[target] < 0 {
            low[state] = min(low[state], index[target])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last?.state { low[parent] = min(low[parent], low[state]) }
        guard low[state] == index[state] else { continue }
        while let member = open.popLast() {
          components[member] = componentCount
          if member == state { break }
        }
        componentCount += 1
      }
    }
    return components
  }
}
