import RulesAnalysis

/// The tables as one HTML page that needs no other file and no script: light and dark, and on a
/// narrow screen one card a row with only the facts that the row asks for.
public func tableHTML(_ tables: [ConditionTable]) -> String {
  var page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Condition tables</title>
    <style>
    \(tableStyle)
    </style>
    </head>
    <body>
    <header>
    <h1>Condition tables</h1>
    <p>A row is one way for a clause to hold: each fact has one of the values in its cell, \
    and any value where the cell is a dot.</p>

    """
  if tables.count > 1 {
    page += "<nav aria-label=\"Scopes\"><ul>\n"
    for table in tables {
      page +=
        "<li><a href=\"#\(escaped(table.scope))\">\(escaped(table.scope))</a>"
        + " <span class=\"muted\">\(stateCount(table.counts.consistent))</span></li>\n"
    }
    page += "</ul></nav>\n"
  }
  page += "</header>\n<main>\n"
  if tables.isEmpty { page += "<p>No scope has a rule, wait or goal.</p>\n" }
  page += tables.map(section).joined()
  return page + "</main>\n</body>\n</html>\n"
}

private func section(_ table: ConditionTable) -> String {
  let name = escaped(table.scope)
  var html = """
    <section id="\(name)" aria-labelledby="\(name)-title">
    <h2 id="\(name)-title">\(name)</h2>
    <p class="place"><code>\(escaped(table.place))</code></p>
    \(shares(table.counts))
    <div class="scroll" role="region" aria-labelledby="\(name)-title" tabindex="0">
    <table role="table">
    <thead role="rowgroup">
    <tr role="row">
    <th scope="col" role="columnheader">clause</th>
    <th scope="col" role="columnheader" class="number">states</th>

    """
  for column in table.columns {
    html +=
      "<th scope=\"col\" role=\"columnheader\"><code>\(escaped(column.name))</code></th>\n"
  }
  html += "</tr>\n</thead>\n"
  html += table.groups.map { body($0, table) }.joined()
  html += "</table>\n</div>\n"
  if !table.unasked.isEmpty {
    let names = table.unasked.map { "<code>\(escaped($0))</code>" }.joined(separator: ", ")
    html += "<p class=\"note\">No clause asks for \(names).</p>\n"
  }
  return html + "</section>\n"
}

/// One clause: a body of its own with a row for each way to hold.
private func body(_ group: ConditionTable.Group, _ table: ConditionTable) -> String {
  var html = "<tbody role=\"rowgroup\" class=\"\(group.kind.rawValue)\">\n"
  var first = "<span class=\"kind\">\(group.kind.rawValue)</span> <b>\(escaped(group.name))</b>"
  if group.kind == .unhandled { first = "<span class=\"kind\">unhandled</span>" }
  if !group.over.isEmpty {
    first += " <span class=\"over\">over \(escaped(group.over.joined(separator: ", ")))</span>"
  }
  if let label = group.label { first += "<span class=\"label\">\(escaped(label))</span>" }
  let width = table.columns.count
  for (index, row) in group.rows.enumerated() {
    html += "<tr role=\"row\">\n"
    if index == 0 {
      html += "<th scope=\"row\" role=\"rowheader\">\(first)</th>"
      html +=
        "<td role=\"cell\" class=\"number\" data-fact=\"states\">\(grouped(group.handles))</td>\n"
    } else {
      html += "<th scope=\"row\" role=\"rowheader\" class=\"or\">or"
      html +=
        "<span class=\"hidden\"> \(escaped(group.name))</span></th><td role=\"cell\" class=\"blank\"></td>\n"
    }
    for (column, cell) in zip(table.columns, row.cells) {
      guard let cell else {
        html += "<td role=\"cell\" class=\"any\"><span class=\"hidden\">any</span></td>"
        continue
      }
      html +=
        "<td role=\"cell\" data-fact=\"\(escaped(column.name))\"><code>\(breakable(cell))</code></td>"
    }
    html += "\n</tr>\n"
  }
  if group.rows.isEmpty {
    html +=
      "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">\(first)</th>"
      + "<td role=\"cell\" class=\"number\" data-fact=\"states\">0</td>"
      + "<td role=\"cell\" class=\"more\" colspan=\"\(max(width, 1))\">holds in no consistent state</td></tr>\n"
  } else if group.more > 0 {
    html +=
      "<tr role=\"row\"><td role=\"cell\" class=\"more\" colspan=\"\(width + 2)\">"
      + "and \(grouped(group.more)) more states of \(escaped(group.name))</td></tr>\n"
  }
  return html + "</tbody>\n"
}

/// A long list of values may go on in the next line.
private func breakable(_ cell: String) -> String {
  escaped(cell).split(separator: "|").joined(separator: "<wbr>|")
}

/// A bar of the classes in proportion, and the exact counts under it.
private func shares(_ counts: ScopeCounts) -> String {
  let classes: [(name: String, count: UInt128)] = [
    ("rule", counts.rule), ("wait", counts.wait), ("goal", counts.goal),
    ("unhandled", counts.unhandled), ("overlap", counts.overlap),
  ].filter { $0.1 > 0 }
  let total = max(counts.consistent, 1)
  var html = "<div class=\"bar\" aria-hidden=\"true\">"
  for part in classes {
    // At least a visible sliver, however rare the class is.
    let share = max(Int(Double(part.count) / Double(total) * 1000), 4)
    html += "<i class=\"\(part.name)\" style=\"flex-grow:\(share)\"></i>"
  }
  html += "</div>\n<ul class=\"counts\">\n"
  html += "<li><b>\(grouped(counts.consistent))</b> consistent states</li>\n"
  for part in classes {
    html += "<li class=\"\(part.name)\"><b>\(grouped(part.count))</b> \(part.name)</li>\n"
  }
  return html + "</ul>"
}
