/// What the tasks of one type share in one pool: the table and how often each leaf was reached.
///
/// The counters are plain memory, for the reason `SubjectList` has; who holds this calls
/// `deallocate` before dropping it.
struct TaskKind {
  let table: RuleTable
  /// The kind's number in the pool, by which trace records name it.
  let index: Int
  /// Where each scope's leaves begin in `counts`, and one end.
  private let firstLeaf: UnsafeMutablePointer<Int>
  /// The counters of all scopes' leaves, one scope after the other.
  private let counts: UnsafeMutablePointer<UInt64>
  private let scopeCount: Int

  init(table: RuleTable, index: Int) {
    self.table = table
    self.index = index
    scopeCount = table.scopes.count
    firstLeaf = .allocate(capacity: scopeCount + 1)
    firstLeaf.initialize(repeating: 0, count: scopeCount + 1)
    for (scope, entry) in table.scopes.enumerated() {
      firstLeaf[scope + 1] = firstLeaf[scope] + entry.leaves.count
    }
    counts = .allocate(capacity: firstLeaf[scopeCount])
    counts.initialize(repeating: 0, count: firstLeaf[scopeCount])
  }

  /// Gives the counters' memory back; nothing may be counted afterwards.
  func deallocate() {
    firstLeaf.deallocate()
    counts.deallocate()
  }

  /// Traps when the table has no such leaf: the generated code and its table are one text.
  func count(scope: Int, leaf: Int) {
    counts[place(scope, leaf)] += 1
  }

  func count(ofScope scope: Int, leaf: Int) -> UInt64 { counts[place(scope, leaf)] }

  private func place(_ scope: Int, _ leaf: Int) -> Int {
    precondition(scope >= 0 && scope < scopeCount && leaf >= 0, "no scope \(scope), leaf \(leaf)")
    let place = firstLeaf[scope] + leaf
    precondition(place < firstLeaf[scope + 1], "no leaf \(leaf) in scope \(scope)")
    return place
  }
}
