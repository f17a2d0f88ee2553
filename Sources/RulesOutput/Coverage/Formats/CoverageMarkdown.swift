/// The report for a pull request: one table of all scopes, what should be looked at, and the clauses
/// of each scope to unfold.
public func coverageMarkdown(_ report: CoverageReport) -> String {
  guard !report.scopes.isEmpty else { return "No scope has a rule, wait or goal.\n" }
  var text = "## Rules coverage\n\n" + summary(report)
  for set in report.ruleSets {
    for scope in set.scopes { text += findings(scope) }
  }
  for set in report.ruleSets {
    for scope in set.scopes { text += details(scope) }
  }
  return text
}

// MARK: The table of scopes

private func summary(_ report: CoverageReport) -> String {
  var rows = [["scope", "consistent", "reachable"], ["---", "--:", "--:"]]
  if report.testProfiles != nil { add("seen in tests", to: &rows) }
  if report.productionProfiles != nil { add("seen in production", to: &rows) }
  add("unhandled", to: &rows)
  if report.testProfiles != nil { add("never tested", to: &rows) }
  for set in report.ruleSets {
    for scope in set.scopes {
      let prefix = report.ruleSets.count > 1 ? set.name.map { $0 + " / " } ?? "" : ""
      var row = [code(prefix + scope.name)] + cells(scope.total, report)
      row.append(marked(scope.columns(.unhandled).consistent))
      if report.testProfiles != nil {
        row.append(scope.unseen.map { marked(UInt128($0.count)) } ?? "?")
      }
      rows.append(row)
    }
  }
  return rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined() + "\n"
}

private func add(_ title: String, to rows: inout [[String]]) {
  rows[0].append(title)
  rows[1].append("--:")
}

/// A number that should be 0 stands out when it is not.
private func marked(_ count: UInt128) -> String {
  count == 0 ? "0" : "**\(grouped(count))**"
}

private func cells(_ states: StateColumns, _ report: CoverageReport) -> [String] {
  var cells = [
    grouped(states.consistent), states.reachable.map { grouped(UInt128($0)) } ?? "?",
  ]
  if report.testProfiles != nil { cells.append(grouped(UInt128(states.tests ?? 0))) }
  if report.productionProfiles != nil { cells.append(grouped(UInt128(states.production ?? 0))) }
  return cells
}

// MARK: What should be looked at

/// Lines of one list; what is more is counted.
private let toldLines = 10

private func findings(_ scope: ScopeCoverage) -> String {
  var text = ""
  let unhandled = scope.columns(.unhandled).consistent
  if unhandled > 0 {
    text += "**\(code(scope.name)): \(stateCount(unhandled)) unhandled**\n\n"
    text += list(
      scope.gaps.map { family in
        let way = family.trace.map { ", reached by " + code($0.text) } ?? ""
        return "\(code(family.pattern)), \(stateCount(family.states.consistent))\(way)"
      }, all: scope.gaps.count)
  }
  if scope.columns(.overlap).consistent > 0 {
    text += "**\(code(scope.name)): clauses that contradict each other**\n\n"
    text += list(
      scope.overlaps.map { pair in
        "\(code(pair.earlier)) and \(code(pair.later)), \(stateCount(pair.states.consistent))"
      }, all: scope.overlaps.count)
  }
  if let unseen = scope.unseen, unseen.count > 0 {
    let count = stateCount(UInt128(unseen.count))
    text += "**\(code(scope.name)): \(count) reachable, never seen in tests**\n\n"
    text += list(
      unseen.families.map { family in
        let way = family.states.first.map { ", reached by " + code($0.trace.text) } ?? ""
        return "\(code(family.pattern)), \(stateCount(UInt128(family.count)))\(way)"
      }, all: unseen.families.count + (unseen.remainder > 0 ? 1 : 0))
  }
  for seen in scope.unexpected where seen.count > 0 {
    text += "**\(code(scope.name)): \(stateCount(UInt128(seen.count))) seen in"
    text += " \(seen.source.rawValue), not reachable in the model**\n\n"
    text += list(
      seen.states.map { "\(code($0.text)), \($0.clause), \(times($0.evaluations))" },
      all: seen.count)
  }
  if !scope.impossibleSeen.isEmpty {
    text += "**\(code(scope.name)): seen, and should be impossible**\n\n"
    text += list(
      scope.impossibleSeen.map { state in
        "\(code(state.text)) in \(state.source.rawValue), \(escapedMarkdown(state.reason)),"
          + " \(times(state.evaluations))"
      }, all: scope.impossibleSeen.count)
  }
  return text
}

private func list(_ items: [String], all: Int) -> String {
  var text = items.prefix(toldLines).map { "- \($0)\n" }.joined()
  let rest = all - min(items.count, toldLines)
  if rest > 0 { text += "- and \(rest) more\n" }
  return text + "\n"
}

// MARK: The clauses

private func details(_ scope: ScopeCoverage) -> String {
  var head = ["clause", "states", "share", "reachable"]
  if scope.total.tests != nil { head += ["tests", "evaluated in tests"] }
  if scope.total.production != nil { head += ["production", "evaluated in production"] }
  var rows = [head, ["---"] + head.dropFirst().map { _ in "--:" }]
  for clause in scope.clauses {
    let states = clause.states
    let label = clause.label.map { " " + escapedMarkdown($0) } ?? ""
    var row = [
      "\(clause.kind) \(code(clause.name))\(label)", grouped(states.consistent),
      percentage(states.consistent, of: scope.total.consistent),
      states.reachable.map { grouped(UInt128($0)) } ?? "?",
    ]
    for (seen, evaluations) in [
      (states.tests, clause.evaluations.tests),
      (states.production, clause.evaluations.production),
    ] {
      guard let seen, let evaluations else { continue }
      row += [grouped(UInt128(seen)), grouped(UInt128(evaluations))]
    }
    rows.append(row)
  }
  return
    "<details><summary>\(escaped(scope.name)), \(escaped(scope.file)):\(scope.line)</summary>\n\n"
    + rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined() + "\n</details>\n\n"
}

// MARK: Text

/// As code, in a table too: a `|` would end the cell.
private func code(_ text: String) -> String {
  let oneLine = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  let quotes = oneLine.contains("`") ? "``" : "`"
  return quotes + oneLine.replacing("|", with: "\\|") + quotes
}

private func escapedMarkdown(_ text: String) -> String {
  var result = ""
  for character in text {
    if character.isNewline {
      result += " "
      continue
    }
    if "\\`*_[]<>|#&~".contains(character) { result += "\\" }
    result.append(character)
  }
  return result
}
