import RulesLanguage

/// The most decisions that are told one by one, and the most patterns of one.
private let decisionLimit = 24
private let patternLimit = 3
/// The most sets of winners that a family is divided into.
private let pieceLimit = 256

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

  private func count(_ node: DecisionDiagram.Node, _ diagram: DecisionDiagram) -> UInt128 {
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

  // MARK: What happens

  private struct Piece {
    var node: DecisionDiagram.Node
    var winners: [Int] = []
  }

  private func addDecisions(
    to answer: inout StateAnswer, _ asked: DecisionDiagram.Node, _ here: DecisionDiagram.Node,
    _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) {
    var pieces = [Piece(node: here)]
    for clause in scope.clauses.indices {
      var next: [Piece] = []
      for piece in pieces {
        let wins = try diagram.and(piece.node, partition.wins[clause])
        if wins == DecisionDiagram.never {
          next.append(piece)
          continue
        }
        next.append(Piece(node: wins, winners: piece.winners + [clause]))
        let rest = try diagram.and(piece.node, try diagram.not(wins))
        if rest != DecisionDiagram.never { next.append(Piece(node: rest, winners: piece.winners)) }
      }
      pieces = next
      guard pieces.count <= pieceLimit else { throw .nodeBudget(pieceLimit) }
    }
    let met = reachedStates(pieces.map(\.node), diagram)
    if reached != nil { answer.reachable = met.reduce(0) { $0 + $1.count } }
    if let nearest = met.compactMap(\.first).min(by: { $0.steps < $1.steps }) {
      answer.trace = trace(to: nearest.state)
    }
    let order = pieces.indices.sorted { a, b in
      let first = (met[a].first?.steps ?? .max, UInt128.max - count(pieces[a].node, diagram), a)
      return first < (met[b].first?.steps ?? .max, UInt128.max - count(pieces[b].node, diagram), b)
    }
    for index in order.dropFirst(decisionLimit) {
      answer.remainder += count(pieces[index].node, diagram)
    }
    for index in order.prefix(decisionLimit) {
      let piece = pieces[index]
      let (patterns, hasMore) =
        pieces.count == 1
        ? ([], false) : try self.patterns(of: piece.node, asked: asked, here, &diagram)
      answer.decisions.append(
        StateAnswer.Decision(
          stateClass: StateClass(winners: piece.winners, scope.clauses), winners: piece.winners,
          states: count(piece.node, diagram), reachable: reached == nil ? nil : met[index].count,
          steps: met[index].first?.steps, patterns: patterns, hasMorePatterns: hasMore))
    }
  }

  /// For each node how many reachable states are in it, and the first of them.
  private func reachedStates(
    _ nodes: [DecisionDiagram.Node], _ diagram: DecisionDiagram
  ) -> [(count: Int, first: (state: [Int], steps: Int)?)] {
    var found: [(count: Int, first: (state: [Int], steps: Int)?)] = nodes.map { _ in (0, nil) }
    reached?.visit { state, steps in
      guard let index = nodes.firstIndex(where: { diagram.value(of: $0, at: state) == 1 })
      else { return }
      found[index].count += 1
      if found[index].first == nil { found[index].first = (state, steps) }
    }
    return found
  }

  /// What tells a piece from the other states that were asked about, in few literals: states that
  /// cannot be may be in a pattern.
  private func patterns(
    of piece: DecisionDiagram.Node, asked: DecisionDiagram.Node, _ here: DecisionDiagram.Node,
    _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> (texts: [String], hasMore: Bool) {
    let forbidden = try diagram.and(here, try diagram.not(piece))
    var remaining = piece
    var texts: [String] = []
    while texts.count < patternLimit,
      let state = diagram.firstState(of: remaining, variables: space.variables.count)
    {
      let cube = diagram.widen(state, avoiding: forbidden)
      texts.append(space.pattern(cube))
      let outside = try diagram.not(try diagram.node(for: cube))
      remaining = try diagram.and(remaining, outside)
    }
    return (texts, remaining != DecisionDiagram.never)
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
