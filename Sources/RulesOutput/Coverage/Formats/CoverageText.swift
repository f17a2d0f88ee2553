/// The coverage report for a terminal: for each scope a table of exact counts, and below it the lines
/// that matter most: what is unhandled, what tests never saw and how to get there, what production
/// saw against the model.
///
/// Shares are of the consistent states. A wait or goal that another one shares a state with has
/// that state too, so the shares of a class may add up to more than the class.
public func coverageText(_ report: CoverageReport) -> String {
  if report.scopes.isEmpty { return "no scope has a rule, wait or goal\n" }
  return report.ruleSets.filter { !$0.scopes.isEmpty }.map { set in
    let title = report.ruleSets.count > 1 ? set.name.map { "== \($0)\n\n" } ?? "" : ""
    return title + set.scopes.map { scopeText($0) }.joined(separator: "\n")
  }.joined(separator: "\n")
}

private func scopeText(_ scope: ScopeCoverage) -> String {
  "\(scope.name), \(scope.file):\(scope.line)\n" + table(scope) + unhandled(scope) + overlaps(scope)
    + unseen(scope) + unexpected(scope) + impossible(scope) + overflow(scope)
}

// MARK: The table

private struct Row {
  var name: String
  /// The count, its share, and what was recorded.
  var cells: [String]
  var remark = ""
}

private func table(_ scope: ScopeCoverage) -> String {
  var rows = [Row(name: "", cells: ["", ""] + recordTitles(scope))]
  rows.append(Row(name: "states", cells: [grouped(scope.abstract)]))
  rows.append(
    Row(
      name: "impossible", cells: [grouped(scope.impossible)],
      remark: "excluded by what is always true"))
  func row(_ name: String, _ states: StateColumns, _ remark: String = "") -> Row {
    Row(
      name: name,
      cells: [
        grouped(states.consistent), percentage(states.consistent, of: scope.total.consistent),
      ]
        + recordCells(states), remark: remark)
  }
  rows.append(row("consistent", scope.total))
  for kind in CoverageClass.allCases {
    rows.append(row("  \(kind.name)", scope.columns(kind)))
    for clause in scope.clauses where clause.kind == kind.name {
      rows.append(row("    \(clause.name)", clause.states, clause.label ?? ""))
    }
  }
  let nameWidth = rows.map(\.name.count).max() ?? 0
  let widths = rows[0].cells.indices.map { column in
    rows.map { $0.cells.indices.contains(column) ? $0.cells[column].count : 0 }.max() ?? 0
  }
  return rows.map { row in
    var line = "  " + row.name.padded(to: nameWidth)
    for (column, width) in widths.enumerated() {
      let cell = row.cells.indices.contains(column) ? row.cells[column] : ""
      line += "  " + cell.padded(to: width, left: true)
    }
    return (line + "  " + row.remark).trimmingTrailingSpaces + "\n"
  }.joined()
}

private func recordTitles(_ scope: ScopeCoverage) -> [String] {
  ["reachable"] + (scope.total.tests == nil ? [] : ["tests"])
    + (scope.total.production == nil ? [] : ["production"])
}

private func recordCells(_ states: StateColumns) -> [String] {
  [states.reachable.map { grouped(UInt128($0)) } ?? "?"]
    + [states.tests, states.production].compactMap { $0.map { grouped(UInt128($0)) } }
}

/// `59.7 %`; nothing of nothing.
func percentage(_ part: UInt128, of whole: UInt128) -> String {
  guard whole > 0 else { return "" }
  let tenths = Int(Double(part) / Double(whole) * 1000 + 0.5)
  return "\(tenths / 10).\(tenths % 10) %"
}

// MARK: What matters most

private func unhandled(_ scope: ScopeCoverage) -> String {
  let states = scope.columns(.unhandled).consistent
  var text = "unhandled: \(grouped(states)) of \(grouped(scope.total.consistent))\n"
  for family in scope.gaps {
    text += "  \(family.pattern)  (\(stateCount(family.states.consistent)))\n"
    if let trace = family.trace {
      text += "    \(trace.text)\n"
    } else if scope.isExplored {
      text += "    cannot be reached\n"
    }
  }
  if scope.gapRemainder > 0 { text += "  and \(stateCount(scope.gapRemainder)) more\n" }
  return text
}

