// Questions about a finished graph. Each is one or two passes over its edges.

extension StateGraph {
  /// For each state whether a path of such edges leads to one of the given states.
  func canReach(_ isGoal: [Bool], by kinds: Edge) -> [Bool] {
    guard count > 0 else { return [] }
    // The edges turned around: those into state n are `starts[n] ..< starts[n + 1]`. Through plain
    // pointers for the sake of debug builds; all indices are states and edges of this graph.
    let starts = UnsafeMutablePointer<Int>.allocate(capacity: count + 2)
    let sources = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, targets.count))
    let open = UnsafeMutablePointer<Int32>.allocate(capacity: count)
    defer {
      starts.deallocate()
      sources.deallocate()
      open.deallocate()
    }
    var reaches = isGoal
    turnAround(kinds.rawValue, starts, sources)
    var openCount = 0
    for state in 0..<count where isGoal[state] {
      open[openCount] = Int32(truncatingIfNeeded: state)
      openCount += 1
    }
    while openCount > 0 {
      openCount &-= 1
      let state = Int(open[openCount])
      var index = starts[state]
      let end = starts[state &+ 1]
      while index < end {
        let source = Int(sources[index])
        index &+= 1
        if reaches[source] { continue }
        reaches[source] = true
        open[openCount] = Int32(truncatingIfNeeded: source)
        openCount &+= 1
      }
    }
    return reaches
  }

  private func turnAround(
    _ kinds: UInt8, _ starts: UnsafeMutablePointer<Int>, _ sources: UnsafeMutablePointer<Int32>
  ) {
    targets.withUnsafeBufferPointer { targetBuffer in
      edges.withUnsafeBufferPointer { edgeBuffer in
        guard let targets = targetBuffer.baseAddress, let edges = edgeBuffer.baseAddress else {
          starts.update(repeating: 0, count: count + 1)
          return
        }
        // First `starts[n + 2]` counts the edges into n; then `starts[n + 1]` is where the next one
        // goes; so in the end it is where those into n + 1 begin.
        starts.update(repeating: 0, count: count + 2)
        var edge = 0
        while edge < targetBuffer.count {
          if edges[edge].rawValue & kinds != 0 { starts[Int(targets[edge]) &+ 2] &+= 1 }
          edge &+= 1
        }
        var state = 0
        while state < count {
          starts[state &+ 2] &+= starts[state &+ 1]
          state &+= 1
        }
        state = 0
        edge = 0
        while state < count {
          let end = firsts[state &+ 1]
          while edge < end {
            if edges[edge].rawValue & kinds != 0 {
              let target = Int(targets[edge])
              sources[starts[target &+ 1]] = Int32(truncatingIfNeeded: state)
              starts[target &+ 1] &+= 1
            }
            edge &+= 1
          }
          state &+= 1
        }
      }
    }
  }

  /// The states that nothing leads out of: in each and in all states that the environment alone
  /// leads to, the same clauses win, and no rule or event that one may count on changes anything.
  ///
  /// - Parameters:
  ///   - isCandidate: the states that may be stalls at all.
  ///   - areHandledAlike: whether the same clauses win in two states.
  func stalls(_ isCandidate: [Bool], _ areHandledAlike: (Int, Int) -> Bool) -> [Bool] {
    // A state is none if the environment leads to one from which something goes on, or that
    // another clause handles; the last state before the winners change is such a state too.
    let goesOn = (0..<count).map { state in
      if !isCandidate[state] { return true }
      let range = firsts[state]..<firsts[state + 1]
      if range.contains(where: { edges[$0].contains(.dependable) }) { return true }
      return range.contains {
        edges[$0].contains(.environment) && !areHandledAlike(state, Int(targets[$0]))
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
