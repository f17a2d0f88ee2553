import RulesAnalysis

/// The replay for other programs, version 1.
///
/// ```text
/// { "version": 1, "pool", "program", "process": int, "lost": int,
///   "tasks": [ { "name", "same": bool|null, "removedFacts": [string], "addedFacts": [string],
///                "missingScopes": [string] } ],
///   "firings": int, "agree": int, "undecided": int, "differ": int,
///   "differences": [ { "kind": "impossible"|"decision"|"step"|"scope", "scope", "recorded", "today",
///                      "count": int, "sequence": int|null, "subject", "state",
///                      "reasons": [string] } ],
///   "listed": [ { "sequence", "nanoseconds", "subject": int, "name", "scope", "leaf",
///                 "change": string|null, "difference": int|null } ] }
/// ```
/// `same`: null for a task that today's rules do not have. `sequence` of a difference: its first
/// firing, null for where a subject stood at the end. `difference` indexes `differences`.
///
/// - Parameter listed: how many of the newest firings are listed.
public func replayJSON(_ report: ReplayReport, listed: Int) -> JSONValue {
  let trace = report.trace
  let firings = report.entries.filter { !$0.isPresent }
  return [
    "version": 1, "pool": .string(trace.pool), "program": .string(trace.program),
    "process": .integer(trace.process), "lost": .integer(trace.lost),
    "tasks": .array(
      report.tasks.map { task in
        [
          "name": .string(task.name), "same": task.isSame.map(JSONValue.bool) ?? .null,
          "removedFacts": .strings(task.removedFacts), "addedFacts": .strings(task.addedFacts),
          "missingScopes": .strings(task.missingScopes),
        ]
      }),
    "firings": .integer(firings.count), "agree": .integer(report.agreeing),
    "undecided": .integer(report.undecided),
    "differ": .integer(report.differences.reduce(0) { $0 + $1.count }),
    "differences": .array(report.differences.map { differenceJSON($0, report) }),
    "listed": .array(firings.suffix(listed).map { entryJSON($0, trace) }),
  ]
}

private func differenceJSON(
  _ difference: ReplayReport.Difference, _ report: ReplayReport
) -> JSONValue {
  let entry = report.entries[difference.first]
  return [
    "kind": .string(difference.kind.rawValue), "scope": .string(difference.scope),
    "recorded": .string(difference.recorded), "today": .string(difference.today),
    "count": .integer(difference.count),
    "sequence": entry.isPresent ? .null : .integer(entry.record.sequence),
    "subject": .string(report.trace.name(of: entry.record.subject)),
    "state": .string(difference.state), "reasons": .strings(difference.reasons),
  ]
}

private func entryJSON(_ entry: ReplayReport.Entry, _ trace: RecordedTrace) -> JSONValue {
  let scope = trace.tasks[entry.record.task].scopes[entry.record.scope]
  return [
    "sequence": .integer(entry.record.sequence), "nanoseconds": .integer(entry.record.nanoseconds),
    "subject": .integer(entry.record.subject),
    "name": .string(trace.name(of: entry.record.subject)), "scope": .string(scope.name),
    "leaf": .string(entry.leaf), "change": entry.change.map(JSONValue.string) ?? .null,
    "difference": .integer(entry.difference),
  ]
}
