import RulesLanguage

/// The most decisions that are told one by one, and the most patterns of one.
private let decisionLimit = 24
private let patternLimit = 3
/// The most sets of winners that a family is divided into.
private let pieceLimit = 256

extension Inquiry {
  private struct Piece {
    var node: DecisionDiagram.Node
    var winners: [Int] = []
  }

  /// Divides the states of an answer by what happens in them.
  func addDecisions(
    to answer: inout StateAnswer, _ asked: DecisionDiagram.Node, _ here: DecisionDiagram.Node,
    _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) {
    var pieces = try divide(here, &diagram)
    if pieces.isEmpty { pieces = try firstPieces(of: here, &diagram) }
    let met = reachedStates(pieces.map(\.node), diagram)
    if let reached {
      var count = 0
      reached.visit { state, _ in count += diagram.value(of: here, at: state) }
      answer.reachable = count
    }
    if let nearest = met.compactMap(\.first).min(by: { $0.steps < $1.steps }) {
      answer.trace = trace(to: nearest.state)
    }
    let order = pieces.indices.sorted { a, b in
      let first = (met[a].first?.steps ?? .max, UInt128.max - count(pieces[a].node, diagram), a)
      return first < (met[b].first?.steps ?? .max, UInt128.max - count(pieces[b].node, diagram), b)
    }
    answer.remainder = answer.consistent
    for index in order.prefix(decisionLimit) {
      let piece = pieces[index]
      answer.remainder -= count(piece.node, diagram)
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

  /// The states by who wins; empty if there are more than `pieceLimit` different answers.
  private func divide(
    _ here: DecisionDiagram.Node, _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> [Piece] {
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
      guard pieces.count <= pieceLimit else { return [] }
    }
    return pieces
  }

  /// As many of the answers as are told, of states that are reached first.
  private func firstPieces(
    of here: DecisionDiagram.Node, _ diagram: inout DecisionDiagram
  ) throws(AnalysisFailure) -> [Piece] {
    var near: [[Int]] = []
    reached?.visit { state, _ in
      if diagram.value(of: here, at: state) == 1 { near.append(state) }
    }
    var wins: [DecisionDiagram.Node] = []
    for win in partition.wins { wins.append(try diagram.and(here, win)) }
    var remaining = here
    var pieces: [Piece] = []
    while pieces.count < decisionLimit {
      near.removeAll { diagram.value(of: remaining, at: $0) == 0 }
      guard
        let state = near.first
          ?? diagram.firstState(of: remaining, variables: space.variables.count)
      else { break }
      let winners = partition.winners(at: state)
      let others = wins.indices.filter { !winners.contains($0) }.map { wins[$0] }
      let alone = try diagram.not(try diagram.any(others))
      let node = try diagram.all([remaining, alone] + winners.map { wins[$0] })
      pieces.append(Piece(node: node, winners: winners))
      remaining = try diagram.and(remaining, try diagram.not(node))
    }
    return pieces
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
}
