import RulesAnalysis
import RulesLanguage

/// The most groups of differences that are told.
private let differenceLimit = 20

/// The replay for a terminal.
///
/// - Parameters:
///   - listed: how many of the newest firings are listed.
///   - hasStates: each with the state before it.
public func replayText(
  _ report: ReplayReport, listed: Int, hasStates: Bool = false, isColoured: Bool = false
) -> String {
  ReplayWriter(report: report, paint: Palette(isColoured: isColoured), hasStates: hasStates)
    .text(listed: listed)
}

private struct ReplayWriter {
  let report: ReplayReport
  let paint: Palette
  let hasStates: Bool

  private var trace: RecordedTrace { report.trace }
  private var firings: [ReplayReport.Entry] { report.entries.filter { !$0.isPresent } }

  func text(listed: Int) -> String {
    var text =
      paint(.bold, "pool \(trace.pool) of \(trace.program), process \(trace.process)") + "\n"
    if let signal = trace.signal { text += "  written when the process died of signal \(signal)\n" }
    text += "  \(extent)\n" + tasks + "\n"
    let list = list(of: firings.suffix(listed))
    if !list.isEmpty { text += list + "\n" }
    return text + verdict
  }

  /// `1,236 firings of 9 subjects in 2.3 s; 1,234 older ones were lost`
  private var extent: String {
    let subjects = Set(report.entries.map(\.record.subject)).count
    var text = count(firings.count, "firing") + " of " + count(subjects, "subject")
    if let first = firings.first, let last = firings.last {
      text += " in \(seconds(last.record.nanoseconds &- first.record.nanoseconds)) s"
    }
    let filtered = trace.firings.count - firings.count
    if filtered > 0 { text += ", \(count(filtered, "other")) left out" }
    if trace.lost > 0 { text += "; \(grouped(UInt128(trace.lost))) older ones were lost" }
    return text
  }

  private var tasks: String {
    let width = report.tasks.map(\.name.count).max() ?? 0
    var text = ""
    for task in report.tasks {
      let state =
        switch task.isSame {
        case true: "the rules that were recorded"
        case false: "the rules have changed since; matched by names"
        case nil: "not among these rules"
        }
      text += "  \(task.name.padded(to: width))  \(state)\n"
      for scope in task.missingScopes { text += "    \(scope) is no scope any more\n" }
      for fact in task.removedFacts { text += "    \(fact) is no fact any more\n" }
      for fact in task.addedFacts {
        text += "    \(fact) was not recorded, so it may be anything\n"
      }
    }
    return text
  }

  // MARK: The firings

  private func list(of entries: ArraySlice<ReplayReport.Entry>) -> String {
    guard let first = report.entries.first else { return "" }
    let rows = entries.map { entry in
      [
        String(entry.record.sequence),
        "+" + seconds(entry.record.nanoseconds &- first.record.nanoseconds) + " s",
        trace.name(of: entry.record.subject), entry.leaf,
        entry.change.map { $0.isEmpty ? "no change" : $0 } ?? "(what came of it is not recorded)",
      ]
    }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for (row, entry) in zip(rows, entries) {
      let mark = entry.difference == nil ? "  " : "! "
      let cells = row.indices.map {
        $0 == 4 ? row[4] : row[$0].padded(to: widths[$0], left: $0 < 2)
      }
      let line = (mark + cells.joined(separator: "  ")).trimmingTrailingSpaces
      text += (entry.difference == nil ? line : paint(.red, line)) + "\n"
      guard hasStates else { continue }
      let scope = trace.tasks[entry.record.task].scopes[entry.record.scope]
      text += "      \(scope.texts(of: entry.record.words).joined(separator: ", "))\n"
    }
    return text
  }

  // MARK: The verdict

  private var verdict: String {
    var text = ""
    let differing = report.differences.reduce(0) { $0 + $1.count }
    let examined = report.agreeing + report.undecided + differing
    if examined == 0 { return "there is nothing to replay\n" }
    if differing == 0 {
      let all =
        report.undecided == 0
        ? "all \(count(examined, "record"))" : count(report.agreeing, "record")
      text += paint(.green, "today's rules decide \(all) as recorded") + "\n"
    } else {
      text +=
        "\(count(report.agreeing, "record")) as today's rules decide, "
        + paint(.red, "\(grouped(UInt128(differing))) otherwise") + "\n"
    }
    if report.undecided > 0 {
      text +=
        "\(count(report.undecided, "record")) depend\(report.undecided == 1 ? "s" : "") on facts that were not recorded\n"
    }
    guard let first = report.differences.first else { return text }
    text += "\n" + self.first(first)
    let others = report.differences.dropFirst()
    guard !others.isEmpty || first.count > 1 else { return text }
    text += "\nall differences\n"
    let shown = report.differences.prefix(differenceLimit)
    let width = shown.map { grouped(UInt128($0.count)).count }.max() ?? 0
    for difference in shown {
      text += "  \(grouped(UInt128(difference.count)).padded(to: width, left: true))  "
      text += "\(difference.scope): \(summary(difference)), first at "
      text += position(report.entries[difference.first]) + "\n"
    }
    if report.differences.count > differenceLimit {
      text += "  and \(report.differences.count - differenceLimit) more kinds\n"
    }
    return text
  }

  private func summary(_ difference: ReplayReport.Difference) -> String {
    switch difference.kind {
    case .step: "\(difference.recorded) \(difference.today)"
    case .decision, .impossible, .scope: "\(difference.recorded) then, now \(difference.today)"
    }
  }

  private func position(_ entry: ReplayReport.Entry) -> String {
    entry.isPresent ? "the end" : "firing \(entry.record.sequence)"
  }

  private func first(_ difference: ReplayReport.Difference) -> String {
    let entry = report.entries[difference.first]
    let place = entry.isPresent ? "at the end" : "firing \(entry.record.sequence)"
    let time =
      entry.isPresent
      ? ""
      : ", +\(seconds(entry.record.nanoseconds &- (report.entries.first?.record.nanoseconds ?? 0))) s"
    var text = paint(
      .bold, "first difference: \(place)\(time), \(trace.name(of: entry.record.subject))")
    text += "\n  state  \(difference.state)\n"
    text += "  then   \(thenText(difference.recorded, entry))\n"
    let now = difference.kind == .step ? summary(difference) : difference.today
    text += "  now    \(paint(.red, now))\n"
    for (index, reason) in difference.reasons.enumerated() {
      text += "  \(index == 0 ? "why  " : "     ")  \(reason)\n"
    }
    return text
  }

  private func thenText(_ recorded: String, _ entry: ReplayReport.Entry) -> String {
    let scope = trace.tasks[entry.record.task].scopes[entry.record.scope]
    switch scope.leaves[entry.record.leaf]?.kind {
    case "rule" where !entry.isPresent, nil: return "\(recorded) fired"
    case "unhandled": return "it was unhandled"
    case "impossible": return "it was taken for impossible"
    default: return recorded
    }
  }

  // MARK: Numbers

  private func count(_ count: Int, _ what: String) -> String {
    "\(grouped(UInt128(count))) \(what)\(count == 1 ? "" : "s")"
  }

  /// With three decimals.
  private func seconds(_ nanoseconds: Int64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let digits = String(1_000 + abs(milliseconds % 1_000)).dropFirst()
    return "\(milliseconds / 1_000).\(digits)"
  }
}
