import RulesAnalysis

/// The tables for a terminal. A table that is wider than `columns` is split: every part begins with
/// the clauses' names.
public func tableText(_ tables: [ConditionTable], columns: Int = 110) -> String {
  if tables.isEmpty { return "no scope has a rule, wait or goal\n" }
  return tables.map { text(of: $0, columns: columns) }.joined(separator: "\n")
}

/// One column of the output: the lines of its heading and its cells, one a row.
private struct TextColumn {
  var heading: [String]
  var cells: [String]
  var isNumeric = false

  var width: Int { (heading + cells).map(\.count).max() ?? 0 }
}

private func text(of table: ConditionTable, columns: Int) -> String {
  let counts = table.counts
  var text =
    "\(table.scope), \(table.place)\n"
    + "\(grouped(counts.consistent)) consistent states = \(grouped(counts.rule)) rule"
    + " + \(grouped(counts.wait)) wait + \(grouped(counts.goal)) goal"
    + " + \(grouped(counts.unhandled)) unhandled + \(grouped(counts.overlap)) overlap\n"
  let (fixed, conditions, label) = textColumns(table)
  for part in parts(fixed, conditions + [label], columns: columns) {
    text += "\n" + lines(of: part)
  }
  var notes = table.groups.filter { $0.more > 0 && !$0.rows.isEmpty }.map {
    "\($0.name): and \(grouped($0.more)) more states"
  }
  notes += table.groups.filter { $0.rows.isEmpty }.map {
    "\($0.name): holds in no consistent state"
  }
  if !table.unasked.isEmpty {
    notes.append("no clause asks for: \(table.unasked.joined(separator: "; "))")
  }
  return notes.isEmpty ? text : text + "\n" + notes.map { $0 + "\n" }.joined()
}

/// The columns that every part begins with, those of the facts, and that of the labels.
private func textColumns(
  _ table: ConditionTable
) -> (fixed: [TextColumn], conditions: [TextColumn], label: TextColumn) {
  var name = TextColumn(heading: ["clause"], cells: [])
  var handles = TextColumn(heading: ["states"], cells: [], isNumeric: true)
  var label = TextColumn(heading: ["label"], cells: [])
  var conditions = table.columns.map { TextColumn(heading: heading($0.name), cells: []) }
  for group in table.groups {
    let rows = group.rows.isEmpty ? [nil] : group.rows.map(Optional.some)
    for (index, row) in rows.enumerated() {
      name.cells.append(index == 0 ? title(group) : "  or")
      handles.cells.append(index == 0 ? grouped(group.handles) : "")
      label.cells.append(index == 0 ? group.label ?? "" : "")
      for column in conditions.indices {
        conditions[column].cells.append(row.map { $0.cells[column] ?? "-" } ?? "never")
      }
    }
  }
  return ([name, handles], conditions, label)
}

/// `rule R6 over R4`, `goal`, `unhandled`
private func title(_ group: ConditionTable.Group) -> String {
  let isNamed = group.kind == .rule || group.kind == .wait
  let over = group.over.isEmpty ? "" : " over " + group.over.joined(separator: ", ")
  return (isNamed ? group.kind.rawValue + " " : "") + group.name + over
}

/// A name with a point takes two lines, a chain or quantifier as many as its words need in 12
/// columns.
private func heading(_ name: String) -> [String] {
  let words = name.split(separator: " ")
  if words.count == 1, let point = name.firstIndex(of: ".") {
    return [String(name[..<point]), String(name[point...])]
  }
  guard name.count > 12 else { return [name] }
  var lines: [String] = []
  for word in words {
    if let last = lines.last, last.count + 1 + word.count <= 12 {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}

private let gap = "  "

/// As many columns a part as fit; one that alone is too wide stands in a part of its own.
private func parts(
  _ fixed: [TextColumn], _ rest: [TextColumn], columns: Int
) -> [[TextColumn]] {
  let start = fixed.reduce(0) { $0 + $1.width + gap.count }
  var parts: [[TextColumn]] = []
  var width = 0
  for column in rest where !column.cells.allSatisfy(\.isEmpty) {
    if parts.isEmpty || width + column.width > columns {
      parts.append(fixed)
      width = start
    }
    parts[parts.count - 1].append(column)
    width += column.width + gap.count
  }
  return parts.isEmpty ? [fixed] : parts
}

private func lines(of columns: [TextColumn]) -> String {
  let height = columns.map(\.heading.count).max() ?? 0
  let rows = columns.map(\.cells.count).max() ?? 0
  func line(_ cell: (TextColumn) -> String) -> String {
    columns.map { column in
      cell(column).padded(to: column.width, left: column.isNumeric)
    }.joined(separator: gap).trimmingTrailingSpaces + "\n"
  }
  var text = ""
  for index in 0..<height {
    text += line { column in
      let missing = height - column.heading.count
      return index < missing ? "" : column.heading[index - missing]
    }
  }
  text += line { String(repeating: "-", count: $0.width) }
  for row in 0..<rows { text += line { $0.cells[row] } }
  return text
}
