import RulesAnalysis

/// What generated code does in a state.
enum Outcome: Hashable {
  case fire(Int)
  /// Several waits may hold at once; whichever cause comes first.
  case wait([Int])
  case reachGoal([Int])
  /// Several clauses contradict each other, and a policy allows it: any may act. This rule, the
  /// first of them, does.
  case fireFirst(Int)
  case unhandled
  /// The own invariants hold, but not together with those of what the scope looks at.
  case inconsistent

  /// Nil for a state whose own invariants do not hold: guards have caught it before.
  init?(_ stateClass: StateClass) {
    switch stateClass {
    case .rule(let rule): self = .fire(rule)
    case .goal(let goals): self = .reachGoal(goals)
    case .wait(let waits): self = .wait(waits)
    case .overlap(let rule): self = .fireFirst(rule)
    case .unhandled: self = .unhandled
    case .inconsistent: self = .inconsistent
    case .broken: return nil
    }
  }

  /// The first clause of it in the text; clauses come before reports.
  var firstClause: Int {
    switch self {
    case .fire(let clause), .fireFirst(let clause): clause
    case .wait(let clauses), .reachGoal(let clauses): clauses.first ?? .max
    case .unhandled, .inconsistent: .max
    }
  }
}

/// One question of generated code: whether a variable has one of some values.
struct Question: Hashable {
  enum Form: Hashable {
    /// A yes or no that is yes.
    case isTrue
    case isFalse
    case equals(String)
    case differs(String)
    /// Two members of a chain, by index.
    case less(Int, Int)
    case equal(Int, Int)
  }

  var variable: Int
  var form: Form
  /// The value indices for which the answer is yes.
  var values: [Int]
}

/// The decision as generated code makes it, before it is text.
indirect enum DecisionTree: Hashable {
  case leaf(Outcome)
  /// `then` if all questions have the answer yes.
  case branch([Question], then: DecisionTree, otherwise: DecisionTree)
  /// `then` if the clause's whole condition holds: for rule sets too large for single questions.
  case clause(Int, then: DecisionTree, otherwise: DecisionTree)
}

extension DecisionTree {
  /// What generated code does in a state, given by the value index of each variable.
  func outcome(at state: [Int], holds: (_ clause: Int) -> Bool) -> Outcome {
    switch self {
    case .leaf(let outcome): return outcome
    case .branch(let questions, let then, let otherwise):
      let answer = questions.allSatisfy { $0.values.contains(state[$0.variable]) }
      return (answer ? then : otherwise).outcome(at: state, holds: holds)
    case .clause(let clause, let then, let otherwise):
      return (holds(clause) ? then : otherwise).outcome(at: state, holds: holds)
    }
  }

  /// The number of paths.
  var leafCount: Int {
    switch self {
    case .leaf: 1
    case .branch(_, let then, let otherwise), .clause(_, let then, let otherwise):
      then.leafCount + otherwise.leafCount
    }
  }

  /// Every outcome in it.
  var outcomes: Set<Outcome> {
    switch self {
    case .leaf(let outcome): [outcome]
    case .branch(_, let then, let otherwise), .clause(_, let then, let otherwise):
      then.outcomes.union(otherwise.outcomes)
    }
  }
}
