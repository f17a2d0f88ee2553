/// What the tasks of one type share in one pool: the table, and how often each state and leaf was
/// reached.
struct TaskKind {
  let table: RuleTable
  /// The kind's number in the pool, by which trace records name it.
  let index: Int
  let counters: TaskCounters
  /// What counts each scope: plain memory, for the reason `SubjectList` has; who holds this calls
  /// `deallocate` before dropping it.
  fileprivate let writers: UnsafeMutablePointer<ScopeCounters.Writer>
  fileprivate let scopeCount: Int
  /// By scope, then by leaf: whether it is a wait for other tasks of the pool and nothing else.
  fileprivate let closedWaits: UnsafeMutablePointer<UnsafeMutablePointer<Bool>>

  init(table: RuleTable, index: Int, counting: StateCounting) {
    self.table = table
    self.index = index
    counters = TaskCounters(table, counting)
    scopeCount = counters.scopes.count
    writers = .allocate(capacity: scopeCount)
    for (scope, counters) in counters.scopes.enumerated() {
      (writers + scope).initialize(to: ScopeCounters.Writer(counters))
    }
    closedWaits = .allocate(capacity: scopeCount)
    for (index, scope) in table.scopes.enumerated() {
      let flags = UnsafeMutablePointer<Bool>.allocate(capacity: scope.leaves.count)
      for (leaf, entry) in scope.leaves.enumerated() {
        (flags + leaf).initialize(to: entry.waitsForOthers(in: scope))
      }
      (closedWaits + index).initialize(to: flags)
    }
  }

  /// Gives the writers' memory back; nothing may be counted afterwards.
  func deallocate() {
    writers.deinitialize(count: scopeCount)
    writers.deallocate()
    for scope in 0..<scopeCount { closedWaits[scope].deallocate() }
    closedWaits.deallocate()
  }
}

extension RuleTable.Leaf {
  /// Whether it is a wait all of whose causes are facts of related tasks.
  fileprivate func waitsForOthers(in scope: RuleTable.Scope) -> Bool {
    guard kind == .wait, !causes.isEmpty else { return false }
    return causes.allSatisfy { cause in
      cause.contains(".") && scope.variables.contains { $0.name == cause }
    }
  }
}

extension UnsafeMutablePointer<TaskKind> {
  /// Counts an evaluation. Traps when the table has no such leaf: the generated code and its table
  /// are one text.
  ///
  /// Of the pointer, because a method of the kind would be handed a copy, and a copy retains what it
  /// refers to.
  @inline(__always)
  func count(scope: Int, leaf: Int, _ word: StateWord, _ words: Span<UInt64>) {
    precondition(scope >= 0 && scope < pointee.scopeCount, "no scope \(scope)")
    pointee.writers[scope].count(leaf, word.bits, words)
  }

  /// Whether a leaf is a wait for other tasks of the pool and nothing else.
  func waitsForOthers(_ scope: Int, _ leaf: Int) -> Bool {
    pointee.closedWaits[scope][leaf]
  }
}
