/// Whether a condition can hold when each variable has one of some values. What was found out about
/// a node stays known as long as no variable below it is restricted further.
struct CubeSearch {
  /// Keeps the nodes while they are read.
  private let store: NodeStore
  /// For each level the permitted values; empty: any.
  private var permitted: [[Int]]
  /// Nodes that were looked at, and whether they can lead to the leaf 1.
  private var known: [Int: Bool] = [:]

  init(_ diagram: DecisionDiagram) {
    store = diagram.store
    permitted = Array(repeating: [], count: store.table.pointee.levelCount)
  }

  /// Permits only these values at a level; nodes above it must not have been looked at yet.
  mutating func restrict(_ level: Int, to values: [Int]) {
    permitted[level] = values.count < Int(store.table.pointee.sizes[level]) ? values : []
  }

  func isRestricted(_ level: Int) -> Bool { !permitted[level].isEmpty }

  /// Whether some permitted values lead from the node to the leaf 1.
  mutating func holds(_ node: Int) -> Bool {
    if node <= 1 { return node == 1 }
    let level = Int(store.table.pointee.level[node])
    if level == store.table.pointee.levelCount { return false }
    if let result = known[node] { return result }
    let result: Bool
    if permitted[level].isEmpty {
      var value = 0
      let arity = Int(store.table.pointee.sizes[level])
      while value < arity, !holds(store.table.pointee.branch(node, level, value)) { value += 1 }
      result = value < arity
    } else {
      result = permitted[level].contains { holds(store.table.pointee.branch(node, level, $0)) }
    }
    known[node] = result
    return result
  }

  /// The nodes that permitted values lead to from a node, by level.
  func reached(from root: Int) -> [Int: [Int]] {
    var seen: Set<Int> = [root]
    var open = [root]
    var found: [Int: [Int]] = [:]
    while let node = open.popLast() {
      let level = Int(store.table.pointee.level[node])
      if level == store.table.pointee.levelCount { continue }
      found[level, default: []].append(node)
      let values =
        permitted[level].isEmpty
        ? Array(0..<Int(store.table.pointee.sizes[level])) : permitted[level]
      for value in values {
        let child = store.table.pointee.branch(node, level, value)
        if seen.insert(child).inserted { open.append(child) }
      }
    }
    return found
  }
}
