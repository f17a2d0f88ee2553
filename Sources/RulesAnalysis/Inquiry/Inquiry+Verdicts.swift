import RulesLanguage

extension Inquiry {
  /// Why a clause does not win in some consistent states; `asking`: the variables that were asked
  /// about, whose values need not be told.
  func verdict(
    _ clause: Int, _ here: DecisionDiagram.Node, asking: Set<Int>,
    _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> StateAnswer.Verdict {
    let variables = space.variables.count
    let wins = try diagram.and(here, partition.wins[clause])
    let holds = try diagram.and(here, partition.holds[clause])
    var verdict = StateAnswer.Verdict(
      clause: clause, wins: diagram.count(wins, variables: variables),
      holds: diagram.count(holds, variables: variables), overrulers: [], failing: [],
      isEachFailing: false)
    if verdict.wins < verdict.holds {
      for other in overrulers(scope.clauses)[clause].sorted() {
        let both = try diagram.and(holds, partition.holds[other])
        if both != DecisionDiagram.never { verdict.overrulers.append(other) }
      }
    }
    guard verdict.holds == 0 else { return verdict }
    let conjuncts = partition.lowered.conjuncts[clause]
    var failures: [DecisionDiagram.Node] = []
    for conjunct in conjuncts {
      failures.append(try diagram.and(here, try diagram.not(conjunct.node)))
    }
    var chosen = failures.indices.filter { failures[$0] == here }
    verdict.isEachFailing = !chosen.isEmpty
    if chosen.isEmpty { chosen = try fewest(failures, covering: here, &diagram) }
    for index in chosen {
      verdict.failing.append(try describe(conjuncts[index], here, asking, &diagram))
    }
    return verdict
  }

  /// Few conditions of which at least one fails in each state: always the one that fails in most of
  /// those that are left.
  private func fewest(
    _ failures: [DecisionDiagram.Node], covering here: DecisionDiagram.Node,
    _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> [Int] {
    var left = here
    var chosen: [Int] = []
    while left != DecisionDiagram.never {
      var best: (index: Int, states: UInt128)?
      for index in failures.indices where !chosen.contains(index) {
        let both = try diagram.and(left, failures[index])
        let states = diagram.count(both, variables: space.variables.count)
        if states > best?.states ?? 0 { best = (index, states) }
      }
      guard let best else { return chosen.sorted() }
      chosen.append(best.index)
      left = try diagram.and(left, try diagram.not(failures[best.index]))
    }
    return chosen.sorted()
  }

  /// The condition as written, and which value its variable has instead.
  private func describe(
    _ conjunct: LoweredScope.Conjunct, _ here: DecisionDiagram.Node, _ asking: Set<Int>,
    _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> StateAnswer.Failing {
    let condition = conditionText(conjunct.condition, in: scope)
    guard let literal = conjunct.literal else {
      return StateAnswer.Failing(condition: condition, actual: nil)
    }
    let variable = space.variables[literal.variable]
    guard !variable.isBool, !asking.contains(literal.variable) else {
      return StateAnswer.Failing(condition: condition, actual: nil)
    }
    var values: [Int] = []
    for value in variable.values.indices {
      let both = try diagram.and(here, try diagram.literal(literal.variable, in: [value]))
      if both != DecisionDiagram.never { values.append(value) }
    }
    let isInformative = values.count < variable.values.count
    return StateAnswer.Failing(
      condition: condition, actual: isInformative ? variable.pattern(values) : nil)
  }
}
