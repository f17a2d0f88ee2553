/// One scope of the coverage page.
struct PageSection {
  let scope: ScopeCoverage
  let index: Int
  /// What stands before its name: the rule set.
  let prefix: String
  let graph: RuleGraph.Part?
  /// The number of each state that the page has.
  private let numbers: [[Int]: Int]
  /// The most states of a clause: its bar is the longest.
  private let mostStates: UInt128

  init(scope: ScopeCoverage, index: Int, prefix: String, graph: RuleGraph.Part?) {
    self.scope = scope
    self.index = index
    self.prefix = prefix
    self.graph = graph
    numbers = Dictionary(scope.states.entries.enumerated().map { ($1.values, $0) }) { first, _ in
      first
    }
    mostStates = max(scope.clauses.map(\.states.consistent).max() ?? 0, 1)
  }

  var html: String {
    """
    <section class="scope" id="s\(index)" aria-labelledby="s\(index)-title">
    <h2 id="s\(index)-title">\(escaped(prefix + scope.name))</h2>
    <p class="muted"><code>\(escaped(scope.file)):\(scope.line)</code></p>
    \(figures)\(bar)\(findings)\(rules)\(interactive)\(drawing)</section>

    """
  }

  // MARK: Figures

  private var figures: String {
    let unhandled = scope.columns(.unhandled).consistent
    var items = figure(
      grouped(unhandled), of: scope.total.consistent, "unhandled",
      unhandled == 0 ? "good" : "bad")
    items += figure(
      scope.total.reachable.map { grouped(UInt128($0)) } ?? "?", of: scope.total.consistent,
      "reachable")
    if let tests = scope.total.tests {
      items += figure(grouped(UInt128(tests)), of: nil, "seen in tests")
      let unseen = scope.unseen.map { $0.count }
      items += figure(
        unseen.map { grouped(UInt128($0)) } ?? "?", of: nil, "reachable, never seen in tests",
        unseen.map { $0 == 0 ? "good" : "bad" } ?? "")
    }
    if let production = scope.total.production {
      items += figure(grouped(UInt128(production)), of: nil, "seen in production")
    }
    if !scope.unexpected.isEmpty {
      let count = scope.unexpected.map(\.count).max() ?? 0
      items += figure(
        grouped(UInt128(count)), of: nil, "seen, not reachable in the model",
        count == 0 ? "good" : "bad")
    }
    return "<dl class=\"figures\">\n\(items)</dl>\n"
  }

  private func figure(
    _ number: String, of whole: UInt128?, _ name: String, _ style: String = ""
  ) -> String {
    let rest = whole.map { " <small>of \(grouped($0))</small>" } ?? ""
    let attribute = style.isEmpty ? "" : " class=\"\(style)\""
    return "<div\(attribute)><dt>\(name)</dt><dd>\(number)\(rest)</dd></div>\n"
  }

  /// The classes in proportion.
  private var bar: String {
    let parts = CoverageClass.allCases.filter { scope.columns($0).consistent > 0 }.map { kind in
      // At least a visible sliver, however rare the class is.
      "<i class=\"\(kind.name)\" style=\"flex-grow:\(max(share(scope.columns(kind).consistent), 4))\"></i>"
    }
    return "<div class=\"bar\" aria-hidden=\"true\">\(parts.joined())</div>\n"
  }

  /// In thousandths of the consistent states.
  private func share(_ count: UInt128) -> Int {
    scope.total.consistent == 0
      ? 0 : Int(Double(count) / Double(scope.total.consistent) * 1000 + 0.5)
  }

  // MARK: What should be looked at

  private static let told = 50
  /// Items of a list that are seen without unfolding it.
  private static let unfolded = 8

  private var findings: String {
    var html = ""
    html += list(
      "Unhandled states",
      scope.gaps.map { family in
        item(
          family.pattern, stateCount(family.states.consistent),
          way(family.trace)
            ?? (scope.isExplored ? "<span class=\"way\">cannot be reached</span>" : ""))
      }, rest: scope.gapRemainder)
    html += list(
      "Two clauses in one state",
      scope.overlaps.prefix(Self.told).map { pair in
        item(
          "\(pair.earlier) and \(pair.later)", stateCount(pair.states.consistent),
          way(pair.trace) ?? "<span class=\"way\">\(escaped(pair.witness))</span>")
      }, rest: UInt128(max(0, scope.overlaps.count - Self.told)), "pairs")
    if let unseen = scope.unseen {
      let families = unseen.families.prefix(Self.told)
      let told = families.reduce(0) { $0 + $1.count }
      html += list(
        "Reachable, never seen in tests",
        families.map { family in
          item(
            family.pattern, stateCount(UInt128(family.count)),
            way(family.states.first?.trace) ?? "")
        }, rest: UInt128(unseen.count - told))
    }
    for seen in scope.unexpected {
      html += list(
        "Seen in \(seen.source.rawValue), not reachable in the model",
        seen.states.prefix(Self.told).map {
          item(
            $0.text, times($0.evaluations),
            "<span class=\"way\">decided by \(escaped($0.clause))</span>")
        }, rest: UInt128(max(0, seen.count - Self.told)))
    }
    html += list(
      "Seen, and should be impossible",
      scope.impossibleSeen.prefix(Self.told).map {
        item(
          $0.text, "\(times($0.evaluations)) in \($0.source.rawValue)",
          "<span class=\"way\">\(escaped($0.reason))</span>")
      }, rest: UInt128(max(0, scope.impossibleSeen.count - Self.told)))
    return html
  }

