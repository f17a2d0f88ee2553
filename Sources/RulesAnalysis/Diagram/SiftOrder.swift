// Sifting (Rudell 1993): take one variable, move it through all levels by exchanging it with its
// neighbour again and again, and leave it where the diagram was smallest; then the next one.
//
// Exchanging two neighbouring levels touches only the nodes of these two. A node `x` whose branches
// ask for `y` becomes one that asks for `y` first: its branch for a value of `y` is a node that asks
// for `x`, made of what the old branches had for that value. Everything above and below stays.
//
// This works on a copy that knows nothing but nodes: what is wanted is the order.

/// The largest diagram that is sifted, and the nodes that all exchanges together may look at: a
/// fraction of a second in a debug build.
private let siftedSizeLimit = 30_000
private let siftingWork = 1_500_000
/// A variable is not moved on where the diagram is so many times as large as the best one.
private let growthLimit = 1.3

/// A better order of the first `variables` variables for a function of these, by sifting; nil if
/// the function is too large to try.
package func siftedOrder(
  _ diagram: DecisionDiagram, _ root: DecisionDiagram.Node, variables: Int
) -> [Int]? {
  guard diagram.size(of: root) <= siftedSizeLimit else { return nil }
  var sifting = Sifting(diagram, root, variables)
  sifting.run()
  return Array(sifting.variables.prefix(variables))
}

private struct Sifting {
  /// The variable at each level.
  private(set) var variables: [Int]
  private let sizes: [Int]
  /// The levels that may be exchanged: all but those of hidden variables.
  private let end: Int
  /// For each node its level, its branches and the number of branches that lead to it; nodes that
  /// nothing leads to any more have the level -1.
  private var level: [Int] = []
  private var children: [[Int]] = []
  private var references: [Int] = []
  /// The nodes of each level, and some that are no longer there.
  private var levels: [[Int]]
  private var count = 0
  private var work = 0

  init(_ diagram: DecisionDiagram, _ root: DecisionDiagram.Node, _ visible: Int) {
    variables = diagram.order.variables
    sizes = diagram.domainSizes
    end = visible
    levels = Array(repeating: [], count: diagram.domainSizes.count + 1)
    var numbers: [Int: Int] = [:]
    for index in diagram.table.pointee.nodes(of: root.index) {
      let node = DecisionDiagram.Node(index: index)
      numbers[index] = level.count
      levels[diagram.level(of: node)].append(level.count)
      level.append(diagram.level(of: node))
      children.append(diagram.children(of: node).map { numbers[$0.index] ?? 0 })
      references.append(0)
    }
    for child in children.joined() { references[child] += 1 }
    references[level.count - 1] += 1
    count = level.count
  }

  mutating func run() {
    let populated = (0..<end).sorted { (-levels[$0].count, $0) < (-levels[$1].count, $1) }
    for variable in populated.map({ variables[$0] }) where work < siftingWork {
      sift(variable)
    }
  }

  /// Moves a variable down to the last level, up to the first, and back to its best place.
  private mutating func sift(_ variable: Int) {
    guard var place = variables.firstIndex(of: variable) else { return }
    var best = (size: count, place: place)
    func isWorthGoing(_ sifting: Sifting) -> Bool {
      Double(sifting.count) <= growthLimit * Double(best.size) && sifting.work < siftingWork
    }
    while place + 1 < end, isWorthGoing(self) {
      exchange(place)
      place += 1
      if count < best.size { best = (count, place) }
    }
    while place > 0, place > best.place || isWorthGoing(self) {
      exchange(place - 1)
      place -= 1
      if count < best.size { best = (count, place) }
    }
    while place < best.place {
      exchange(place)
      place += 1
    }
  }

  /// Exchanges a level with the next one.
  private mutating func exchange(_ upper: Int) {
    let lower = upper + 1
    let above = levels[upper].filter { level[$0] == upper }
    let below = levels[lower].filter { level[$0] == lower }
    work += above.count + below.count + 1
    variables.swapAt(upper, lower)
    var known: [[Int]: Int] = [:]
    var moving: [Int] = []
    levels[upper] = []
    levels[lower] = []
    for node in above {
      if children[node].contains(where: { level[$0] == lower }) {
        moving.append(node)
      } else {
        known[children[node]] = node
        put(node, at: lower)
      }
    }
    // What is made meanwhile stands at the lower level too, but is no branch of these nodes.
    var rebuilt: [(node: Int, branches: [Int])] = []
    for node in moving {
      var branches: [Int] = []
      for value in 0..<sizes[variables[upper]] {
        let parts = children[node].map { child in
          level[child] == lower ? children[child][value] : child
        }
        branches.append(makeNode(parts, lower, &known))
      }
      rebuilt.append((node, branches))
    }
    for (node, branches) in rebuilt {
      for branch in branches { references[branch] += 1 }
      for child in children[node] { references[child] -= 1 }
      children[node] = branches
      put(node, at: upper)
    }
    for node in below {
      if references[node] > 0 { put(node, at: upper) } else { remove(node) }
    }
  }

  private mutating func makeNode(
    _ parts: [Int], _ lower: Int, _ known: inout [[Int]: Int]
  ) -> Int {
    if let first = parts.first, parts.allSatisfy({ $0 == first }) { return first }
    if let node = known[parts] { return node }
    let node = level.count
    level.append(lower)
    children.append(parts)
    references.append(0)
    for part in parts { references[part] += 1 }
    known[parts] = node
    count += 1
    work += 1
    put(node, at: lower)
    return node
  }

  private mutating func put(_ node: Int, at newLevel: Int) {
    level[node] = newLevel
    levels[newLevel].append(node)
  }

  /// Takes away a node that nothing leads to, and what only it led to.
  private mutating func remove(_ node: Int) {
    var open = [node]
    while let node = open.popLast() {
      count -= 1
      level[node] = -1
      for child in children[node] {
        references[child] -= 1
        if references[child] == 0 { open.append(child) }
      }
      children[node] = []
    }
  }
}
