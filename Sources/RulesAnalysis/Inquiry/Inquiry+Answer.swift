import RulesLanguage

extension Inquiry {
  /// Everything there is to say about the states that a condition describes.
  ///
  /// - Parameter othersInitial: what the condition does not mention is as `initially` says.
  package func answer(
    _ condition: Condition, othersInitial: Bool = false
  ) throws(AnalysisFailure) -> StateAnswer {
    var diagram = partition.diagram
    var asked = try states(condition, &diagram)
    if othersInitial {
      let mentioned = diagram.variables(of: asked)
      for (index, variable) in space.variables.enumerated() where !mentioned.contains(index) {
        guard let values = variable.initialValues else { continue }
        asked = try diagram.and(asked, try diagram.literal(index, in: values))
      }
    }
    return try answer(asked, &diagram)
  }

  /// The same about the states of a cube: what is known of each variable.
  package func answer(about cube: Cube) throws(AnalysisFailure) -> StateAnswer {
    var diagram = partition.diagram
    let asked = try diagram.node(for: cube)
    return try answer(asked, &diagram)
  }

  private func answer(
    _ asked: DecisionDiagram.Node, _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> StateAnswer {
    let here = try diagram.and(asked, partition.lowered.consistent)
    var answer = StateAnswer()
    answer.asked = count(asked, diagram)
    answer.consistent = count(here, diagram)
    if answer.consistent < answer.asked { answer.exclusions = try exclusions(asked, &diagram) }
    guard answer.consistent > 0 else { return answer }
    try addDecisions(to: &answer, asked, here, &diagram)
    for clause in scope.clauses.indices {
      answer.verdicts.append(
        try verdict(clause, here, asking: diagram.variables(of: asked), &diagram))
    }
    return answer
  }

  func count(_ node: DecisionDiagram.Node, _ diagram: DecisionDiagram) -> UInt128 {
    diagram.count(node, variables: space.variables.count)
  }

  // MARK: What cannot be

  private func exclusions(
    _ asked: DecisionDiagram.Node, _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> [StateAnswer.Exclusion] {
    var found: [StateAnswer.Exclusion] = []
    for always in scope.always {
      let holds = try states(always.condition, &diagram)
      let breaks = try diagram.and(asked, try diagram.not(holds))
      let states = count(breaks, diagram)
      if states > 0 { found.append(.init(always: always, states: states)) }
    }
    let permitted = try diagram.and(asked, partition.lowered.permitted)
    let outside = try diagram.and(permitted, try diagram.not(partition.lowered.consistent))
    let states = count(outside, diagram)
    if states > 0 { found.append(.init(always: nil, states: states)) }
    return found
  }

  // MARK: How one gets there

  /// A shortest way to a reachable state; empty if it is not known to be one.
  package func trace(to state: [Int]) -> [TraceStep] {
    guard let reached else { return [] }
    var steps: [TraceStep] = []
    var previous: [Int] = []
    for (move, state) in reached.trace(to: state) {
      let changes =
        steps.isEmpty ? space.start(state) : space.difference(from: previous, to: state)
      steps.append(TraceStep(move: move, changes: changes))
      previous = state
    }
    return steps
  }
}
