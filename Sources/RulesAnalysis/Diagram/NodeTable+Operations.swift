// The walks over two diagrams at once. Each asks a table for simple answers first, then what was
// computed before, then splits on the earlier of the two variables.

extension NodeTable {
  /// Operations whose results stay valid as long as the diagram.
  enum Operation {
    static let and = 1
    static let or = 2
    static let not = 3
    static let merge = 4
  }

  /// The condition that both hold.
  mutating func and(_ a: Int, _ b: Int) -> Int {
    if a == 0 || b == 0 { return 0 }
    if a == 1 || a == b { return b }
    if b == 1 { return a }
    if isExhausted { return 0 }
    let low = a < b ? a : b
    let high = a < b ? b : a
    let known = computed(Operation.and, low, high)
    if known >= 0 { return known }
    let top = level[a] < level[b] ? Int(level[a]) : Int(level[b])
    let first = scratchTop
    let arity = Int(sizes[top])
    var value = 0
    while value < arity {
      push(and(branch(a, top, value), branch(b, top, value)))
      value += 1
    }
    let result = node(top, first)
    remember(Operation.and, low, high, result)
    return result
  }

  /// The condition that at least one holds.
  mutating func or(_ a: Int, _ b: Int) -> Int {
    if a == 1 || b == 1 { return 1 }
    if a == 0 || a == b { return b }
    if b == 0 { return a }
    if isExhausted { return 0 }
    let low = a < b ? a : b
    let high = a < b ? b : a
    let known = computed(Operation.or, low, high)
    if known >= 0 { return known }
    let top = level[a] < level[b] ? Int(level[a]) : Int(level[b])
    let first = scratchTop
    let arity = Int(sizes[top])
    var value = 0
    while value < arity {
      push(or(branch(a, top, value), branch(b, top, value)))
      value += 1
    }
    let result = node(top, first)
    remember(Operation.or, low, high, result)
    return result
  }

  /// The condition that it does not hold.
  mutating func not(_ a: Int) -> Int {
    if a <= 1 { return 1 - a }
    if isExhausted { return 0 }
    let known = computed(Operation.not, a, 0)
    if known >= 0 { return known }
    let nodeLevel = Int(level[a])
    let first = scratchTop
    let arity = Int(sizes[nodeLevel])
    var value = 0
    while value < arity {
      push(not(Int(children[Int(start[a]) + value])))
      value += 1
    }
    let result = node(nodeLevel, first)
    remember(Operation.not, a, 0, result)
    return result
  }

  /// Combines the leaves of `a` and `b` by a table: entry `n * x + y` is the leaf node for the
  /// values x and y, both less than n. The table must be commutative, `neutral` leave every value
  /// as it is, and `absorbing` win over every value.
  mutating func merge(_ a: Int, _ b: Int, _ table: MergeTable) -> Int {
    if a == table.absorbing || b == table.absorbing { return table.absorbing }
    if a == table.neutral { return b }
    if b == table.neutral { return a }
    if isExhausted { return 0 }
    if Int(level[a]) == levelCount, Int(level[b]) == levelCount {
      return table.results[table.count * Int(start[a]) + Int(start[b])]
    }
    let low = a < b ? a : b
    let high = a < b ? b : a
    let known = computed(Operation.merge, low, high)
    if known >= 0 { return known }
    let top = level[a] < level[b] ? Int(level[a]) : Int(level[b])
    let first = scratchTop
    let arity = Int(sizes[top])
    var value = 0
    while value < arity {
      push(merge(branch(a, top, value), branch(b, top, value), table))
      value += 1
    }
    let result = node(top, first)
    remember(Operation.merge, low, high, result)
    return result
  }

  /// What `merge` does at leaves, in nodes of this store.
  struct MergeTable {
    var count: Int
    var results: [Int]
    var neutral: Int
    var absorbing: Int
  }

  /// `a` where `condition` holds, elsewhere the leaf `otherwise`. Results are remembered under a
  /// number of `makeOperation`.
  mutating func keep(_ a: Int, _ condition: Int, _ otherwise: Int, _ operation: Int) -> Int {
    if condition == 1 || a == otherwise { return a }
    if condition == 0 { return otherwise }
    if isExhausted { return 0 }
    let known = computed(operation, a, condition)
    if known >= 0 { return known }
    let top = level[a] < level[condition] ? Int(level[a]) : Int(level[condition])
    let first = scratchTop
    let arity = Int(sizes[top])
    var value = 0
    while value < arity {
      push(keep(branch(a, top, value), branch(condition, top, value), otherwise, operation))
      value += 1
    }
    let result = node(top, first)
    remember(operation, a, condition, result)
    return result
  }

  /// Any function of two leaves; with `neutral` (a node, or -1) the other one is the result.
  mutating func apply(
    _ a: Int, _ b: Int, neutral: Int = -1, _ operation: Int, _ combine: (Int, Int) -> Int
  ) -> Int {
    if a == neutral { return b }
    if b == neutral { return a }
    if isExhausted { return 0 }
    let isLeaf = Int(level[a]) == levelCount && Int(level[b]) == levelCount
    if isLeaf { return leaf(combine(Int(start[a]), Int(start[b]))) }
    let known = computed(operation, a, b)
    if known >= 0 { return known }
    let top = level[a] < level[b] ? Int(level[a]) : Int(level[b])
    let first = scratchTop
    let arity = Int(sizes[top])
    var value = 0
    while value < arity {
      push(
        apply(
          branch(a, top, value), branch(b, top, value), neutral: neutral, operation, combine))
      value += 1
    }
    let result = node(top, first)
    remember(operation, a, b, result)
    return result
  }

  /// The condition that some values of the variables from a level on make `a` hold: whatever asks
  /// for those and can hold is simply true.
  mutating func exists(from last: Int, _ a: Int, _ operation: Int) -> Int {
    if a <= 1 { return a }
    if Int(level[a]) >= last { return 1 }
    if isExhausted { return 0 }
    let known = computed(operation, a, 0)
    if known >= 0 { return known }
    let nodeLevel = Int(level[a])
    let first = scratchTop
    let arity = Int(sizes[nodeLevel])
    var value = 0
    while value < arity {
      push(exists(from: last, Int(children[Int(start[a]) + value]), operation))
      value += 1
    }
    let result = node(nodeLevel, first)
    remember(operation, a, 0, result)
    return result
  }

  /// The branch for a value of the variable at a level, which the node asks for or does not.
  func branch(_ node: Int, _ top: Int, _ value: Int) -> Int {
    Int(level[node]) == top ? Int(children[Int(start[node]) + value]) : node
  }
}