  private func item(_ pattern: String, _ count: String, _ way: String) -> String {
    "<li><code>\(escaped(pattern))</code> <span class=\"muted\">\(escaped(count))</span>\(way)</li>\n"
  }

  /// A trace, which the stepper shows when it is clicked.
  private func way(_ trace: CoverageTrace?) -> String? {
    guard let trace else { return nil }
    let text = escaped(trace.text)
    guard let number = numbers[trace.target] else { return "<span class=\"way\">\(text)</span>" }
    return
      "<div><button type=\"button\" data-scope=\"\(index)\" data-state=\"\(number)\">\(text)</button></div>"
  }

  private func list(
    _ title: String, _ items: [String], rest: UInt128, _ what: String = "states"
  ) -> String {
    guard !items.isEmpty else { return "" }
    let more = rest > 0 ? ["<li class=\"muted\">and \(grouped(rest)) more \(what)</li>\n"] : []
    let all = items + more
    let first = "<ul>\n\(all.prefix(Self.unfolded).joined())</ul>\n"
    let others = all.dropFirst(Self.unfolded)
    let folded =
      others.isEmpty
      ? ""
      : "<details><summary>\(others.count) more</summary><ul>\n\(others.joined())</ul></details>\n"
    return "<h3>\(title)</h3>\n<div class=\"list frame\">\n\(first)\(folded)</div>\n"
  }

  // MARK: Rules

  private var rules: String {
    var heads = ["states", "reachable"]
    if scope.total.tests != nil { heads += ["tests"] }
    if scope.total.production != nil { heads += ["production"] }
    let titles = heads.map { "<th scope=\"col\" class=\"number\">\($0)</th>" }.joined()
    var rows = ""
    for kind in CoverageClass.allCases {
      let columns = scope.columns(kind)
      let clauses = scope.clauses.enumerated().filter { $0.element.kind == kind.name }
      if clauses.isEmpty && columns.consistent == 0 && kind != .unhandled { continue }
      rows +=
        "<tr class=\"kind \(kind.name)\"><th scope=\"row\">\(kind.name)</th>"
        + "<td class=\"share\"><span><small>\(percentage(columns.consistent, of: scope.total.consistent))"
        + "</small></span></td>"
        + cells(columns) + "</tr>\n"
      for (number, clause) in clauses { rows += row(clause, number) }
    }
    return """
      <h3>Rules, waits and goals</h3>
      <div class="clauses frame"><table>
      <thead><tr><th scope="col">clause</th><th scope="col">share of the states\
      \(scope.total.tests == nil ? "" : ", solid: seen in tests")</th>\(titles)</tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>

      """
  }

  private func row(_ clause: ClauseCoverage, _ number: Int) -> String {
    let label = clause.label.map { "<span class=\"label\">\(escaped($0))</span>" } ?? ""
    let states = clause.states
    let width = percent(states.consistent, of: mostStates)
    let seen = states.tests.map { percent(UInt128($0), of: states.consistent) } ?? 100
    let meter =
      states.consistent == 0
      ? "" : "<i style=\"width:\(width)%\"><b style=\"width:\(seen)%\"></b></i>"
    return """
      <tr class="\(clause.kind)"><th scope="row"><button type="button" data-scope="\(index)" \
      data-clause="\(number)" title="Its states">\(escaped(clause.name))</button>\(label)</th>\
      <td class="share"><span><small>\(percentage(states.consistent, of: scope.total.consistent))\
      </small><span class="meter" aria-hidden="true">\(meter)</span></span></td>\
      \(cells(states))</tr>

      """
  }

  private func percent(_ part: UInt128, of whole: UInt128) -> Int {
    whole == 0 ? 0 : Int(Double(part) / Double(whole) * 100 + 0.5)
  }

  private func cells(_ states: StateColumns) -> String {
    var html = cell("states", states.consistent)
    html +=
      states.reachable.map { cell("reachable", UInt128($0)) }
      ?? "<td class=\"number\" data-name=\"reachable\">?</td>"
    if let tests = states.tests {
      html += cell("tests", UInt128(tests), isLow: tests < states.reachable ?? 0)
    }
    if let production = states.production { html += cell("production", UInt128(production)) }
    return html
  }

  private func cell(_ name: String, _ count: UInt128, isLow: Bool = false) -> String {
    let style = isLow ? " alarm" : count == 0 ? " zero" : ""
    return "<td class=\"number\(style)\" data-name=\"\(name)\">\(grouped(count))</td>"
  }

  private var drawing: String {
    guard let graph, !graph.nodes.isEmpty else { return "" }
    return """
      <h3>Which enables which</h3>
      <div class="graph frame scroll" role="region" tabindex="0" aria-label="Graph of \
      \(escaped(scope.name))">\(embeddedGraphSVG(graph, id: "s\(index)"))</div>

      """
  }
}
