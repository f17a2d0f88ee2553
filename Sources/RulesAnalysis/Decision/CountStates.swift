import RulesLanguage

extension ScopeCounts {
  /// From the states by raw value of `StateClass.Kind`.
  init(_ states: [Int: UInt128]) {
    self.init()
    for kind in StateClass.Kind.allCases {
      let count = states[kind.rawValue] ?? 0
      abstract += count
      switch kind {
      case .rule: rule = count
      case .goal: goal = count
      case .wait: wait = count
      case .overlap: overlap = count
      case .unhandled: unhandled = count
      case .broken, .inconsistent: impossible += count
      }
    }
    consistent = abstract - impossible
  }
}

extension Partition {
  /// The clauses with their counts, in text order.
  func clauseAnalyses(_ wakes: [[String]]) -> [ClauseAnalysis] {
    scope.clauses.enumerated().map { index, clause in
      ClauseAnalysis(
        name: clause.name, kind: clause.kindName, label: clause.label, line: clause.position.line,
        holds: tallies[index].holds, handles: tallies[index].handles,
        wakes: wakes[index])
    }
  }

  /// The condition that the class of a state is one of these.
  func states(
    _ diagram: inout DecisionDiagram, where isIncluded: (StateClass.Kind) -> Bool
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let included = StateClass.Kind.allCases.map { isIncluded($0) ? 1 : 0 }
    return try diagram.map(classes) { included[$0] }
  }
}
