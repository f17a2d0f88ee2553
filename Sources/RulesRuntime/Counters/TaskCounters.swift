/// The counters of one kind of task in one pool.
final class TaskCounters: Sendable {
  let table: RuleTable
  /// In the order of the table.
  let scopes: [ScopeCounters]

  init(_ table: RuleTable, _ counting: StateCounting) {
    self.table = table
    scopes = table.scopes.map { ScopeCounters($0, counting) }
  }
}
