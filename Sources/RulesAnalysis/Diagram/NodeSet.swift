/// Some nodes of a table, numbered as they come. Open addressing, as for the nodes themselves.
struct NodeSet: ~Copyable {
  /// The nodes by number.
  private(set) var nodes: UnsafeMutablePointer<Int32>
  private(set) var count = 0
  private var slots: UnsafeMutablePointer<Int32>
  private var mask: Int

  init() {
    mask = 63
    nodes = .allocate(capacity: 32)
    slots = .allocate(capacity: 64)
    slots.initialize(repeating: -1, count: 64)
  }

  deinit {
    nodes.deallocate()
    slots.deallocate()
  }

  /// The number of a node, -1 if it is none of these.
  func number(of node: Int) -> Int {
    var slot = start(node)
    while slots[slot] >= 0 {
      if nodes[Int(slots[slot])] == Int32(node) { return Int(slots[slot]) }
      slot = (slot + 1) & mask
    }
    return -1
  }

  /// Whether the node is new.
  mutating func insert(_ node: Int) -> Bool {
    var slot = start(node)
    while slots[slot] >= 0 {
      if nodes[Int(slots[slot])] == Int32(node) { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(count)
    nodes[count] = Int32(node)
    count += 1
    if 2 * count > mask { grow() }
    return true
  }

  private func start(_ node: Int) -> Int {
    let hash = UInt(bitPattern: node) &* 0x9E37_79B9_7F4A_7C15
    return Int(bitPattern: (hash &>> 32) & UInt(bitPattern: mask))
  }

  private mutating func grow() {
    mask = 2 * mask + 1
    let larger = UnsafeMutablePointer<Int32>.allocate(capacity: (mask + 1) / 2)
    larger.update(from: nodes, count: count)
    nodes.deallocate()
    nodes = larger
    slots.deallocate()
    slots = .allocate(capacity: mask + 1)
    slots.initialize(repeating: -1, count: mask + 1)
    var index = 0
    while index < count {
      var slot = start(Int(nodes[index]))
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
      index += 1
    }
  }
}

extension NodeTable {
  /// The nodes of a function, itself and leaves included, each child before its parents.
  func nodes(of root: Int) -> [Int] {
    var seen = NodeSet()
    _ = seen.insert(root)
    var next = 0
    while next < seen.count {
      let node = Int(seen.nodes[next])
      next += 1
      let arity = Int(sizes[Int(level[node])])
      var value = 0
      while value < arity {
        _ = seen.insert(Int(children[Int(start[node]) + value]))
        value += 1
      }
    }
    return UnsafeBufferPointer(start: seen.nodes, count: seen.count).map { Int($0) }.sorted()
  }
}
