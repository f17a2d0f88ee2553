extension PoolCore {
  /// What the pool has done so far and how it stands, as of the last turn; without what only a
  /// thread has (`Pool.metrics`). O(tasks).
  public var metrics: PoolMetrics {
    PoolMetrics(
      pool: name, turns: engine.pointee.turn, firings: engine.pointee.trace.total,
      unexpected: engine.pointee.unexpected, undeclared: engine.pointee.undeclared,
      forgotten: engine.pointee.forgotten, stalls: engine.pointee.stalls,
      timers: timers.count, tasks: taskMetrics, leaves: leafCounts)
  }

  private var taskMetrics: [TaskMetrics] {
    var metrics = kinds.map { TaskMetrics(task: $0.pointee.table.task) }
    for record in records {
      guard let kind = record.pointee.kind else { continue }
      metrics[kind.pointee.index].count(record)
    }
    return metrics
  }

  private var leafCounts: [PoolStatistics.LeafCount] {
    kinds.flatMap { kind in
      zip(kind.pointee.table.scopes, kind.pointee.counters.scopes).flatMap { scope, counters in
        zip(scope.leaves, counters.counts.leaves).map { leaf, count in
          .init(
            scope: scope.name, leaf: leaf.name, label: leaf.label, kind: leaf.kind, count: count)
        }
      }
    }
  }
}

extension TaskMetrics {
  fileprivate mutating func count(_ record: UnsafeMutablePointer<TaskRecord>) {
    var (isUnexpected, isBlocked, isWaiting) = (false, false, false)
    for index in 0..<record.pointee.subjects.count {
      // Field by field: a copy of the status would retain what it refers to.
      let status = record.pointee.subjects[index]
      switch status.pointee.ending {
      case .unexpected: isUnexpected = true
      case .blocked, .retrying: isBlocked = true
      case .waiting: isWaiting = true
      case .moving, .atGoal: break
      }
      if status.pointee.notices > 0, status.pointee.ending.isNoticed { overdue += 1 }
    }
    if record.pointee.isActive {
      active += 1
    } else if isUnexpected {
      unexpected += 1
    } else if isBlocked {
      blocked += 1
    } else if isWaiting {
      waiting += 1
    } else {
      atGoal += 1
    }
  }
}
