/// The coverage report as one HTML page that needs no other file and no network: the rules and their
/// shares, every state with filters, a stepper through the traces, and the graph of what enables
/// what. Light and dark; for keyboards and for narrow screens. Without scripts the numbers are there.
///
/// - Parameter rules: what the report was made of, for the graph.
public func coverageHTML(_ report: CoverageReport, _ rules: [CoveredRules]) -> String {
  var page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>Rules coverage</title>
    <style>
    \(coveragePageStyle)
    </style>
    </head>
    <body>
    <a class="hidden skip" href="#content">To the report</a>
    <header>
    <div class="top"><h1>Rules coverage</h1><p class="muted">\(sources(report))</p>\
    <button type="button" id="theme" hidden>Theme</button></div>
    \(navigation(report))</header>
    <main id="content">

    """
  if report.scopes.isEmpty { page += "<p>No scope has a rule, wait or goal.</p>\n" }
  var index = 0
  for set in report.ruleSets {
    let graph = enablingGraph(rules[set.number].analysis, rules[set.number].program)
    for scope in set.scopes {
      let title = report.ruleSets.count > 1 ? set.name.map { "\($0) / " } ?? "" : ""
      let part = graph.parts.first { $0.name == scope.name }
      page += PageSection(scope: scope, index: index, prefix: title, graph: part).html
      index += 1
    }
  }
  return page + """
    </main>
    <script type="application/json" id="data">\(coveragePageData(report))</script>
    <script>
    \(coveragePageScript)
    </script>
    </body>
    </html>

    """
}

/// `12 profiles of tests, 3 of production`
private func sources(_ report: CoverageReport) -> String {
  var parts: [String] = []
  if let count = report.testProfiles {
    parts.append("\(count) \(count == 1 ? "profile" : "profiles") of tests")
  }
  if let count = report.productionProfiles {
    parts.append(parts.isEmpty ? "\(count) profiles of production" : "\(count) of production")
  }
  return parts.isEmpty
    ? "from the rules alone: no profiles were given" : parts.joined(separator: ", ")
}

private func navigation(_ report: CoverageReport) -> String {
  guard report.scopes.count > 1 else { return "" }
  var items = ""
  var index = 0
  for set in report.ruleSets {
    for scope in set.scopes {
      let prefix = report.ruleSets.count > 1 ? set.name.map { "\($0) / " } ?? "" : ""
      let unhandled = scope.columns(.unhandled).consistent
      let remark =
        unhandled > 0 ? "\(grouped(unhandled)) unhandled" : stateCount(scope.total.consistent)
      items +=
        "<li><a href=\"#s\(index)\">\(escaped(prefix + scope.name))</a>"
        + " <span class=\"\(unhandled > 0 ? "alarm" : "muted")\">\(remark)</span></li>\n"
      index += 1
    }
  }
  return "<nav aria-label=\"Scopes\"><ul>\n\(items)</ul></nav>\n"
}
