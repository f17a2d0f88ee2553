/// The nodes of a diagram of classes, from the top down to some level; see `CountClauses.swift`.
struct ClassSweep: ~Copyable {
  /// A number of states by class.
  struct States {
    var consistent: UInt128 = 0
    var rule: UInt128 = 0
    var wait: UInt128 = 0
    var goal: UInt128 = 0
    var overlap: UInt128 = 0
  }

  /// The numbers of the nodes of the classes.
  private var numbers = NodeSet()
  /// For each of these, the states of the whole space if it were the root.
  private let below: UnsafeMutablePointer<States>
  /// For each of these, the ways in which it is reached from above the level.
  private let ways: UnsafeMutablePointer<UInt128>
  /// The nodes that are reached, by number.
  private var frontier: [Int]
  /// The value combinations of the variables above the level.
  private var prefixes: UInt128 = 1
  /// The values of the walk at hand.
  private var values: [States] = []
  private var operation = 0

  init(_ table: NodeTable, _ root: Int, _ variables: Int) {
    let nodes = table.nodes(of: root)
    for node in nodes { _ = numbers.insert(node) }
    below = .allocate(capacity: nodes.count)
    ways = .allocate(capacity: nodes.count)
    ways.initialize(repeating: 0, count: nodes.count)
    // A node is made after its children, so the root is the last.
    ways[nodes.count - 1] = 1
    frontier = [nodes.count - 1]
    var all: UInt128 = 1
    for level in 0..<variables { all *= UInt128(UInt(table.sizes[level])) }
    for (number, node) in nodes.enumerated() { below[number] = states(node, all, table) }
  }

  deinit {
    below.deallocate()
    ways.deallocate()
  }

  private func states(_ node: Int, _ all: UInt128, _ table: NodeTable) -> States {
    let level = Int(table.level[node])
    var sum = States()
    if level == table.levelCount {
      switch StateClass.Kind(rawValue: Int(table.start[node])) {
      case .rule: sum.rule = all
      case .wait: sum.wait = all
      case .goal: sum.goal = all
      case .overlap: sum.overlap = all
      case .unhandled: break
      case .broken, .inconsistent, nil: return sum
      }
      sum.consistent = all
      return sum
    }
    let size = Int(table.sizes[level])
    var value = 0
    while value < size {
      sum.add(below[numbers.number(of: table.branch(node, level, value))], dividedBy: size)
      value += 1
    }
    return sum
  }

  /// Goes on below a level.
  mutating func descend(from level: Int, _ table: NodeTable) {
    let size = Int(table.sizes[level])
    var next: [Int] = []
    for number in frontier where Int(table.level[Int(numbers.nodes[number])]) > level {
      ways[number] *= UInt128(UInt(size))
      next.append(number)
    }
    for number in frontier where Int(table.level[Int(numbers.nodes[number])]) == level {
      let node = Int(numbers.nodes[number])
      let count = ways[number]
      ways[number] = 0
      var value = 0
      while value < size {
        let child = numbers.number(of: table.branch(node, level, value))
        if ways[child] == 0 { next.append(child) }
        ways[child] += count
        value += 1
      }
    }
    frontier = next
    prefixes *= UInt128(UInt(size))
  }

  /// The states by class in which a condition holds that asks for nothing above the level.
  mutating func count(_ condition: Int, _ table: inout NodeTable) -> States {
    operation = table.makeOperation()
    values.removeAll(keepingCapacity: true)
    var sum = States()
    for number in frontier {
      sum.add(
        walk(Int(numbers.nodes[number]), condition, &table), times: ways[number],
        dividedBy: prefixes)
    }
    return sum
  }

  /// The states of the whole space by class, if `node` were the root, in which the condition holds.
  private mutating func walk(_ node: Int, _ condition: Int, _ table: inout NodeTable) -> States {
    if condition == 0 { return States() }
    if condition == 1 { return below[numbers.number(of: node)] }
    let known = table.computed(operation, node, condition)
    if known >= 0 { return values[known] }
    let nodeLevel = table.level[node]
    let conditionLevel = table.level[condition]
    let level = Int(nodeLevel < conditionLevel ? nodeLevel : conditionLevel)
    let size = Int(table.sizes[level])
    var sum = States()
    var value = 0
    while value < size {
      let part = walk(
        table.branch(node, level, value), table.branch(condition, level, value), &table)
      sum.add(part, dividedBy: size)
      value += 1
    }
    table.remember(operation, node, condition, values.count)
    values.append(sum)
    return sum
  }
}

extension ClassSweep.States {
  /// Adds a share of other states; every number is a multiple of the size.
  fileprivate mutating func add(_ part: Self, dividedBy size: Int) {
    add(part, times: 1, dividedBy: UInt128(UInt(size)))
  }

  fileprivate mutating func add(_ part: Self, times: UInt128, dividedBy size: UInt128) {
    if part.consistent == 0 { return }
    consistent += part.consistent / size * times
    if part.rule != 0 { rule += part.rule / size * times }
    if part.wait != 0 { wait += part.wait / size * times }
    if part.goal != 0 { goal += part.goal / size * times }
    if part.overlap != 0 { overlap += part.overlap / size * times }
  }
}
