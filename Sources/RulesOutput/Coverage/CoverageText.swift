import RulesAnalysis
import RulesLanguage

/// The coverage report for a terminal: for each scope a table of exact counts, whose last line is
/// `unhandled: 0 of 124`.
///
/// Shares are of the consistent states. A wait or goal that another one shares a state with has
/// that state too, so the shares of a class may add up to more than the class.
public func coverageText(_ analysis: Analysis, _ program: Program) -> String {
  if analysis.scopes.isEmpty { return "no scope has a rule, wait or goal\n" }
  return analysis.scopes.map { scopeTable($0, program) }.joined(separator: "\n")
}

private struct Row {
  var name: String
  var count: String
  var share = ""
  var remark = ""
}

private func scopeTable(_ scope: ScopeAnalysis, _ program: Program) -> String {
  let counts = scope.counts
  func share(_ count: UInt128) -> String {
    counts.consistent == 0 ? "" : tenths(Double(count) / Double(counts.consistent) * 1000) + " %"
  }
  var rows = [
    Row(name: "states", count: grouped(counts.abstract)),
    Row(
      name: "impossible", count: grouped(counts.impossible),
      remark: "excluded by what is always true"),
    Row(
      name: "consistent", count: grouped(counts.consistent), share: share(counts.consistent)),
  ]
  for (kind, count) in [("rule", counts.rule), ("wait", counts.wait), ("goal", counts.goal)] {
    rows.append(Row(name: "  \(kind)", count: grouped(count), share: share(count)))
    for clause in scope.clauses where clause.kind == kind {
      rows.append(
        Row(
          name: "    \(clause.name)", count: grouped(clause.handles), share: share(clause.handles),
          remark: clause.label ?? ""))
    }
  }
  rows.append(Row(name: "  overlap", count: grouped(counts.overlap), share: share(counts.overlap)))
  rows.append(
    Row(name: "  unhandled", count: grouped(counts.unhandled), share: share(counts.unhandled)))

  let position = scope.partition.scope.position
  let nameWidth = rows.map(\.name.count).max() ?? 0
  let countWidth = rows.map(\.count.count).max() ?? 0
  let shareWidth = rows.map(\.share.count).max() ?? 0
  var text = "\(scope.name), \(program.files[position.file].path):\(position.line)\n"
  for row in rows {
    let line =
      "  " + row.name.padded(to: nameWidth) + "  " + row.count.padded(to: countWidth, left: true)
      + "  " + row.share.padded(to: shareWidth, left: true) + "  " + row.remark
    text += line.trimmingTrailingSpaces + "\n"
  }
  text += "unhandled: \(grouped(counts.unhandled)) of \(grouped(counts.consistent))\n"
  return text
}

/// 596.8 as `59.7`
private func tenths(_ thousandths: Double) -> String {
  let rounded = Int(thousandths + 0.5)
  return "\(rounded / 10).\(rounded % 10)"
}
