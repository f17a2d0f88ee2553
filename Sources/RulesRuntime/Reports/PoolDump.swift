extension PoolCore {
  /// What every task that is not at its goal does, waits for and could be brought on by, as text:
  ///
  ///     pool log, turn 1234: 12 tasks, 1 active, 0 unexpected, 1 blocked, 2 waiting, 8 at goal
  ///     segment 3 waits
  ///       segment 3, replica 1: W1 "reply" for 2.0 s, rules/Log/Segment.rules:46
  ///         state   server == chosen, header == committed, rpc == flying
  ///         ends by reply
  ///         last    R4 "data not sent" of segment 3, replica 1 (firing 38)
  ///           <- woken by R7 ...
  ///
  /// O(tasks + the trace's capacity).
  /// - Parameter limit: the most tasks that are told; how many more there are is said.
  public func dump(limit: Int = 100) -> String {
    PoolDump(core: self, now: now, names: namesOfFired).text(limit: limit)
  }
}

extension Pool {
  /// What every task that is not at its goal does, waits for and could be brought on by, as text:
  /// between two turns, on the pool's thread. See `PoolCore.dump`.
  /// - Throws: `PoolError.shutDown` after `shutdown`.
  public func dump(limit: Int = 100) throws -> String {
    guard let core = loop.core else { throw PoolError.shutDown }
    return core.dump(limit: limit)
  }
}

private struct PoolDump {
  /// How far back it is told why a subject is where it is.
  private static let links = 4

  let core: PoolCore
  let now: PoolInstant
  let names: [UInt64: String]

  func text(limit: Int) -> String {
    let unfinished = core.unfinished(limit: limit)
    var text = header + "\n"
    for task in unfinished {
      text += "\(task.name) \(task.verb)"
      if let nextTry = task.nextTry { text += ", next try in \(max(.zero, nextTry - now).tenths)" }
      text += "\n"
      for subject in task.subjects where subject.state != .atGoal { text += lines(subject) }
    }
    let counts = counts
    let left = core.records.count - (counts[.atGoal] ?? 0) - unfinished.count
    if left > 0 { text += "and \(left) more\n" }
    return text
  }

  private var counts: [TaskStatus.State: Int] {
    var counts: [TaskStatus.State: Int] = [:]
    for record in core.records { counts[core.state(of: record), default: 0] += 1 }
    return counts
  }

  private var header: String {
    let counts = counts
    let parts: [(TaskStatus.State, String)] = [
      (.active, "active"), (.unexpected, "unexpected"), (.blocked, "blocked"),
      (.waiting, "waiting"), (.atGoal, "at goal"),
    ]
    return "pool \(core.name), turn \(core.engine.pointee.turn): \(core.records.count) tasks, "
      + parts.map { "\(counts[$0.0] ?? 0) \($0.1)" }.joined(separator: ", ")
  }

  private func lines(_ subject: TaskStatus.Subject) -> String {
    let label = subject.label.isEmpty ? "" : " \"\(subject.label)\""
    var text = "  \(subject.name): \(subject.leaf)\(label) for \((now - subject.since).tenths), "
    text += "\(subject.place)\n    state   \(subject.facts)\n"
    if !subject.causes.isEmpty {
      let whence = subject.waitsForOthers ? ", of other tasks of the pool" : ""
      text += "    ends by \(subject.causes.joined(separator: ", "))\(whence)\n"
    }
    if subject.failures > 0 { text += "    threw   \(subject.failures) in a row\n" }
    if let last = subject.lastFiring, let why = core.chain(from: last, limit: Self.links, names) {
      text += "    last    "
      text += why.description.split(separator: "\n").joined(separator: "\n    ") + "\n"
    }
    return text
  }
}

extension TaskStatus {
  fileprivate var verb: String {
    switch state {
    case .created: "is in no pool yet"
    case .removed: "is in no pool any more"
    case .active: "is active"
    case .unexpected: "is in an unexpected state"
    case .blocked: "is blocked"
    case .waiting: "waits"
    case .atGoal: "is at its goal"
    }
  }
}
