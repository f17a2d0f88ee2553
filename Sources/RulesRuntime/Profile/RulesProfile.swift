/// What states and leaves the pools of a process have evaluated: what dynamic coverage is made of.
///
/// A value; `ProfileRegistry.process.profile` takes it from all pools of this process, those included
/// that are gone. Counts add up from process to process under the same task and content hash.
public struct RulesProfile: Sendable {
  /// A task, as its table names it.
  struct TaskKey: Hashable, Comparable {
    var task: String
    var contentHash: UInt64
    var file: String

    static func < (a: Self, b: Self) -> Bool {
      (a.task, a.contentHash, a.file) < (b.task, b.contentHash, b.file)
    }
  }

  /// The counts of one task's scopes, in the order of its table.
  struct TaskCounts {
    var scopes: [(name: String, counts: ScopeCounts)]
  }

  /// The name of the program's file.
  var program: String
  var processID: Int32
  private(set) var tasks: [TaskKey: TaskCounts] = [:]

  /// An empty profile.
  init(program: String, processID: Int32) {
    self.program = program
    self.processID = processID
  }

  /// Adds what one kind of task counted in one pool.
  ///
  /// A table that was not made from rules has the hash zero, and nothing to compare it with: it is
  /// left out.
  mutating func add(_ counters: TaskCounters) {
    let table = counters.table
    guard table.contentHash != 0 else { return }
    let key = TaskKey(task: table.task, contentHash: table.contentHash, file: table.file)
    var counts =
      tasks.removeValue(forKey: key)
      ?? TaskCounts(scopes: table.scopes.map { ($0.name, ScopeCounts(leaves: $0.leaves.count)) })
    for (index, scope) in counters.scopes.enumerated() where index < counts.scopes.count {
      counts.scopes[index].counts.add(scope.counts)
    }
    tasks[key] = counts
  }

  /// The sum of all counts.
  var total: UInt64 {
    tasks.values.reduce(0) { sum, task in
      task.scopes.reduce(sum) { sum, scope in scope.counts.leaves.reduce(sum, &+) }
    }
  }
}
