/// A firing of the trace with the states around it.
struct TraceStep {
  var sequence: UInt64
  var record: TraceRing.Record
  /// All words of the state before it.
  var before: [UInt64]
  /// All words of the state that the subject's next evaluation found; nil: there was none since, or
  /// the subject is gone. What came to it from outside meanwhile is in it, too.
  var after: [UInt64]?
}

extension PoolCore {
  /// A subject as trace records tell it.
  struct TracedSubject: Hashable {
    var kind: UInt16
    var scope: UInt16
    var id: UInt64

    init(_ record: TraceRing.Record) {
      (kind, scope, id) = (record.kind, record.scope, record.subjectID)
    }

    init(_ kind: Int, _ status: SubjectStatus) {
      self.kind = UInt16(truncatingIfNeeded: kind)
      scope = UInt16(truncatingIfNeeded: status.scope)
      id = status.subjectID
    }
  }

  /// The kept firings, oldest first. O(trace capacity + tasks).
  var steps: [TraceStep] {
    let trace = engine.pointee.trace
    var next = presentStates
    var steps: [TraceStep] = []
    for (sequence, record) in trace.contents.reversed() {
      let scope = kinds[Int(record.kind)].pointee.table.scopes[Int(record.scope)]
      let subject = TracedSubject(record)
      let before = trace.allWords(of: sequence, count: scope.wordCount)
      steps.append(
        TraceStep(sequence: sequence, record: record, before: before, after: next[subject]))
      next[subject] = before
    }
    steps.reverse()
    return steps
  }

  /// The state in which the subject of a firing was evaluated next. O(trace capacity).
  func nextState(
    of record: TraceRing.Record, after sequence: UInt64, _ present: [TracedSubject: [UInt64]]
  ) -> [UInt64]? {
    let subject = TracedSubject(record)
    var number = sequence + 1
    while let next = engine.pointee.trace[number] {
      if next.subjectID == record.subjectID, TracedSubject(next) == subject {
        let scope = kinds[Int(next.kind)].pointee.table.scopes[Int(next.scope)]
        return engine.pointee.trace.allWords(of: number, count: scope.wordCount)
      }
      number += 1
    }
    return present[subject]
  }

  /// Where the subjects that have fired stand, those that are about to go on left out.
  var presentStates: [TracedSubject: [UInt64]] {
    var states: [TracedSubject: [UInt64]] = [:]
    for record in records {
      guard let kind = record.pointee.kind else { continue }
      for index in 0..<record.pointee.subjects.count {
        let status = record.pointee.subjects[index].pointee
        guard status.hasFired, let words = status.newestWords else { continue }
        states[TracedSubject(kind.pointee.index, status)] = words
      }
    }
    return states
  }
}
