/// What was counted of one scope: a snapshot, which adds up with others.
struct ScopeCounts: Equatable, Sendable {
  /// By state and leaf; nothing is zero.
  private(set) var states: [StateTable.Key: UInt64] = [:]
  /// By leaf: evaluations in states that were not counted one by one.
  var overflow: [UInt64]

  init(leaves: Int) {
    overflow = Array(repeating: 0, count: leaves)
  }

  /// Counts wrap around after 2^64, which no process lives to see.
  mutating func add(_ count: UInt64, to key: StateTable.Key) {
    if count > 0 { states[key, default: 0] &+= count }
  }

  mutating func add(_ other: Self) {
    for (key, count) in other.states { add(count, to: key) }
    for leaf in overflow.indices where leaf < other.overflow.count {
      overflow[leaf] &+= other.overflow[leaf]
    }
  }

  /// How often evaluations ended in each leaf.
  var leaves: [UInt64] {
    states.reduce(into: overflow) { leaves, state in
      if leaves.indices.contains(state.key.leaf) { leaves[state.key.leaf] &+= state.value }
    }
  }
}
