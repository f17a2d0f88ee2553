import RulesLanguage

extension Partition {
  /// The counts of the scope, exact.
  var counts: ScopeCounts {
    var counts = ScopeCounts()
    for part in parts {
      counts.abstract += part.count
      switch part.stateClass {
      case .rule: counts.rule += part.count
      case .goal: counts.goal += part.count
      case .wait: counts.wait += part.count
      case .overlap: counts.overlap += part.count
      case .unhandled: counts.unhandled += part.count
      case .broken, .inconsistent: counts.impossible += part.count
      }
    }
    counts.consistent = counts.abstract - counts.impossible
    return counts
  }

  /// What each clause holds in and handles, in text order.
  var clauseCounts: [ClauseAnalysis] {
    scope.clauses.enumerated().map { index, clause in
      let handled = parts.filter { part in
        switch part.stateClass {
        case .rule(let rule): rule == index
        case .goal(let winners), .wait(let winners): winners.contains(index)
        case .overlap, .unhandled, .broken, .inconsistent: false
        }
      }
      return ClauseAnalysis(
        name: clause.name, kind: clause.kindName, label: clause.label, line: clause.position.line,
        holds: count(holds[index]), handles: handled.reduce(0) { $0 + $1.count })
    }
  }

  /// The condition that the class of a state is one of these.
  func states(
    _ diagram: inout DecisionDiagram, where isIncluded: (StateClass) -> Bool
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let included = Set(parts.indices.filter { isIncluded(parts[$0].stateClass) })
    return try diagram.map(root) { included.contains($0) ? 1 : 0 }
  }
}
