/// Where a task is in its life, as of its last evaluation.
public struct TaskStatus: Sendable {
  /// The life of a task, in the order of what is most urgent to know of it.
  public enum State: String, Sendable {
    /// It was not in any pool yet.
    case created
    /// It was in a pool and is in none, or it is in another pool than the one that was asked.
    case removed
    /// It is evaluated in the next turn.
    case active
    /// Some subject is in a state that no clause handles or that should not be; nothing will happen
    /// to it by itself.
    case unexpected
    /// A rule of some subject fires in vain: its action throws, or leaves everything as it was. It is
    /// tried again.
    case blocked
    /// Some subject waits, and none is in trouble.
    case waiting
    /// All subjects are at their goal.
    case atGoal
  }

  /// A subject of the task: the task itself or an element of an `each`.
  public struct Subject: Sendable {
    /// `segment 3, replica 1`
    public var name: String
    /// `Segment.replica`
    public var scope: String
    /// Where its evaluation ended: `active` when a rule fired.
    public var state: State
    /// `W1`, `R4`, `goal`, `unhandled`
    public var leaf: String
    /// The label of the rules file; empty when there is none.
    public var label: String
    /// `rules/Log/Segment.rules:46`
    public var place: String
    /// What ends its wait; empty when it does not wait.
    public var causes: [String]
    /// Of a wait: whether all of `causes` are changes of other tasks of the pool.
    public var waitsForOthers: Bool
    /// The facts of its last evaluation in the words of the rules.
    public var facts: String
    /// Since when its evaluations have ended so.
    public var since: PoolInstant
    /// How often in a row its action threw.
    public var failures: Int
    /// The number of its newest firing, for `PoolCore.why`; nil: no rule of it fired yet.
    public var lastFiring: UInt64?
  }

  /// `segment 3`
  public var name: String
  /// The task's type in the rules, `Segment`.
  public var task: String
  public var state: State
  /// Of a blocked task: when a rule is tried again.
  public var nextTry: PoolInstant?
  /// In the order of the last evaluation; empty before the first one and when it is in no pool.
  public var subjects: [Subject]
}

extension PoolCore {
  /// Where a task is in its life. O(its subjects).
  public func status(of task: any RuleTask) -> TaskStatus {
    let record = task.membership.record
    guard record.pointee.engine == engine else {
      let isNew = record.pointee.engine == nil && !record.pointee.hasLeft
      return TaskStatus(
        name: task.subjectName, task: type(of: task).ruleTable.task,
        state: isNew ? .created : .removed, nextTry: nil, subjects: [])
    }
    return status(of: record, task)
  }

  /// The tasks that are not at their goal, in the order in which they came. O(tasks).
  /// - Parameter limit: the most that are listed.
  public func unfinished(limit: Int = 1_000) -> [TaskStatus] {
    // The state alone is cheap; the words of a status are made only for those that are listed.
    records.filter { state(of: $0) != .atGoal }
      .sorted { $0.pointee.admission < $1.pointee.admission }
      .prefix(max(0, limit))
      .compactMap { record in record.pointee.task.map { status(of: record, $0) } }
  }

  func state(of record: UnsafeMutablePointer<TaskRecord>) -> TaskStatus.State {
    if record.pointee.isActive || record.pointee.isEvaluating { return .active }
    var isWaiting = false
    var isBlocked = false
    for index in 0..<record.pointee.subjects.count {
      switch record.pointee.subjects[index].pointee.ending {
      case .unexpected: return .unexpected
      case .blocked, .retrying: isBlocked = true
      case .waiting, .moving: isWaiting = true
      case .atGoal: break
      }
    }
    return isBlocked ? .blocked : isWaiting ? .waiting : .atGoal
  }

  private func status(
    of record: UnsafeMutablePointer<TaskRecord>, _ task: any RuleTask
  ) -> TaskStatus {
    let table = type(of: task).ruleTable
    let retry = record.pointee.reactivateAt
    return TaskStatus(
      name: task.subjectName, task: table.task, state: state(of: record),
      nextTry: retry == .distantFuture ? nil : retry,
      subjects: (0..<record.pointee.subjects.count).compactMap { index in
        guard let kind = record.pointee.kind else { return nil }
        return subject(record.pointee.subjects[index].pointee, kind)
      })
  }

  private func subject(
    _ status: SubjectStatus, _ kind: UnsafeMutablePointer<TaskKind>
  ) -> TaskStatus.Subject {
    let table = kind.pointee.table
    let (scope, leaf) = status.entry(in: table)
    return TaskStatus.Subject(
      name: status.subject.subjectName, scope: scope.name, state: status.ending.state,
      leaf: leaf.name, label: leaf.label, place: "\(table.file):\(leaf.line)",
      causes: leaf.causes, waitsForOthers: kind.waitsForOthers(status.scope, status.leaf),
      facts: status.stateText(in: scope), since: status.since, failures: status.failures,
      lastFiring: status.hasFired ? status.lastFiring - 1 : nil)
  }
}

extension SubjectStatus.Ending {
  fileprivate var state: TaskStatus.State {
    switch self {
    case .moving, .retrying: .active
    case .blocked: .blocked
    case .waiting: .waiting
    case .atGoal: .atGoal
    case .unexpected: .unexpected
    }
  }
}
