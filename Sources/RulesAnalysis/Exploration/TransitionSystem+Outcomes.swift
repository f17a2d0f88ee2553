extension TransitionSystem {
  /// The most outcomes of one move that findings look at.
  private static let outcomeLimit = 1_000

  /// Whether a move can happen in a state.
  func isPossible(_ move: Int, at word: UInt64) -> Bool {
    diagram.holds(moves[move].condition, at: word)
      && moves[move].alternatives.contains { alternative in
        diagram.holds(alternative.condition, at: word)
          && alternative.updates.allSatisfy { !$0.outcomes[$0.value(in: word)].isEmpty }
      }
  }

  /// The outcomes of a move in a state, consistent or not; nil if it is not possible there.
  func outcomes(of move: Int, at word: UInt64) -> [UInt64]? {
    guard isPossible(move, at: word) else { return nil }
    var found: [UInt64] = []
    for alternative in moves[move].alternatives
    where diagram.holds(alternative.condition, at: word) {
      var outcomes = [word & ~alternative.clear | alternative.set]
      for update in alternative.updates {
        outcomes = outcomes.prefix(Self.outcomeLimit).flatMap { outcome in
          update.outcomes[update.value(in: word)].map { outcome & ~update.mask | $0 }
        }
      }
      found += outcomes
    }
    return found
  }
}

extension Move.Update {
  /// The variable's value in a state.
  func value(in word: UInt64) -> Int {
    Int(truncatingIfNeeded: word &>> shift & (mask &>> shift))
  }
}
