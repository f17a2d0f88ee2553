// The memory of a decision diagram: flat arrays, so that making and finding a node touches a few
// words and allocates nothing.
//
//   node n     level[n], start[n]      its children are children[start[n] ..< start[n] + sizes[level]]
//   leaf n     level[n] == levelCount  its value is start[n]
//   unique     an open-addressing hash table of node numbers: equal nodes are made once
//   results    a direct-mapped table (operation, a, b) -> result; a newer entry replaces an older
//              one, so its memory is bounded and forgetting costs time only
//
// A node is made after its children, so ascending numbers are an order from the leaves up.
//
// Raw pointers and `while` instead of arrays and `for`: `rulesc` runs as a debug build in every
// `swift build`, and there an array access is a call, a pointer access is not.

/// The nodes of one diagram. Whoever has it must `deallocate` it, once: see `NodeStore`.
struct NodeTable {
  /// The level of leaves, and the number of levels.
  let levelCount: Int
  /// The most nodes; what would need more sets `isExhausted`.
  var nodeLimit: Int
  /// Values of the variable at each level.
  private(set) var sizes: UnsafeMutablePointer<Int32>
  /// The level of each node.
  private(set) var level: UnsafeMutablePointer<Int32>
  /// Where each node's children begin; a leaf's value.
  private(set) var start: UnsafeMutablePointer<Int32>
  private(set) var children: UnsafeMutablePointer<Int32>
  /// The number of nodes.
  private(set) var count = 0
  /// Whether an operation needed more nodes or steps than there may be: its result means nothing.
  private(set) var isExhausted = false
  /// Results on the way to becoming children of a node, and where they end.
  private(set) var scratch: UnsafeMutablePointer<Int32>
  private(set) var scratchTop = 0

  private var capacity = 1 << 8
  private var childCount = 0
  private var childCapacity = 1 << 9
  private var scratchCapacity = 1 << 8
  private var unique: UnsafeMutablePointer<Int32>
  private var uniqueMask = (1 << 9) - 1
  private var results: UnsafeMutablePointer<Int32>
  private var resultsMask = (1 << 9) - 1
  private var nextOperation = 16
  /// What the operation at hand has done and may do: its bounds are those above, or closer.
  private var steps = 0
  private var limit: Int
  private var stepLimit = 0

  /// Entries of the table of results; 16 bytes each.
  private static let resultsLimit = 1 << 20
  /// Children for each node that there may be, on average: a variable may have 2^15 values.
  private static let childrenPerNode = 16
  /// Steps for each node that there may be: what bounds the time when results are forgotten.
  private static let stepsPerNode = 64

  init(sizes domainSizes: [Int], nodeLimit: Int) {
    levelCount = domainSizes.count
    self.nodeLimit = nodeLimit
    limit = nodeLimit
    sizes = .allocate(capacity: domainSizes.count + 1)
    for (index, size) in domainSizes.enumerated() { sizes[index] = Int32(size) }
    sizes[domainSizes.count] = 0
    level = .allocate(capacity: capacity)
    start = .allocate(capacity: capacity)
    children = .allocate(capacity: childCapacity)
    scratch = .allocate(capacity: scratchCapacity)
    unique = .allocate(capacity: uniqueMask + 1)
    unique.initialize(repeating: -1, count: uniqueMask + 1)
    results = .allocate(capacity: 4 * (resultsMask + 1))
    results.initialize(repeating: -1, count: 4 * (resultsMask + 1))
    _ = leaf(0)
    _ = leaf(1)
  }

  /// A copy with memory of its own; results are forgotten.
  init(copying other: NodeTable) {
    self = other
    sizes = Self.copy(other.sizes, levelCount + 1, capacity: levelCount + 1)
    level = Self.copy(other.level, count, capacity: capacity)
    start = Self.copy(other.start, count, capacity: capacity)
    children = Self.copy(other.children, childCount, capacity: childCapacity)
    scratch = .allocate(capacity: scratchCapacity)
    scratchTop = 0
    unique = Self.copy(other.unique, uniqueMask + 1, capacity: uniqueMask + 1)
    results = .allocate(capacity: 4 * (resultsMask + 1))
    results.initialize(repeating: -1, count: 4 * (resultsMask + 1))
  }

  func deallocate() {
    for pointer in [sizes, level, start, children, scratch, unique, results] {
      pointer.deallocate()
    }
  }

  private static func copy(
    _ pointer: UnsafeMutablePointer<Int32>, _ count: Int, capacity: Int
  ) -> UnsafeMutablePointer<Int32> {
    let copy = UnsafeMutablePointer<Int32>.allocate(capacity: capacity)
    copy.update(from: pointer, count: count)
    return copy
  }

  // MARK: Nodes

  /// The leaf of a value.
  mutating func leaf(_ value: Int) -> Int { intern(levelCount, scratchTop, count: 0, value) }

  /// The node whose children are `scratch[first ..< scratchTop]`, which are taken off; their only
  /// one when all are the same.
  mutating func node(_ nodeLevel: Int, _ first: Int) -> Int {
    let only = scratch[first]
    var index = first + 1
    while index < scratchTop, scratch[index] == only { index += 1 }
    if index == scratchTop {
      scratchTop = first
      return Int(only)
    }
    let node = intern(nodeLevel, first, count: scratchTop - first, 0)
    scratchTop = first
    return node
  }

