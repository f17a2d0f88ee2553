/// The trace in the Trace Event Format, which Perfetto and `chrome://tracing` show: one row a subject,
/// on it one bar a firing, as long as until the subject's next one.
///
/// An arrow (a flow, `s` to `f`) leads from each firing to those that it enabled.
///
/// Times are microseconds of the pool's clock. The last firing of a subject, which has no next one,
/// is an instant. Each event's `args` have its number, the state before and what changed.
public func chromeTrace(_ trace: RecordedTrace, _ filter: ReplayFilter = ReplayFilter())
  -> JSONValue
{
  let included = trace.firings.filter { filter.includes($0, trace) }
  let firings = filter.last.map { Array(included.suffix($0)) } ?? included
  struct Row: Hashable { var task: Int, scope: Int, subject: UInt64 }
  func row(_ record: RecordedTrace.Record) -> Row {
    Row(task: record.task, scope: record.scope, subject: record.subject)
  }
  var next: [Row: RecordedTrace.Record] = [:]
  var following: [RecordedTrace.Record?] = []
  for record in firings.reversed() {
    following.append(next[row(record)])
    next[row(record)] = record
  }
  var numbers: [Row: Int] = [:]
  let present = Set(firings.map(\.sequence))
  let pid = JSONValue.integer(trace.process)
  var events: [JSONValue] = [
    [
      "name": "process_name", "ph": "M", "pid": pid, "tid": 0,
      "args": ["name": .string("\(trace.program), pool \(trace.pool)")],
    ]
  ]
  for (record, next) in zip(firings, following.reversed()) {
    let scope = trace.tasks[record.task].scopes[record.scope]
    let number = numbers[row(record)] ?? numbers.count + 1
    if numbers.updateValue(number, forKey: row(record)) == nil {
      events.append([
        "name": "thread_name", "ph": "M", "pid": pid, "tid": .integer(number),
        "args": ["name": .string("\(trace.name(of: record.subject)) (\(scope.name))")],
      ])
    }
    var members: [JSONValue.Member] = [
      .init("name", .string(scope.leaves[record.leaf]?.name ?? "leaf \(record.leaf)")),
      .init("cat", .string(scope.name)), .init("ph", next == nil ? "i" : "X"),
      .init("ts", microseconds(record.nanoseconds)), .init("pid", pid),
      .init("tid", .integer(number)),
    ]
    if let next {
      members.append(.init("dur", microseconds(next.nanoseconds &- record.nanoseconds)))
    } else {
      members.append(.init("s", "t"))
    }
    members.append(
      .init(
        "args",
        [
          "sequence": .integer(record.sequence),
          "cause": record.cause.map { .string($0.kind.rawValue) } ?? .null,
          "state": .string(scope.texts(of: record.words).joined(separator: ", ")),
          "change": next.map { .string(scope.difference(from: record.words, to: $0.words)) }
            ?? .null,
        ]))
    events.append(.object(members))
    guard let origin = record.cause?.origin, present.contains(origin),
      let before = trace.firing(origin), let from = numbers[row(before)]
    else { continue }
    // Named by the later end, which has one cause, while a cause may have many effects.
    let name = JSONValue.string(record.cause?.kind.rawValue ?? "")
    let id = JSONValue.integer(record.sequence)
    events.append([
      "name": name, "cat": "cause", "ph": "s", "id": id, "ts": microseconds(before.nanoseconds),
      "pid": pid, "tid": .integer(from),
    ])
    events.append([
      "name": name, "cat": "cause", "ph": "f", "bp": "e", "id": id,
      "ts": microseconds(record.nanoseconds), "pid": pid, "tid": .integer(number),
    ])
  }
  return ["displayTimeUnit": "ms", "traceEvents": .array(events)]
}

/// Nanoseconds as exact microseconds, `88012.345`.
private func microseconds(_ nanoseconds: Int64) -> JSONValue {
  let digits = String(1_000 + abs(nanoseconds % 1_000)).dropFirst()
  let sign = nanoseconds < 0 && nanoseconds > -1_000 ? "-" : ""
  return .number("\(sign)\(nanoseconds / 1_000).\(digits)")
}
