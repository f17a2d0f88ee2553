/// What the tasks of one type share in one pool: the table and how often each leaf was reached.
struct TaskKind {
  let table: RuleTable
  /// The kind's number in the pool, by which trace records name it.
  let index: Int
  /// Where each scope's leaves begin in `counts`, and one end.
  private let firstLeaf: [Int]
  /// The counters of all scopes' leaves, one scope after the other.
  private(set) var counts: [UInt64]

  init(table: RuleTable, index: Int) {
    self.table = table
    self.index = index
    var firstLeaf = [0]
    for scope in table.scopes {
      firstLeaf.append(firstLeaf[firstLeaf.count - 1] + scope.leaves.count)
    }
    self.firstLeaf = firstLeaf
    self.counts = Array(repeating: 0, count: firstLeaf[firstLeaf.count - 1])
  }

  /// Traps when the table has no such leaf: the generated code and its table are one text.
  mutating func count(scope: Int, leaf: Int) {
    counts[firstLeaf[scope] + leaf] += 1
  }

  func count(ofScope scope: Int, leaf: Int) -> UInt64 {
    counts[firstLeaf[scope] + leaf]
  }
}