private func overlaps(_ scope: ScopeCoverage) -> String {
  let states = scope.columns(.overlap).consistent
  guard states > 0 else { return "" }
  var text = "overlap: \(grouped(states)) of \(grouped(scope.total.consistent))\n"
  for pair in scope.overlaps.prefix(16) {
    text += "  \(pair.earlier) and \(pair.later)  (\(stateCount(pair.states.consistent)))\n"
    if let trace = pair.trace { text += "    \(trace.text)\n" }
  }
  if scope.overlaps.count > 16 { text += "  and \(scope.overlaps.count - 16) more pairs\n" }
  return text
}

/// Unseen states whose sequences are all told; of more only some, so that every pattern is seen.
private let toldSequences = 24
/// The most patterns that are told for one scope, and sequences of each where there are many.
private let toldFamilies = 16
private let toldSequencesOfMany = 2

private func unseen(_ scope: ScopeCoverage) -> String {
  guard scope.total.tests != nil else { return "" }
  guard let unseen = scope.unseen, let reachable = scope.total.reachable else {
    return "reachable, never seen in tests: ? (what can be reached is not known)\n"
  }
  let excepted = unseen.excepted == 0 ? "" : ", and \(unseen.excepted) excepted"
  var text =
    "reachable, never seen in tests: \(grouped(UInt128(unseen.count))) of"
    + " \(grouped(UInt128(reachable)))\(excepted)\n"
  let limit = unseen.count <= toldSequences ? toldSequences : toldSequencesOfMany
  for family in unseen.families.prefix(toldFamilies) {
    text += "  \(family.pattern)  (\(stateCount(UInt128(family.count))))\n"
    for state in family.states.prefix(limit) { text += "    \(state.trace.text)\n" }
    let rest = family.count - min(family.count, limit)
    if rest > 0 { text += "    and ways to \(rest) more\n" }
  }
  let rest =
    unseen.count - unseen.families.prefix(toldFamilies).reduce(0) { $0 + $1.count }
  if rest > 0 { text += "  and \(grouped(UInt128(rest))) more states\n" }
  return text
}

/// The most states that are told for one scope.
private let toldStates = 12

private func unexpected(_ scope: ScopeCoverage) -> String {
  guard scope.isExplored else { return "" }
  return scope.unexpected.map { seen in
    var text = "seen in \(seen.source.rawValue), not reachable in the model: \(seen.count)\n"
    for state in seen.states.prefix(toldStates) {
      text += "  \(state.text)  (\(state.clause), \(times(state.evaluations)))\n"
    }
    if seen.count > toldStates {
      text += "  and \(stateCount(UInt128(seen.count - toldStates))) more\n"
    }
    return text
  }.joined()
}

private func impossible(_ scope: ScopeCoverage) -> String {
  EvidenceSource.allCases.map { source in
    let states = scope.impossibleSeen.filter { $0.source == source }
    guard !states.isEmpty else { return "" }
    var text = "seen in \(source.rawValue), and should be impossible: \(states.count)\n"
    for state in states.prefix(toldStates) {
      text += "  \(state.text)  (\(state.reason), \(times(state.evaluations)))\n"
    }
    if states.count > toldStates { text += "  and \(states.count - toldStates) more\n" }
    return text
  }.joined()
}

private func overflow(_ scope: ScopeCoverage) -> String {
  let counts: [(EvidenceSource, UInt64?)] = [
    (.tests, scope.overflow.tests), (.production, scope.overflow.production),
  ]
  return counts.map { source, count in
    guard let count, count > 0 else { return "" }
    return "evaluated in \(source.rawValue), states not kept: \(times(count))\n"
  }.joined()
}

/// `once`, `12,345 times`
func times(_ count: UInt64) -> String {
  count == 1 ? "once" : "\(grouped(UInt128(count))) times"
}
