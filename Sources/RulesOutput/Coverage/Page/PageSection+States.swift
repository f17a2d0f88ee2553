import RulesAnalysis

extension PageSection {
  /// What needs the script: the stepper and the table of states; hidden until it runs.
  var interactive: String {
    """
    <div id="s\(index)-interactive" hidden>
    <h3 id="s\(index)-how">How to get to a state</h3>
    <div class="stepper frame" id="s\(index)-stepper" tabindex="0" role="group" \
    aria-labelledby="s\(index)-how" aria-describedby="s\(index)-keys">
    <div class="head"><label class="hidden" for="s\(index)-trace">State</label>\
    <select id="s\(index)-trace"></select>\
    \(button("first", "First step", "|&lt;"))\(button("back", "Step back", "&lt;"))\
    <span class="place" id="s\(index)-place" aria-live="polite"></span>\
    \(button("next", "Next step", "&gt;"))\(button("last", "Last step", "&gt;|"))</div>
    <ol class="moves" id="s\(index)-moves" aria-label="Moves"></ol>
    <dl class="facts" id="s\(index)-facts"></dl>
    <p class="outcome" id="s\(index)-outcome" aria-live="polite"></p>
    <p class="hint muted" id="s\(index)-keys"><kbd>&larr;</kbd> <kbd>&rarr;</kbd> step, \
    <kbd>Home</kbd> <kbd>End</kbd> to either end, <kbd>Esc</kbd> back</p>
    </div>
    <h3 id="s\(index)-filters">States</h3>
    <div class="filters">
    <div class="chips" id="s\(index)-chips" role="group" aria-label="Classes">\(chips)</div>
    <label class="hidden" for="s\(index)-clause">Clause</label>
    <select id="s\(index)-clause"><option value="">any clause</option>\(clauseOptions)</select>
    <label class="hidden" for="s\(index)-where">Reachable, seen</label>
    <select id="s\(index)-where">\(whereOptions)</select>
    <label class="hidden" for="s\(index)-search">Search</label>
    <input id="s\(index)-search" type="search" placeholder="search: \(escaped(example))" \
    autocomplete="off" spellcheck="false">
    <button type="button" id="s\(index)-reset">All</button>
    </div>
    <div class="states frame scroll" role="region" tabindex="0" aria-labelledby="s\(index)-filters">
    <table><thead><tr>\(heads)</tr></thead><tbody id="s\(index)-states"></tbody></table></div>
    <p class="more"><span id="s\(index)-count" aria-live="polite"></span>\
    <button type="button" id="s\(index)-more" hidden></button></p>
    </div>

    """
  }

  private func button(_ part: String, _ name: String, _ sign: String) -> String {
    "<button type=\"button\" id=\"s\(index)-\(part)\" aria-label=\"\(name)\">\(sign)</button>"
  }

  private var chips: String {
    CoverageClass.allCases.filter { scope.columns($0).consistent > 0 }.map { kind in
      "<button type=\"button\" class=\"\(kind.name)\" data-kind=\"\(kind.name)\""
        + " aria-pressed=\"true\">\(kind.name) \(grouped(scope.columns(kind).consistent))</button>"
    }.joined()
  }

  private var clauseOptions: String {
    scope.clauses.enumerated().map { number, clause in
      "<option value=\"\(number)\">\(clause.kind) \(escaped(clause.name))</option>"
    }.joined()
  }

  private var whereOptions: String {
    var options = [("all", "all consistent")]
    if scope.isExplored {
      options += [("reachable", "reachable"), ("unreachable", "not reachable")]
    }
    if scope.total.tests != nil {
      options.append(("tested", "seen in tests"))
      if scope.isExplored { options.append(("untested", "never seen in tests")) }
      if (scope.unseen?.excepted ?? 0) > 0 {
        options.append(("excepted", "excepted from tests"))
      }
    }
    if scope.total.production != nil {
      options.append(("production", "seen in production"))
      if scope.total.tests != nil {
        options.append(("untestedProduction", "in production, not in tests"))
      }
    }
    if !scope.unexpected.isEmpty {
      options.append(("unexpected", "seen, not reachable in the model"))
    }
    return options.map { "<option value=\"\($0.0)\">\($0.1)</option>" }.joined()
  }

  private var example: String {
    scope.states.variables.prefix(2).map { $0.pattern([0]) }.joined(separator: ", ")
  }

  private var heads: String {
    var titles = [
      "<th scope=\"col\">handled by</th>", "<th scope=\"col\" class=\"number\">steps</th>",
    ]
    if scope.total.tests != nil { titles.append("<th scope=\"col\" class=\"number\">tests</th>") }
    if scope.total.production != nil {
      titles.append("<th scope=\"col\" class=\"number\">production</th>")
    }
    titles += scope.states.variables.map {
      "<th scope=\"col\"><code>\(escaped($0.name))</code></th>"
    }
    return titles.joined()
  }
}
