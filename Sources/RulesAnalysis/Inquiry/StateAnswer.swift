import RulesLanguage

/// What is true of a family of states.
package struct StateAnswer: Sendable {
  /// All states that were asked about, those that can exist, and of these the reachable ones.
  package var asked: UInt128 = 0
  package var consistent: UInt128 = 0
  package var reachable: Int?
  /// What happens in them; those that can be reached soonest first, then the larger ones.
  package var decisions: [Decision] = []
  /// Consistent states in decisions that are not listed.
  package var remainder: UInt128 = 0
  /// For each clause of the scope why it does not win, in text order.
  package var verdicts: [Verdict] = []
  /// Why none of them can exist, or most of them cannot: what excludes states, and how many.
  package var exclusions: [Exclusion] = []
  /// A shortest way to one of them; empty: none is reachable, or that is not known.
  package var trace: [TraceStep] = []

  /// States in which the same clauses win.
  package struct Decision: Sendable {
    package var stateClass: StateClass
    /// Indices of the clauses that win.
    package var winners: [Int]
    package var states: UInt128
    /// How many of them can be reached, and the fewest steps to one; nil: not known, or none.
    package var reachable: Int?
    package var steps: Int?
    /// Patterns that have all of them, as long as few suffice; what was asked is left out.
    package var patterns: [String]
    package var hasMorePatterns: Bool
  }

  /// What keeps a clause from winning.
  package struct Verdict: Sendable {
    package var clause: Int
    /// Of the consistent states: those in which it wins, and in which its condition holds.
    package var wins: UInt128
    package var holds: UInt128
    /// Clauses that are over it and hold where it does.
    package var overrulers: [Int]
    /// Where it never holds: the conditions of which at least one fails in each state.
    package var failing: [Failing]
    /// Each of them fails in all states; else they do so together.
    package var isEachFailing: Bool
  }

  /// A condition that a clause needs.
  package struct Failing: Sendable {
    package var condition: String
    /// What is the case instead: `header == sent`; nil where that says no more.
    package var actual: String?
  }

  /// An invariant that some states break.
  package struct Exclusion: Sendable {
    /// Nil: the invariants of what the scope ranges over, or its quantifiers together.
    package var always: AlwaysModel?
    package var states: UInt128
  }
}

/// A move of a way through states.
package struct TraceStep: Hashable, Sendable {
  /// `R1`, `reply`; empty for the first one, the initial state.
  package var move: String
  /// What it changed, or how it starts, in the words of the rules.
  package var changes: String
}
