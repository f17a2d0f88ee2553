import RulesAnalysis
import RulesLanguage

/// Who wakes each wait, and why, for a terminal.
///
/// ```text
/// wait W2 "prior footer" of Segment.replica, Segment.rules:47
///   prior.closed depends on footer
///     Segment.R6 "footer not sent"  changes footer  and wakes its following
/// ```
public func wakingText(_ program: Program) -> String {
  let causes = waitCauses(program)
  guard !causes.isEmpty else { return "there is no wait\n" }
  var text = ""
  var last: SourcePosition?
  for cause in causes {
    if cause.wait.position != last {
      let position = cause.wait.position
      let place = "\(program.files[position.file].path):\(position.line)"
      text += (last == nil ? "" : "\n") + "\(cause.wait.fullTitle) of \(cause.scope), \(place)\n"
      last = position
    }
    text += causeText(cause)
  }
  return text
}

private func causeText(_ cause: WaitCause) -> String {
  if cause.isEvent { return "  for \(cause.cause): an event, which wakes the task it happens to\n" }
  guard !cause.wakers.isEmpty else {
    return "  for \(cause.cause): nothing in these rules changes it\n"
  }
  var text = "  for \(cause.cause), which may come about through\n"
  let rows = cause.wakers.map { waker in
    [
      (waker.isEvent ? "event " : "rule ") + waker.name + (waker.label.map { " \"\($0)\"" } ?? ""),
      "changes \(waker.facts.joined(separator: ", "))",
      waker.ways.isEmpty
        ? "evaluated again by itself"
        : "wakes " + waker.ways.map(wayText).joined(separator: " and "),
    ]
  }
  let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
  for row in rows {
    text += "    \(row[0].padded(to: widths[0]))  \(row[1].padded(to: widths[1]))  \(row[2])\n"
  }
  return text
}

/// `its following`, `its Segment's following`
private func wayText(_ steps: [WakeUp.Step]) -> String {
  let names = steps.map { step in
    switch step {
    case .owner(let task): task
    case .related(let name, _): name
    }
  }
  return "its " + names.joined(separator: "'s ")
}
