extension TransitionSystem {
  /// The states that an outcome of a move stands for: itself, or with other values of the
  /// quantifiers; none if nothing fits; nil if it breaks an `always`.
  func accepted(_ outcome: UInt64) -> [UInt64]? {
    if diagram.holds(consistent, at: outcome) { return [outcome] }
    return diagram.holds(permitted, at: outcome) ? valued(outcome) : nil
  }

  /// The consistent states that differ from this one in the quantifiers only, itself among them.
  func valued(_ word: UInt64) -> [UInt64] {
    guard let valuations else { return [] }
    return (0..<valuations.count).map { word & ~valuations.mask | $0 &<< valuations.shift }
      .filter { diagram.holds(consistent, at: $0) }
  }

  /// The states that a move leads to from a state.
  func targets(of move: Int, at word: UInt64) -> [UInt64] {
    guard diagram.holds(moves[move].condition, at: word) else { return [] }
    return (outcomes(of: move, at: word) ?? []).flatMap { accepted($0) ?? [] }
  }

  /// All states that events, others and the environment lead to, any number of them, from some
  /// states; nil if there are more than `limit`.
  func closure(of states: [UInt64], atMost limit: Int) -> Set<UInt64>? {
    let foreign = moves.indices.filter {
      if case .rule = moves[$0].kind { return false }
      return true
    }
    var seen = Set(states)
    var open = states
    while let word = open.popLast() {
      for target in foreign.flatMap({ targets(of: $0, at: word) }) + valued(word)
      where seen.insert(target).inserted {
        open.append(target)
      }
      guard seen.count <= limit else { return nil }
    }
    return seen
  }
}
