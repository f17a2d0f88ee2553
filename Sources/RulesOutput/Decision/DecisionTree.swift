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

/// The decision as generated code makes it, before it is text.
indirect enum DecisionTree: Hashable {
  case leaf(Outcome)
  /// `then` if all questions have the answer yes.
  case branch([Question], then: DecisionTree, otherwise: DecisionTree)
  /// One tree for each group of the values of an enum: a `switch`.
  case select(variable: Int, [Case])
  /// A lazy fact is read here, for the first time on this path.
  case read(variable: Int, then: DecisionTree)
  /// `then` if the clause's whole condition holds and those of `unless` do not: for rule sets too
  /// large for single questions.
  case clause(Int, unless: [Int], then: DecisionTree, otherwise: DecisionTree)
  /// Each wait that holds (and none of its `unless`) waits; then, if none did, `otherwise`.
  case waits([WaitStep], otherwise: DecisionTree)
  /// The method of this number goes on.
  case call(Int)

  struct Case: Hashable {
    /// Value indices, ascending.
    var values: [Int]
    var tree: DecisionTree
  }

  struct WaitStep: Hashable {
    var wait: Int
    var unless: [Int]
  }
}

/// The decision of a scope: one tree, and the parts of it that are methods of their own.
struct Decision: Hashable {
  /// What follows the guards.
  var root: DecisionTree
  /// In the order of the generated text; `call` has the index.
  var methods: [Method] = []
  /// Whether clauses are tried one after the other.
  var isChain = false

  /// A part of the decision that several places lead to, or that would make a method too long.
  struct Method: Hashable {
    /// `decideReplicaWhenRpcIsIdle`
    var name: String
    /// What is known when it is called, as the rules would write it.
    var comment: String
    var tree: DecisionTree
  }
}

extension DecisionTree {
  /// The trees directly in it.
  var parts: [DecisionTree] {
    switch self {
    case .leaf, .call: []
    case .branch(_, let then, let otherwise), .clause(_, _, let then, let otherwise):
      [then, otherwise]
    case .select(_, let cases): cases.map(\.tree)
    case .read(_, let then): [then]
    case .waits(_, let otherwise): [otherwise]
    }
  }

  /// Whether a lazy fact is read in it.
  var readsLazily: Bool {
    if case .read = self { return true }
    return parts.contains(where: \.readsLazily)
  }

  /// The number of paths.
  var leafCount: Int {
    switch self {
    case .leaf, .call: 1
    case .waits(let steps, let otherwise): steps.count + otherwise.leafCount
    default: parts.reduce(0) { $0 + $1.leafCount }
    }
  }

  /// Every outcome in it, those of the methods it calls left aside.
  var outcomes: Set<Outcome> {
    if case .leaf(let outcome) = self { return [outcome] }
    return parts.reduce(into: []) { $0.formUnion($1.outcomes) }
  }
}

extension Decision {
  /// Every outcome in it.
  var outcomes: Set<Outcome> {
    methods.reduce(into: root.outcomes) { $0.formUnion($1.tree.outcomes) }
  }
}