  mutating func push(_ node: Int) {
    if scratchTop == scratchCapacity {
      scratch = grown(scratch, scratchTop, to: 2 * scratchCapacity)
      scratchCapacity *= 2
    }
    scratch[scratchTop] = Int32(node)
    scratchTop += 1
  }

  private mutating func intern(_ nodeLevel: Int, _ first: Int, count arity: Int, _ value: Int)
    -> Int
  {
    var hash = mixed(UInt(bitPattern: nodeLevel), UInt(bitPattern: value))
    var index = 0
    while index < arity {
      hash = mixed(hash, UInt(bitPattern: Int(scratch[first + index])))
      index += 1
    }
    var slot = Int(bitPattern: hash & UInt(bitPattern: uniqueMask))
    while unique[slot] >= 0 {
      let known = Int(unique[slot])
      if Int(level[known]) == nodeLevel, matches(known, first, arity, value) { return known }
      slot = (slot + 1) & uniqueMask
    }
    guard count < limit, childCount + arity <= Self.childrenPerNode * nodeLimit else {
      isExhausted = true
      return 0
    }
    reserve(arity)
    let node = count
    level[node] = Int32(nodeLevel)
    if arity == 0 {
      start[node] = Int32(value)
    } else {
      start[node] = Int32(childCount)
      (children + childCount).update(from: scratch + first, count: arity)
      childCount += arity
    }
    count += 1
    unique[slot] = Int32(node)
    if 2 * count > uniqueMask { rehash() }
    return node
  }

  private func matches(_ node: Int, _ first: Int, _ arity: Int, _ value: Int) -> Bool {
    if arity == 0 { return Int(start[node]) == value }
    let base = Int(start[node])
    var index = 0
    while index < arity {
      if children[base + index] != scratch[first + index] { return false }
      index += 1
    }
    return true
  }

  private mutating func reserve(_ arity: Int) {
    if count == capacity {
      level = grown(level, count, to: 2 * capacity)
      start = grown(start, count, to: 2 * capacity)
      capacity *= 2
    }
    if childCount + arity > childCapacity {
      let larger = max(2 * childCapacity, childCount + arity)
      children = grown(children, childCount, to: larger)
      childCapacity = larger
    }
  }

  /// Doubles both tables.
  private mutating func rehash() {
    unique.deallocate()
    uniqueMask = 2 * uniqueMask + 1
    unique = .allocate(capacity: uniqueMask + 1)
    unique.initialize(repeating: -1, count: uniqueMask + 1)
    var node = 0
    while node < count {
      let isLeaf = Int(level[node]) == levelCount
      let arity = isLeaf ? 0 : Int(sizes[Int(level[node])])
      var hash = mixed(
        UInt(bitPattern: Int(level[node])), isLeaf ? UInt(bitPattern: Int(start[node])) : 0)
      var index = 0
      while index < arity {
        hash = mixed(hash, UInt(bitPattern: Int(children[Int(start[node]) + index])))
        index += 1
      }
      var slot = Int(bitPattern: hash & UInt(bitPattern: uniqueMask))
      while unique[slot] >= 0 { slot = (slot + 1) & uniqueMask }
      unique[slot] = Int32(node)
      node += 1
    }
    if resultsMask < uniqueMask, resultsMask + 1 < Self.resultsLimit {
      results.deallocate()
      resultsMask = uniqueMask
      results = .allocate(capacity: 4 * (resultsMask + 1))
      results.initialize(repeating: -1, count: 4 * (resultsMask + 1))
    }
  }

  private func grown(
    _ pointer: UnsafeMutablePointer<Int32>, _ used: Int, to newCapacity: Int
  ) -> UnsafeMutablePointer<Int32> {
    let larger = Self.copy(pointer, used, capacity: newCapacity)
    pointer.deallocate()
    return larger
  }

  private func mixed(_ hash: UInt, _ word: UInt) -> UInt {
    let product = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ (product &>> 29)
  }

  // MARK: Computed results

  /// A number for results of an operation that is used once.
  mutating func makeOperation() -> Int {
    nextOperation += 1
    return nextOperation
  }

  /// Begins an operation that may make some more nodes: forgets that an earlier one was not finished.
  mutating func begin(atMost more: Int) {
    limit = min(nodeLimit, count + min(more, nodeLimit))
    stepLimit = Self.stepsPerNode * min(more, nodeLimit)
    isExhausted = false
    scratchTop = 0
    steps = 0
  }

  /// What was computed for the arguments, or -1. Counts a step.
  mutating func computed(_ operation: Int, _ a: Int, _ b: Int) -> Int {
    steps += 1
    if steps > stepLimit { isExhausted = true }
    let entry = results + 4 * slot(operation, a, b)
    let isHit =
      entry[0] == Int32(a) && entry[1] == Int32(b) && entry[2] == Int32(operation)
    return isHit ? Int(entry[3]) : -1
  }

  mutating func remember(_ operation: Int, _ a: Int, _ b: Int, _ result: Int) {
    let entry = results + 4 * slot(operation, a, b)
    entry[0] = Int32(a)
    entry[1] = Int32(b)
    entry[2] = Int32(operation)
    entry[3] = Int32(result)
  }

  private func slot(_ operation: Int, _ a: Int, _ b: Int) -> Int {
    let hash = mixed(
      mixed(UInt(bitPattern: a), UInt(bitPattern: operation)), UInt(bitPattern: b))
    return Int(bitPattern: hash & UInt(bitPattern: resultsMask))
  }
}
