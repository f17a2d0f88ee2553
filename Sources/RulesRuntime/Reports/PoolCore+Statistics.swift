extension PoolCore {
  /// What happened so far; consistent, as of the last turn. O(tasks + trace capacity).
  public var statistics: PoolStatistics {
    PoolStatistics(
      leaves: kinds.flatMap { leafCounts(of: $0.pointee) },
      waiting: tasksByAdmission.flatMap(waiting),
      firings: firings,
      tasks: records.count,
      activeTasks: engine.pointee.active.count,
      turns: engine.pointee.turn,
      unexpected: engine.pointee.unexpected,
      undeclared: engine.pointee.undeclared,
      forgotten: engine.pointee.forgotten,
      stalls: engine.pointee.stalls)
  }

  private var tasksByAdmission: [UnsafeMutablePointer<TaskRecord>] {
    records.sorted { $0.pointee.admission < $1.pointee.admission }
  }

  private func leafCounts(of kind: TaskKind) -> [PoolStatistics.LeafCount] {
    kind.table.scopes.indices.flatMap { scope -> [PoolStatistics.LeafCount] in
      let counts = kind.counters.scopes[scope].counts.leaves
      return kind.table.scopes[scope].leaves.indices.map { leaf in
        let entry = kind.table.scopes[scope].leaves[leaf]
        return .init(
          scope: kind.table.scopes[scope].name, leaf: entry.name, label: entry.label,
          kind: entry.kind, count: counts[leaf])
      }
    }
  }

  private func waiting(_ record: UnsafeMutablePointer<TaskRecord>) -> [PoolStatistics.Waiting] {
    guard let table = record.pointee.kind?.pointee.table, !record.pointee.isActive else {
      return []
    }
    let subjects = record.pointee.subjects
    return (0..<subjects.count).map { subjects[$0].pointee }.filter(\.isStill).map { status in
      let (scope, leaf) = status.entry(in: table)
      return .init(
        subject: status.subject.subjectName, leaf: leaf.name, label: leaf.label,
        causes: leaf.causes, state: status.stateText(in: scope), since: status.since)
    }
  }

  /// How many firings there were so far: the next one's number.
  package var firingCount: UInt64 { engine.pointee.trace.total }

  /// Names the rules that fired, with their scopes: those from a number on that the trace still has.
  package func forEachFiring(from first: UInt64, _ body: (_ scope: String, _ rule: String) -> Void)
  {
    let trace = engine.pointee.trace
    for number in max(first, trace.total - UInt64(trace.count))..<trace.total {
      guard let record = trace[number] else { continue }
      let scope = kinds[Int(record.kind)].pointee.table.scopes[Int(record.scope)]
      body(scope.name, scope.leaves[Int(record.leaf)].name)
    }
  }

  /// The records of the trace, with the names of their subjects.
  var firings: [PoolStatistics.Firing] {
    let names = namesOfFired
    return engine.pointee.trace.contents.map { firing($0, $1, names) }
  }

  /// A record of the trace in words.
  func firing(
    _ sequence: UInt64, _ record: TraceRing.Record, _ names: [UInt64: String]
  ) -> PoolStatistics.Firing {
    let scope = kinds[Int(record.kind)].pointee.table.scopes[Int(record.scope)]
    return .init(
      sequence: sequence, time: record.time, subjectID: record.subjectID,
      subject: names[record.subjectID] ?? engine.pointee.names[record.subjectID]
        ?? "subject \(record.subjectID)",
      rule: scope.leaves[Int(record.leaf)].name, cause: record.cause.cause)
  }

  /// The names of the subjects that are here and of which a rule fired. O(tasks).
  var namesOfFired: [UInt64: String] {
    var present: [UInt64: String] = [:]
    for record in records {
      for index in 0..<record.pointee.subjects.count {
        let status = record.pointee.subjects[index].pointee
        if status.hasFired { present[status.subject.subjectID] = status.subject.subjectName }
      }
    }
    return present
  }
}
